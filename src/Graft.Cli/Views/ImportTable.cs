using Graft.Onnx.Import;
using Graft.Operations;
using Graft.Runtime;

namespace Graft.Cli.Views;

/// <summary>The positions of a network from an ONNX file, and what the file says about itself.</summary>
internal static class ImportTable
{
    private const int MostLayers = 3;
    private const double WorthALine = 0.01; // of the multiply-accumulates

    public static void Write(
        Terminal terminal,
        ImportedNetwork import,
        OperationCost whole,
        IReadOnlyList<(Position Position, (long Parameters, long MultiplyAccumulates) Own)> positions)
    {
        terminal.WriteLine(Invariant($"read from {import.Path}: operator set {import.OperatorSet}, {Says(import)}"));
        terminal.WriteNote(import.Remark);
        if (import.RestoredBatchNorms > 0)
        {
            terminal.WriteLine(
                Invariant(
                    $"{Plural.Of(import.RestoredBatchNorms, "batch normalisation")} put back behind convolutions that have none; they do nothing until the network is trained on, and are folded again on export"
                )
            );
        }

        var table = new WideTable(1, [">position", "path", "input", "output", ">stride", ">parameters, %", ">mult-adds, %", "ends with", "nodes"]);
        foreach (var (position, own) in positions)
        {
            table.AddRow([
                Invariant($"{position.Index}"),
                position.Path,
                $"{position.Input}",
                $"{position.Output}",
                Invariant($"{position.Stride}"),
                Percent(own.Parameters, whole.Parameters),
                Percent(own.MultiplyAccumulates, whole.MultiplyAccumulates),
                Ending(position),
                Nodes(import.NodesOf(position.Index)),
            ]);
        }

        if (positions.Count > 0)
        {
            table.Write(terminal);
        }

        terminal.WriteLine(
            positions.Count == 0 ? "No position: nothing in this network can be replaced, so that it can be neither studied nor accelerated" : Invariant(
                $"{Plural.Of(positions.Count, "position holds", "positions hold")} {Percent(positions.Sum(p => p.Own.Parameters), whole.Parameters)} % of the parameters and {Percent(positions.Sum(p => p.Own.MultiplyAccumulates), whole.MultiplyAccumulates)} % of the multiply-accumulates; the rest is fixed"
            )
        );
        var listed = import.FixedLayers.Where(l => l.MultiplyAccumulates >= WorthALine * whole.MultiplyAccumulates).Take(MostLayers).ToList();
        foreach (var layer in listed)
        {
            string share = Percent(layer.MultiplyAccumulates, whole.MultiplyAccumulates);
            terminal.WriteLine($"fixed: '{layer.Node}' ({layer.Kind}), {share} % of the multiply-accumulates: {layer.Reason}");
        }

        foreach (var part in import.FixedParts.ExceptBy(listed.Select(l => l.Node), p => p.Node))
        {
            terminal.WriteLine($"fixed: {part}");
        }
    }

    private static string Says(ImportedNetwork import)
    {
        string ending = import.Ending.Count > 0 ? $"{string.Join(", ", import.Ending)} behind the logits is kept for export" : "gives logits";
        string pixels = import.Normalization is { } normalization ? normalization.Words : "does not say how pixels are normalised";
        return $"{ending}, {pixels}";
    }

    private static string Nodes(IReadOnlyList<string> nodes) => nodes.Count switch
    {
        0 => "",
        1 => nodes[0],
        _ => $"{nodes[0]} .. {nodes[^1]}",
    };

    private static string Ending(Position position) =>
        position.Grows ? "joined to input"
        : position.OutputActivation == Activation.None ? ""
        : $"{position.OutputActivation.Kind}".ToLowerInvariant();

    private static string Percent(long part, long whole) => whole == 0 ? "0.0" : Invariant($"{100.0 * part / whole:0.0}");
}
