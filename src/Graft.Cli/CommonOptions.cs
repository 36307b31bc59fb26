using System.CommandLine;
using Graft.Analysis.Findings;
using Graft.Data;

namespace Graft.Cli;

/// <summary>Options that several commands have.</summary>
internal static class CommonOptions
{
    public static Option<string> Data(string? standard = null)
    {
        var option = new Option<string>("--data") { Description = "Data set: a name ('graft data list') or a directory.", HelpName = "SOURCE" };
        if (standard is not null)
        {
            option.DefaultValueFactory = _ => standard;
        }

        return option;
    }

    public static Option<string> DataDirectory() => new("--data-directory")
    {
        Description = "Where downloaded data sets are kept.",
        HelpName = "DIR",
        DefaultValueFactory = _ => UserDirectories.Data,
    };

    public static Option<string> Workspace() => new("--workspace")
    {
        Description = "Where results and checkpoints are kept.",
        HelpName = "DIR",
        DefaultValueFactory = _ => "graft-workspace",
    };

    public static Option<string?> Store() => new("--store")
    {
        Description = "PostgreSQL for the record; see docs/cluster.md.",
        HelpName = "STORE",
    };

    public static Option<string> Device() => new("--device") { Description = "auto, cpu or cuda.", HelpName = "NAME", DefaultValueFactory = _ => "auto" };

    public static Option<bool> Json() => new("--json") { Description = "Print one JSON document." };

    public static Option<double> Margin() => new("--margin")
    {
        Description = "Largest difference of accuracies that does not matter, in points.",
        HelpName = "POINTS",
        DefaultValueFactory = _ => 100 * new AnalysisOptions().Margin,
    };

    /// <summary>How results are judged.</summary>
    /// <param name="margin">The value of <see cref="Margin"/>.</param>
    /// <exception cref="ConfigurationException">It is out of range.</exception>
    public static AnalysisOptions Analysis(double margin)
    {
        var options = new AnalysisOptions { Margin = margin / 100 };
        options.Validate();
        return options;
    }

    /// <summary>Loads a data set and shows how far downloads and decoding have come.</summary>
    public static ImageData LoadData(Terminal terminal, string source, string directory, CancellationToken cancellation)
    {
        var data = DataSource.Load(source, new() { DataDirectory = directory, Progress = new DataProgressLines(terminal) }, cancellation);
        CliSession.WriteNotes(terminal, data);
        return data;
    }
}
