using Graft.Formats;
using Graft.Runtime;
using static TorchSharp.torch;

namespace Graft.Training;

/// <summary>
/// Where a step keeps its state while it runs: tensors and values in one safetensors file that is replaced atomically, so that a killed process
/// loses at most the time since the last one.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="interval">How often to write within an epoch.</param>
/// <param name="time">The clock.</param>
internal sealed class CheckpointFile(string path, TimeSpan interval, TimeProvider time)
{
    private const string StandsOnKey = "stands_on";

    private long _last = time.GetTimestamp();

    /// <summary>The digest of what the state rests on: a file with another one is passed over, and the work begins anew.</summary>
    public string StandsOn { get; init; } = "";

    /// <summary>Says whether the step is another's by now, so that the file is its; null where there is no other.</summary>
    public Func<bool>? IsLost { get; init; }

    /// <summary>Whether the last checkpoint is as old as the interval.</summary>
    public bool IsDue => time.GetElapsedTime(_last) >= interval;

    /// <summary>Reads the file; null if there is none, or it rests on something else. The caller disposes the result.</summary>
    /// <exception cref="DataException">The file is damaged.</exception>
    public SafeTensorsFile? TryLoad()
    {
        try
        {
            var file = File.Exists(path) ? SafeTensorsFile.Load(path) : null;
            if (file is null || file.Metadata.GetValueOrDefault(StandsOnKey, StandsOn) == StandsOn) // earlier versions did not say it
            {
                return file;
            }

            file.Dispose();
            return null;
        }
        catch (DataException e)
        {
            throw new DataException($"{e.Message} Delete this checkpoint to start its step anew.", e);
        }
    }

    /// <summary>Replaces the file.</summary>
    /// <exception cref="OperationCanceledException">Another attempt has begun elsewhere: the file is its.</exception>
    public void Save(IEnumerable<(string Name, Tensor Value)> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        if (IsLost?.Invoke() is true)
        {
            throw new OperationCanceledException("Another attempt has begun elsewhere.");
        }

        var all = new Dictionary<string, string>(metadata) { [StandsOnKey] = StandsOn };
        AtomicFile.Write(path, stream => SafeTensorsFile.Save(stream, tensors, all));
        _last = time.GetTimestamp();
    }

    /// <summary>Removes the file: the step is done.</summary>
    public void Delete() => File.Delete(path);
}
