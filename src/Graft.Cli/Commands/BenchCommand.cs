using System.CommandLine;
using Graft.Benchmarks;
using Graft.Cli.Completion;
using Graft.Cli.Views;
using Graft.Engine;
using Graft.Jobs;

namespace Graft.Cli.Commands;

/// <summary><c>graft bench</c>: what this machine reaches, against its own matrix rate and against PyTorch where it is installed.</summary>
internal sealed class BenchCommand
{
    private readonly Terminal _terminal;
    private readonly Option<string> _network = CommonOptions.NetworkByName("wrn-40-2");
    private readonly Option<int> _rounds = new("--rounds")
    {
        Description = "Measurements of each; they take turns.",
        HelpName = "N",
        DefaultValueFactory = _ => 5,
    };
    private readonly Option<string[]> _only = new("--only")
    {
        Description = "Only what contains one of these words, e.g. train.",
        HelpName = "WORD",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [],
    };
    private readonly Option<string> _peer = new("--peer")
    {
        Description = "bench/pytorch_peer.py, to measure PyTorch in the same run.",
        HelpName = "FILE",
        CompletionSources = { Offers.Files(".py") },
    };
    private readonly Option<string> _python = new("--python")
    {
        Description = "The interpreter that has PyTorch.",
        HelpName = "FILE",
        DefaultValueFactory = _ => "python3",
        CompletionSources = { Offers.Files() },
    };
    private readonly Option<bool> _json = CommonOptions.Json();

    private BenchCommand(Terminal terminal) => _terminal = terminal;

    public static Command Create(Terminal terminal)
    {
        var bench = new BenchCommand(terminal);
        var command = new Command("bench", "Measure training and inference on this machine.")
        {
            bench._network,
            bench._rounds,
            bench._only,
            bench._peer,
            bench._python,
            bench._json,
        };
        command.SetAction(bench.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        int rounds = Rounds(parsed);
        var suite = Suite(parsed);
        var measurements = InterleavedRun.Measure(Cases(parsed, suite), rounds, new RoundLines(_terminal, rounds));
        using var shapes = Networks.Network.ShapesOnly(suite.Network);
        var comparisons = Comparison.Of(suite, measurements, shapes.Cost().MultiplyAccumulates);
        Write(suite, measurements, comparisons, MachineInformation.Read("cpu"), rounds, parsed.GetValue(_json));
        return 0;
    }

    private int Rounds(ParseResult parsed) => parsed.GetValue(_rounds) is >= 1 and var count
        ? count
        : throw new ConfigurationException(Invariant($"--rounds is {parsed.GetValue(_rounds)}; it must be at least 1."));

    private BenchmarkSuite Suite(ParseResult parsed) =>
        new(parsed.GetValue(_network)!, Environment.ProcessorCount, Program.StartInfo, TimeProvider.System)
        {
            Peer = parsed.GetValue(_peer) is { } script ? (parsed.GetValue(_python)!, Existing(script)) : null,
        };

    private static string Existing(string script) =>
        File.Exists(script)
            ? script
            : throw new ConfigurationException($"--peer {script}: there is no such file; bench/pytorch_peer.py of the repository is meant.");

    private List<BenchmarkCase> Cases(ParseResult parsed, BenchmarkSuite suite)
    {
        string[] words = parsed.GetValue(_only)!;
        var cases = suite.Cases.Where(c => words.Length == 0 || words.Any(c.Subject.Contains)).ToList();
        return cases.Count > 0
            ? cases
            : throw new ConfigurationException(
                $"--only {string.Join(' ', words)} leaves nothing to measure; there are: {string.Join("; ", suite.Cases.Select(c => c.Subject))}."
            );
    }

    private void Write(
        BenchmarkSuite suite,
        IReadOnlyList<Measurement> measurements,
        IReadOnlyList<Comparison> comparisons,
        RunEnvironment environment,
        int rounds,
        bool json
    )
    {
        if (!json)
        {
            BenchTable.Write(_terminal, measurements, comparisons, environment, rounds);
            return;
        }

        _terminal.WriteJson(new
        {
            environment,
            network = suite.Network.Name,
            batch = BenchmarkSuite.Batch,
            rounds,
            measurements = measurements.Select(r => new { r.Subject, r.Unit, r.Median, r.Low, r.High, r.Values }),
            comparisons,
        });
    }

    private sealed class RoundLines(Terminal terminal, int count) : IProgress<int>
    {
        public void Report(int value) => terminal.WriteProgress(Invariant($"round {value} of {count}"));
    }
}
