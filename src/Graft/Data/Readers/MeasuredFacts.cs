using System.Text.Json;
using System.Text.Json.Serialization;
using Graft.Runtime;

namespace Graft.Data.Readers;

/// <summary>What was found out about images by decoding all of them, kept so that it is done once where the pixels themselves are not kept.</summary>
/// <param name="Fingerprint">The fingerprint of images of one shape; null if it was not needed.</param>
/// <param name="Mean">The mean of each channel of the training images.</param>
/// <param name="Std">Their standard deviations.</param>
internal sealed record MeasuredFacts(string? Fingerprint, float[] Mean, float[] Std)
{
    /// <summary>Means and deviations together.</summary>
    [JsonIgnore]
    public Normalization Normalization => new(Mean, Std);

    /// <summary>Reads the facts, or finds them out and stores them.</summary>
    /// <param name="path">The file; its name says of which images it speaks.</param>
    /// <param name="measure">Finds them out.</param>
    /// <param name="store">Is given what writes the file.</param>
    public static MeasuredFacts Get(string path, Func<MeasuredFacts> measure, Action<Action> store)
    {
        if (TryRead(path) is { } known)
        {
            return known;
        }

        var facts = measure();
        store(() => AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, facts)));
        return facts;
    }

    private static MeasuredFacts? TryRead(string path)
    {
        try
        {
            var facts = File.Exists(path) ? JsonSerializer.Deserialize<MeasuredFacts>(File.ReadAllBytes(path)) : null;
            return facts is { Mean.Length: > 0, Std.Length: > 0 } ? facts : null;
        }
        catch (JsonException)
        {
            return null; // damaged: made again
        }
    }
}
