using System.CommandLine;
using Graft.Cli.Completion;
using Graft.Cli.Views;
using Graft.Data;
using Graft.Jobs;
using Graft.Jobs.Tables;
using Graft.Networks;
using Graft.Onnx.Import;
using Graft.Operations;

namespace Graft.Cli.Commands;

/// <summary><c>graft catalog</c>: what networks, operations and data sets there are, and what each operation costs at each position.</summary>
internal static class CatalogCommand
{
    private const int Classes = 10;

    private static readonly ImageShape Image = new(3, 32, 32); // what networks are listed for

    public static Command Create(Terminal terminal)
    {
        var json = CommonOptions.Json();
        var csv = new CsvOption();
        var data = new Command("data", "The data sets.") { json };
        data.SetAction(parsed => DataCommand.List(terminal, parsed.GetValue(json)));
        return new Command("catalog", "List networks, operations and data sets.")
        {
            NetworksCommand(terminal, csv, json),
            NetworkCommand(terminal, csv, json),
            OperationsCommand(terminal, csv, json),
            data,
        };
    }

    private static Command NetworksCommand(Terminal terminal, CsvOption csv, Option<bool> json)
    {
        var command = new Command("networks", "The networks, with what they cost.") { csv.Option, json };
        command.SetAction(parsed => csv.Read(parsed) is { } directory
            ? Csv(terminal, CatalogTables.Networks(Image, Classes), directory, parsed.GetValue(json))
            : Networks(terminal, parsed.GetValue(json)));
        return command;
    }

    private static Command OperationsCommand(Terminal terminal, CsvOption csv, Option<bool> json)
    {
        var list = new Argument<string?>("LIST")
        {
            Description = "Names, patterns, 'seed', 'controls', 'lana' or 'all': prints the operations that it stands for.",
            Arity = ArgumentArity.ZeroOrOne,
            HelpName = "LIST",
            CompletionSources = { Offers.Operations },
        };
        var command = new Command("operations", "The operations and their parameters, or those of a list.") { list, csv.Option, json };
        command.SetAction(parsed =>
        {
            var named = parsed.GetValue(list) is { } names ? OperationCatalog.Default.ParseList(OperationCatalog.SplitNames(names)) : null;
            return csv.Read(parsed) is { } directory
                ? Csv(terminal, CatalogTables.Operations(OperationCatalog.Default, named), directory, parsed.GetValue(json))
                : named is not null ? Listed(terminal, named, parsed.GetValue(json))
                : Operations(terminal, parsed.GetValue(json));
        });
        return command;
    }

    private static Command NetworkCommand(Terminal terminal, CsvOption csv, Option<bool> json)
    {
        var name = new Argument<string>("NAME")
        {
            Description = "The network, e.g. wrn-40-2, or an ONNX file.",
            HelpName = "NAME",
            CompletionSources = { Offers.Networks, Offers.Files(".onnx") },
        };
        var list = CommonOptions.Operations("seed");
        var classes = Number("--classes", "The number of classes.", standard: 10);
        var channels = Number("--channels", "The images' channels.", standard: 3);
        var spans = Number("--spans", CommonOptions.Spans, standard: 1);
        var image = new Option<string?>("--image") { Description = "ONNX: the images, where the file leaves them open, e.g. 3x224x224.", HelpName = "CxHxW" };
        var import = new ImportOptions();
        var command = new Command("network", "A network's positions, and what each operation costs there.")
        {
            name, list, spans, classes, channels, image, csv.Option, json,
        };
        import.All.ToList().ForEach(command.Options.Add);
        command.SetAction(parsed =>
        {
            bool isFile = OnnxNetworkSource.IsFile(parsed.GetValue(name)!);
            string where = isFile ? "for an ONNX file, which says its own" : "for a network that is no ONNX file";
            CommonOptions.RefuseIdle(parsed, isFile ? [classes, channels] : [image, .. import.All], where);
            var operations = OperationCatalog.Default.ParseList(OperationCatalog.SplitNames(parsed.GetValue(list)!));
            var given = parsed.GetValue(image) is { } text
                ? ImageShape.TryParse(text) ?? throw new ConfigurationException($"--image is '{text}'; it must be a shape like 3x224x224.")
                : null;
            using var named = NamedNetwork.Read(parsed.GetValue(name)!, import.Read(parsed, given));
            var definition = named.Import?.Definition ?? NetworkCatalog.Define(named.Name!, new(parsed.GetValue(channels), 32, 32), parsed.GetValue(classes));
            int longest = Longest(parsed.GetValue(spans));
            return csv.Read(parsed) is { } directory
                ? Csv(terminal, CatalogTables.Costs(definition, operations, longest), directory, parsed.GetValue(json))
                : Network(terminal, definition, named.Import, operations, longest, parsed.GetValue(json));
        });
        return command;
    }

