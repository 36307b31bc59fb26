using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Graft.Analysis.Findings;
using Graft.Cli.Completion;
using Graft.Data;
using Graft.Engine;

namespace Graft.Cli;

/// <summary>Options that several commands have.</summary>
internal static class CommonOptions
{
    /// <summary>What <c>--spans</c> means.</summary>
    public const string Spans = "Most neighbouring positions that one operation may stand for.";

    /// <summary>The workspace where no option names one.</summary>
    public static string DefaultWorkspace => UserDirectories.Given("GRAFT_WORKSPACE") ?? "graft-workspace";

    /// <summary>The network that a command works with.</summary>
    /// <param name="standard">The one that is taken where none is named; null for none.</param>
    /// <param name="more">What is special about it there, as a sentence.</param>
    public static Option<string> Network(string? standard = null, string more = "Or an ONNX file.")
    {
        var option = NetworkByName(standard, more);
        option.CompletionSources.Add(Offers.Files(".onnx"));
        return option;
    }

    /// <summary>The same where it cannot be an ONNX file.</summary>
    public static Option<string> NetworkByName(string? standard = null, string more = "") => WithStandard(standard, new("--network")
    {
        Description = Joined("The network: wrn-DEPTH-WIDTH or resnet-DEPTH.", more),
        HelpName = "NAME",
        CompletionSources = { Offers.Networks },
    });

    /// <summary>The data set, as <see cref="Network"/>.</summary>
    public static Option<string> Data(string? standard = null, string more = "") => WithStandard(standard, new("--data")
    {
        Description = Joined("Data set: a name ('graft data list') or a directory.", more),
        HelpName = "SOURCE",
        CompletionSources = { Offers.DataSets, Offers.Directories },
    });

    /// <summary>A list of operations, as <see cref="Network"/>.</summary>
    public static Option<string> Operations(string? standard = null, string more = "") => WithStandard(standard, new("--operations")
    {
        Description = Joined("Operations: names, patterns, 'seed' (the study's seven), 'controls', 'lana' (the pool) or 'all'.", more),
        HelpName = "LIST",
        CompletionSources = { Offers.Operations },
    });

    /// <summary>A list of positions, as <see cref="Network"/>.</summary>
    public static Option<string> Positions(string? standard = null, string more = "") => WithStandard(standard, new("--positions")
    {
        Description = Joined("Positions: 1,7,18 or all.", more),
        HelpName = "LIST",
        CompletionSources = { Offers.Positions },
    });

    /// <summary>The precision of computing, as <see cref="Network"/>.</summary>
    public static Option<string> Precision(string? standard = null, string more = "") => WithStandard(standard, new("--precision")
    {
        Description = Joined("Precision: auto, fp32 or bf16.", more),
        HelpName = "NAME",
        CompletionSources = { Offers.Precisions },
    });

    /// <summary>The file that a command writes.</summary>
    /// <param name="standard">The one that is written where none is named; null for none.</param>
    /// <param name="what">What it holds, as a sentence.</param>
    /// <param name="ending">How files of the kind end.</param>
    public static Option<string> Out(string? standard, string what, string ending) => WithStandard(standard, new("--out")
    {
        Description = Joined("The file to write.", what),
        HelpName = "FILE",
        CompletionSources = { Offers.Files(ending) },
    });

    /// <summary>Whether nothing is to be done.</summary>
    /// <param name="more">What is special about it there, as a sentence.</param>
    public static Option<bool> DryRun(string more) => new("--dry-run") { Description = Joined("Only say what would be done.", more) };

    /// <summary>Whether to follow a study.</summary>
    /// <param name="more">What is special about it there, as a sentence.</param>
    public static Option<bool> Watch(string more = "") => new("--watch") { Description = Joined("Follow a study until it ends, whoever runs it.", more) };

    public static Option<string> DataDirectory() => new("--data-directory")
    {
        Description = "Where downloaded data sets are kept.",
        HelpName = "DIR",
        DefaultValueFactory = _ => UserDirectories.Data,
        CompletionSources = { Offers.Directories },
    };

    public static Option<string> Workspace() => new("--workspace")
    {
        Description = "Where results and checkpoints are kept.",
        HelpName = "DIR",
        DefaultValueFactory = _ => DefaultWorkspace,
        CompletionSources = { Offers.Directories },
    };

    /// <summary>The option as it is written in a command that is to be the next, after a blank; nothing where the workspace is the default one.</summary>
    /// <param name="directory">The workspace as it was given.</param>
    public static string WorkspaceArgument(string directory) => directory == DefaultWorkspace ? "" : $" --workspace {Format.Argument(directory)}";

    /// <summary>Refuses options that were given and would do nothing.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="options">The options.</param>
    /// <param name="where">Where they do nothing, e.g. <c>without --data</c>.</param>
    /// <exception cref="ConfigurationException">One was given.</exception>
    public static void RefuseIdle(ParseResult parsed, IEnumerable<Option> options, string where)
    {
        if (options.FirstOrDefault(option => IsGiven(parsed, option)) is { } idle)
        {
            throw new ConfigurationException($"{idle.Name} does nothing {where}; leave it out.");
        }
    }

