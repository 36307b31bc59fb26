using System.CommandLine;
using Graft.Benchmarks;
using Graft.Cli.Completion;
using Graft.Cli.Views;
using Graft.Jobs;

namespace Graft.Cli.Commands;

/// <summary><c>graft bench</c>: what this machine reaches, against its own matrix rate and against PyTorch where it is installed.</summary>
internal static class BenchCommand
{
    public static Command Create(Terminal terminal)
    {
        var network = CommonOptions.NetworkByName("wrn-40-2");
        var rounds = new Option<int>("--rounds") { Description = "Measurements of each; they take turns.", HelpName = "N", DefaultValueFactory = _ => 5 };
        var only = new Option<string[]>("--only")
        {
            Description = "Only what contains one of these words, e.g. train.",
            HelpName = "WORD",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [],
        };
        var peer = new Option<string>("--peer")
        {
            Description = "bench/pytorch_peer.py, to measure PyTorch in the same run.",
            HelpName = "FILE",
            CompletionSources = { Offers.Files(".py") },
        };
        var python = new Option<string>("--python")
        {
            Description = "The interpreter that has PyTorch.",
            HelpName = "FILE",
            DefaultValueFactory = _ => "python3",
            CompletionSources = { Offers.Files() },
        };
        var json = CommonOptions.Json();
        var command = new Command("bench", "Measure training and inference on this machine.") { network, rounds, only, peer, python, json };
        command.SetAction(parsed =>
        {
            int count = parsed.GetValue(rounds);
            if (count < 1)
            {
                throw new ConfigurationException(Invariant($"--rounds is {count}; it must be at least 1."));
            }

            var suite = new BenchmarkSuite(parsed.GetValue(network)!, Environment.ProcessorCount, Program.StartInfo, TimeProvider.System)
            {
                Peer = parsed.GetValue(peer) is { } script ? (parsed.GetValue(python)!, Existing(script)) : null,
            };
            string[] words = parsed.GetValue(only)!;
            var cases = suite.Cases.Where(c => words.Length == 0 || words.Any(c.Subject.Contains)).ToList();
            if (cases.Count == 0)
            {
                throw new ConfigurationException(
                    $"--only {string.Join(' ', words)} leaves nothing to measure; there are: {string.Join("; ", suite.Cases.Select(c => c.Subject))}."
                );
            }

            var measurements = InterleavedRun.Measure(cases, count, new Rounds(terminal, count));
            using var shapes = Networks.Network.ShapesOnly(suite.Network);
            var comparisons = Comparison.Of(suite, measurements, shapes.Cost().MultiplyAccumulates);
            var environment = MachineInformation.Read("cpu");
            if (parsed.GetValue(json))
            {
                terminal.WriteJson(new
                {
                    environment,
                    network = suite.Network.Name,
                    batch = BenchmarkSuite.Batch,
                    rounds = count,
                    measurements = measurements.Select(r => new { r.Subject, r.Unit, r.Median, r.Low, r.High, r.Values }),
                    comparisons,
                });
            }
            else
            {
                BenchTable.Write(terminal, measurements, comparisons, environment, count);
            }

            return 0;
        });
        return command;
    }

    private static string Existing(string script) =>
        File.Exists(script)
            ? script
            : throw new ConfigurationException($"--peer {script}: there is no such file; bench/pytorch_peer.py of the repository is meant.");

    private sealed class Rounds(Terminal terminal, int count) : IProgress<int>
    {
        public void Report(int value) => terminal.WriteProgress(Invariant($"round {value} of {count}"));
    }
}