    private static Option<int> Number(string name, string description, int standard) =>
        new(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => standard };

    private static int Longest(int spans) =>
        spans >= 1 ? spans : throw new ConfigurationException(Invariant($"--spans is {spans}; it must be at least 1 (single positions alone)."));

    private static int Csv(Terminal terminal, IReadOnlyList<ResultTable> tables, string directory, bool json)
    {
        CsvOption.Write(terminal, tables, directory, json);
        return 0;
    }

    private static int Networks(Terminal terminal, bool json)
    {
        var rows = NetworkSummary.Common(Image, Classes)
            .Select(n => new { network = n.Name, positions = n.Positions, parameters = n.Cost.Parameters, multiplyAccumulates = n.Cost.MultiplyAccumulates })
            .ToList();
        if (json)
        {
            terminal.WriteJson(rows);
            return 0;
        }

        var table = new WideTable(1, "network", ">positions", ">parameters", ">mult-adds, M");
        rows.ForEach(r => table.AddRow(r.network, Invariant($"{r.positions}"), Format.Count(r.parameters), Format.Millions(r.multiplyAccumulates)));
        table.Write(terminal);
        terminal.WriteLine(
            Invariant($"For {Image} images and {Classes} classes. Any wrn-DEPTH-WIDTH (depth 6n + 4) and resnet-DEPTH (depth 6n + 2) can be made.")
        );
        return 0;
    }

    private static int Operations(Terminal terminal, bool json)
    {
        var families = OperationCatalog.Default.Families;
        if (json)
        {
            terminal.WriteJson(families.Select(f => new
            {
                family = f.Name,
                f.Description,
                defaults = f.With().Text,
                parameters = f.Parameters.Select(p => new { p.Name, p.Meaning, p.Range, p.Default, p.Pool }),
                pool = f.Pool.Select(o => o.Text),
            }));
            return 0;
        }

        var table = new WideTable(1, "operation", "~what it is", "~parameters (in the pool)", ">pool");
        foreach (var family in families)
        {
            string parameters = string.Join(
                "\n",
                family.Parameters.Select(p => $"{p.Name}: {p.Meaning}; {p.Range} ({string.Join(", ", p.Pool.Select(OperationSpec.Format))})")
            );
            table.AddRow(family.With().Text, family.Description, parameters, Invariant($"{family.Pool.Count}"));
        }

        table.Write(terminal);
        terminal.WriteLine(Invariant($"'seed' stands for the study's seven: {string.Join(", ", OperationCatalog.SeedCandidates)}."));
        terminal.WriteLine($"'controls' stands for {string.Join(", ", OperationCatalog.Controls)}.");
        terminal.WriteLine(
            "A width of 'match' (conv-stack(w=match,k=3)) gives the operation as many parameters as the position's own, as nearly as whole channels allow."
        );
        terminal.WriteLine(
            "'+frozen-rest' behind a name (conv-stack(w=2,k=3)+frozen-rest): after the swap the operation alone is trained, and the rest keeps its batch statistics."
        );
        terminal.WriteLine(
            Invariant($"'lana' stands for the pool of {OperationCatalog.Default.Pool.Count} operations, 'all' for each family with its defaults and the seven.")
        );
        terminal.WriteLine(
            "A star makes a pattern: 'conv-stack(*)', 'conv-stack(w=2,*)', 'conv-stack(w=*,k=3)', '*residual(*)'; 'graft catalog operations PATTERN' lists what one stands for."
        );
        return 0;
    }