    /// <summary>Whether the command line has an option.</summary>
    public static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    public static Option<string?> Store() => new("--store")
    {
        Description = "PostgreSQL for the record; see docs/cluster.md.",
        HelpName = "STORE",
    };

    public static Option<string> Device() => new("--device")
    {
        Description = "auto, cpu or cuda.",
        HelpName = "NAME",
        DefaultValueFactory = _ => UserDirectories.Given("GRAFT_DEVICE") ?? "auto",
        CompletionSources = { Offers.Words("auto", "cpu", "cuda") },
    };

    /// <summary>A job's identifier, by default the newest's.</summary>
    public static Argument<string?> NewestJob() => new("ID")
    {
        Description = "A study's or acceleration's identifier or the start of it (default: the newest).",
        HelpName = "ID",
        CompletionSources = { Offers.Jobs() },
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>The job that <see cref="NewestJob"/> names.</summary>
    /// <exception cref="ConfigurationException">There is none, or more than one begins with it.</exception>
    public static StoredJob JobOf(IWorkspace workspace, string? id) => id is not null ? workspace.Jobs.Find(id) : First(workspace, workspace.Jobs.List());

    /// <summary>The job that was begun last, or gone on with.</summary>
    /// <exception cref="ConfigurationException">There is none.</exception>
    public static StoredJob LastBegun(IWorkspace workspace) => First(workspace, workspace.Jobs.List().OrderByDescending(job => job.Updated));

    /// <summary><c>--seed</c>.</summary>
    /// <param name="more">What is special about it there, as a sentence.</param>
    public static Option<int?> Seed(string more = "") => new("--seed")
    {
        Description = Joined("Decides initial values, order and augmentation.", more),
        HelpName = "N",
    };

    public static Option<bool> Force() => new("--force") { Description = "Replace a file that is there already." };

    public static Option<bool> Json() => new("--json") { Description = "Print one JSON document." };

    public static Option<double?> Margin() => new("--margin")
    {
        Description = "Largest difference of accuracies that does not matter, in points. [default: 0.5, or that of untilDecided]",
        HelpName = "POINTS",
        CustomParser = result => Number(result),
    };

    /// <summary>
    /// Reads a number with a decimal point. The parser of the command line's own takes commas for separators of thousands: 0,5 would be 5.
    /// </summary>
    public static double Number(ArgumentResult result)
    {
        if (double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
        {
            return number;
        }

        result.AddError("no number"); // UsageErrors has the words
        return double.NaN;
    }

    /// <summary>How results are judged; null where the study says it.</summary>
    /// <param name="margin">The value of <see cref="Margin"/>.</param>
    /// <exception cref="ConfigurationException">It is out of range.</exception>
    public static AnalysisOptions? Analysis(double? margin)
    {
        var options = margin is { } points ? new AnalysisOptions { Margin = points / 100 } : null;
        options?.Validate();
        return options;
    }

    /// <summary>Loads a data set and shows how far downloads and decoding have come.</summary>
    /// <param name="terminal">Shows it.</param>
    /// <param name="source">The data set's name or a directory.</param>
    /// <param name="images">How images become the network's input; null for as they are stored.</param>
    /// <param name="directory">Where downloaded data sets are kept.</param>
    /// <param name="side">Says the side in pixels of the square images that the network takes, for messages; null for any, or others.</param>
    /// <param name="cancellation">Ends downloads and decoding.</param>
    /// <exception cref="GraftException">The data cannot be loaded.</exception>
    public static ImageData LoadData(
        Terminal terminal, string source, ImageOptions? images, string directory, Func<int?> side, CancellationToken cancellation)
    {
        var options = new DataOptions { DataDirectory = directory, Images = images ?? new(), Progress = new DataProgressLines(terminal) };
        try
        {
            var data = DataSource.Load(source, options, cancellation);
            CliSession.WriteNotes(terminal, data);
            return data;
        }
        catch (DataException e) when (ImageFit.WithSide(e, side()) is { } fault)
        {
            throw fault;
        }
    }

    private static StoredJob First(IWorkspace workspace, IEnumerable<StoredJob> jobs) =>
        jobs.FirstOrDefault() ?? throw new ConfigurationException(
            $"no study or acceleration in {workspace.Location} yet; run 'graft study' or 'graft accelerate' first.");

    // Options of the same name say the same everywhere, with what is special about a command behind it.
    private static string Joined(string common, string more) => $"{common} {more}".TrimEnd();

    private static Option<string> WithStandard(string? standard, Option<string> option)
    {
        if (standard is not null)
        {
            option.DefaultValueFactory = _ => standard;
        }

        return option;
    }
}
