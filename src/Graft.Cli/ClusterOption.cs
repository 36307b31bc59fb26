using System.CommandLine;
using System.Globalization;
using Graft.Cli.Commands;
using Graft.Cli.Completion;
using Graft.Engine.Slurm;
using Graft.Jobs;

namespace Graft.Cli;

/// <summary>The options that hand a job to a cluster.</summary>
internal sealed class ClusterOption
{
    private const string NextName = "--next";

    private readonly Option<string?> _on = new("--on")
    {
        Description = "Where it runs: slurm, or a Slurm profile (YAML); see docs/cluster.md.",
        HelpName = "WHERE",
        CompletionSources = { Offers.Words("slurm"), Offers.Files(".yaml", ".yml") },
    };
    private readonly Option<bool> _wait = new("--wait") { Description = "With --on: stay until all has ended, and show it." };

    // The cluster gives the command again with it, and says how many steps had ended.
    private readonly Option<int?> _next = new(NextName) { Hidden = true };

    /// <summary>All of them.</summary>
    public IEnumerable<Option> All => [_on, _wait, _next];

    /// <summary>Whether to stay until all has ended.</summary>
    public bool Waits(ParseResult parsed) => parsed.GetValue(_wait);

    /// <summary>The cluster that is asked for; null for none.</summary>
    /// <exception cref="ConfigurationException">The profile cannot be read.</exception>
    public ClusterOptions? Read(ParseResult parsed) => parsed.GetValue(_on) is not { } on ? null : new()
    {
        Profile = on != "slurm" ? SlurmProfileFile.Load(on) : UserDirectories.SlurmProfile is { } file ? SlurmProfileFile.Load(file) : new SlurmProfile(),
        StartTask = arguments => Program.StartInfo(["step", .. arguments]),
        StartNext = ended => Program.StartInfo([.. Again(parsed), NextName, ended.ToString(CultureInfo.InvariantCulture)]),
        EndedBefore = parsed.GetValue(_next),
    };

    // The command line as it was given, but for what is the cluster's, and what is done once: what was measured again is there.
    private List<string> Again(ParseResult parsed)
    {
        var words = parsed.Tokens.Select(t => t.Value).ToList();
        words.RemoveAll(word => word == _wait.Name || word == AccelerateCommand.MeasureAgain);
        if (words.IndexOf(NextName) is >= 0 and int index)
        {
            words.RemoveRange(index, 2);
        }

        return words;
    }
}