    private static int Listed(Terminal terminal, IReadOnlyList<OperationSpec> operations, bool json)
    {
        if (json)
        {
            terminal.WriteJson(operations.Select(o => new { operation = o.Text, family = o.Family.Name }));
            return 0;
        }

        operations.ToList().ForEach(o => terminal.WriteLine(o.Text));
        return 0;
    }

    private static int Network(
        Terminal terminal,
        NetworkDefinition definition,
        ImportedNetwork? import,
        IReadOnlyList<OperationSpec> operations,
        int spans,
        bool json
    )
    {
        using var network = Graft.Networks.Network.ShapesOnly(definition);
        var cost = network.Cost();
        var places = PlaceCosts.Of(network, operations, spans);
        if (json)
        {
            terminal.WriteJson(Document(definition, import, cost, places));
        }
        else
        {
            Write(terminal, definition, import, cost, places, operations);
        }

        return 0;
    }

    private static object Document(NetworkDefinition definition, ImportedNetwork? import, OperationCost cost, IReadOnlyList<PlaceCosts> places) => new
    {
        network = definition.Name,
        cost.Parameters,
        cost.MultiplyAccumulates,
        fixedParts = import?.FixedParts.Select(part => $"{part}"),
        positions = places.Select(r => new
        {
            position = r.Position.Place,
            r.Position.Path,
            input = Invariant($"{r.Position.Input}"),
            output = Invariant($"{r.Position.Output}"),
            r.Position.Stride,
            nodes = import?.NodesOf(r.Position.Index),
            ownParameters = r.Own.Parameters,
            ownMultiplyAccumulates = r.Own.MultiplyAccumulates,
            operations = r.Operations.Select(o => new
            {
                operation = o.Operation.Text,
                parameters = o.Cost?.Parameters,
                multiplyAccumulates = o.Cost?.MultiplyAccumulates,
                resolved = o.Resolved?.Text,
                unavailable = o.Unavailable,
            }),
        }),
    };

    private static void Write(
        Terminal terminal,
        NetworkDefinition definition,
        ImportedNetwork? import,
        OperationCost cost,
        IReadOnlyList<PlaceCosts> places,
        IReadOnlyList<OperationSpec> operations
    )
    {
        terminal.WriteLine(
            Invariant(
                $"{definition.Name}: {Format.Count(cost.Parameters)} parameters, {Format.Millions(cost.MultiplyAccumulates)} M multiply-accumulates for one image of {definition.Image}, {definition.Classes} classes"
            )
        );
        if (import is not null)
        {
            ImportTable.Write(terminal, import, cost, [.. places.Where(p => p.Position.Place.IsSingle).Select(p => (p.Position, p.Own))]);
            if (places.Count == 0)
            {
                return;
            }
        }

        OperationCostTable.Write(
            terminal, operations, [.. places.Select(p => (p.Position, (IReadOnlyList<OperationCost?>)[.. p.Operations.Select(o => o.Cost)]))]);
        foreach (var operation in operations.Where(o => o.IsMatched))
        {
            WriteMatch(terminal, operation, [.. places.Select(p => p.Position)]);
        }

        LeftOutLines.Write(
            terminal,
            places.SelectMany(p => p.Operations.Where(o => o.Unavailable is not null)
                .Select(o => new UnavailableCell(p.Position.Place, o.Operation.Text, o.Unavailable!)))
        );
    }

    private static void WriteMatch(Terminal terminal, OperationSpec operation, IReadOnlyList<Position> positions)
    {
        var matches = positions.Where(p => operation.WhyUnavailable(p) is null)
            .GroupBy(p => operation.At(p).Text)
            .Select(group =>
                Invariant(
                    $"{group.Key} at {string.Join(", ", group.Select(p => Invariant($"{p.Place}")))} (parameters within {group.Max(p => Math.Abs(ParameterMatch.Deviation(operation, p))):0.0 %})"
                )
            );
        terminal.WriteLine($"{operation} is {string.Join("; ", matches)}.");
    }
}
