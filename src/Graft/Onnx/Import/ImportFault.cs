using Google.Protobuf;
using Graft.Formats;
using Graft.Onnx.Schema;

namespace Graft.Onnx.Import;

/// <summary>What is said of files that cannot be imported: what, where, what to do.</summary>
/// <param name="path">The file.</param>
internal sealed class ImportFault(string path)
{
    public DataException NotOnnx(string reason) => new(FileKind.InPlaceOfOnnx(path) is { } other
        ? $"{path} is not an ONNX file: {other}"
        : Unreadable(path, OneLine(reason)));

    /// <summary>What is said of a file that no parser can make sense of.</summary>
    /// <param name="path">The file.</param>
    /// <param name="reason">What the parser said, in one line without a full stop.</param>
    public static string Unreadable(string path, string reason) =>
        $"{path} is not a readable ONNX file: {reason}. It may be damaged or incomplete; export it again.";

    public DataException Of(string reason, params IReadOnlyList<Remedy> remedies) => new($"{path} {OneLine(reason)}") { Remedies = remedies };

    /// <summary>How messages call a node.</summary>
    public static string NameOf(NodeProto node, int index) =>
        node.Name.Length > 0 ? $"'{node.Name}'"
        : node.Output.Count > 0 ? $"of output '{node.Output[0]}'"
        : Invariant($"number {index + 1}");

    // Names in a file may hold anything: line ends, sequences that steer a terminal, megabytes.
    private static string OneLine(string reason)
    {
        const int Most = 1000;
        string cut = reason.Length > Most ? $"{reason[..Most]}…" : reason;
        return string.Concat(cut.Select(c => char.IsControl(c) ? ' ' : c));
    }

    /// <summary>What the parser said, in one line.</summary>
    public DataException Unparsable(InvalidProtocolBufferException e) => NotOnnx(e.Message.ReplaceLineEndings(" ").TrimEnd('.'));
}
