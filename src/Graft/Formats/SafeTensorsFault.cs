using System.Text.Encodings.Web;
using System.Text.Json;
using Graft.Runtime;

namespace Graft.Formats;

/// <summary>Words the errors of safetensors files: file, byte, what is wrong and what to do, in one line.</summary>
/// <param name="file">The file's name.</param>
internal sealed class SafeTensorsFault(string file)
{
    private const int LongestQuote = 80;

    /// <summary>The file is something else altogether.</summary>
    public DataException NotSafeTensors(string problem) => new(
        $"{file}: not a safetensors file: {problem}. In PyTorch, write one with safetensors.torch.save_file(model.state_dict(), path).");

    /// <summary>The file is of another kind that is known.</summary>
    /// <param name="kind">What it is and what to do, in sentences.</param>
    public DataException OtherFile(string kind) => new($"{file}: not a safetensors file: {kind}");

    /// <summary>The file is damaged, or was written by a program with a mistake.</summary>
    public DataException At(long position, string problem, Exception? cause = null) => new(
        Invariant($"{file}: byte {position}: {problem}. Copy or save the file again."), cause);

    /// <summary>The file holds something that is allowed but not supported.</summary>
    public DataException Unsupported(long position, string problem) => new(Invariant($"{file}: byte {position}: {problem}."));

    /// <summary>The file cannot be read.</summary>
    public DataException Unreadable(Exception cause) => new(RegularFile.FaultOf(file, cause), cause);

    /// <summary>Quotes text from a file so that it can neither break the line nor flood it.</summary>
    public static string Quote(string text)
    {
        var shown = text.Length <= LongestQuote ? text : text[..LongestQuote] + "…";
        return $"'{JsonEncodedText.Encode(shown, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}'";
    }
}
