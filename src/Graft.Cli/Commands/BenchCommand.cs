using System.CommandLine;
using System.Diagnostics;
using Graft.Benchmarks;
using Graft.Cli.Views;
using Graft.Networks;
using Graft.Operations;
using static TorchSharp.torch;

namespace Graft.Cli.Commands;

/// <summary><c>graft bench</c>: what this machine reaches, against its own matrix rate and against PyTorch where it is installed.</summary>
internal static class BenchCommand
{
    private const int Batch = 128, StepsOfARun = 4;

    public static Command Create(Terminal terminal)
    {
        var network = new Option<string>("--network") { Description = "The network: wrn-DEPTH-WIDTH or resnet-DEPTH.", DefaultValueFactory = _ => "wrn-40-2" };
        var rounds = new Option<int>("--rounds") { Description = "Measurements of each; they take turns.", HelpName = "N", DefaultValueFactory = _ => 5 };
        var peer = new Option<string>("--peer") { Description = "bench/pytorch_peer.py, to measure PyTorch in the same run.", HelpName = "FILE" };
        var python = new Option<string>("--python") { Description = "The interpreter that has PyTorch.", DefaultValueFactory = _ => "python3" };
        var operations = new Option<bool>("--operations") { Description = "Also each of the study's candidates at the last position." };
        var json = CommonOptions.Json();
        var command = new Command("bench", "Measure training and inference on this machine.") { network, rounds, operations, peer, python, json };
        command.SetAction(parsed =>
        {
            int count = parsed.GetValue(rounds);
            if (count < 1)
            {
                throw new ConfigurationException($"--rounds is {count}; it must be at least 1.");
            }

            var definition = NetworkCatalog.Define(parsed.GetValue(network)!, new(3, 32, 32), 10);
            var benchmarks = Benchmarks(definition, parsed.GetValue(operations), parsed.GetValue(peer), parsed.GetValue(python)!).ToList();
            try
            {
                var progress = new Rounds(terminal, count);
                var results = InterleavedRun.Measure(benchmarks, count, progress);
                var environment = Surroundings.Read("cpu");
                if (parsed.GetValue(json))
                {
                    terminal.WriteJson(new { environment, rounds = count, measurements = results.Select(r => new { r.Subject, r.Unit, r.Median, r.Low, r.High, r.Values }) });
                }
                else
                {
                    BenchTable.Write(terminal, results, environment, count);
                }

                return 0;
            }
            finally
            {
                benchmarks.ForEach(b => b.Dispose());
            }
        });
        return command;
    }

    private static IEnumerable<IRateBenchmark> Benchmarks(NetworkDefinition definition, bool operations, string? peer, string python)
    {
        var time = TimeProvider.System;
        int cores = Environment.ProcessorCount;
        string network = definition.Name;
        foreach (int threads in new[] { 1, cores }.Distinct())
        {
            yield return new MatrixBenchmark(ScalarType.Float32, threads, time);
            yield return new MatrixBenchmark(ScalarType.BFloat16, threads, time);
            yield return new CopyBenchmark(threads, time);
            foreach (var precision in new[] { Precision.Float32, Precision.BFloat16 })
            {
                yield return new TrainingBenchmark(network, precision, Batch, threads, StepsOfARun, time);
                yield return new EvaluationBenchmark(network, precision, Batch, threads, StepsOfARun, time);
            }
        }

        if (operations)
        {
            var last = definition.Positions[^1];
            foreach (var operation in OperationCatalog.Default.ParseList(["seed"]).Where(o => o.Family.WhyUnavailable(o, last) is null))
            {
                yield return new TrainingBenchmark(network, Precision.BFloat16, Batch, 1, StepsOfARun, time, (last.Index, operation.Text));
            }
        }

        if (peer is not null)
        {
            foreach (string mode in new[] { "train", "evaluate" })
            {
                foreach (string setting in new[] { "default", "tuned" })
                {
                    yield return Peer(peer, python, mode, network, setting, cores);
                }
            }
        }
    }

    private static PeerBenchmark Peer(string script, string python, string mode, string network, string setting, int threads) =>
        PeerBenchmark.TryStart(
            new ProcessStartInfo(python, [script, mode, network, setting, $"{Batch}", $"{threads}", $"{StepsOfARun}"]),
            $"PyTorch {setting}: {mode} {network}, batch {Batch}, {threads} {(threads == 1 ? "thread" : "threads")}")
        ?? throw new ConfigurationException($"'{python} {script}' does not start; is PyTorch installed there? Name the interpreter with --python.");

    private sealed class Rounds(Terminal terminal, int count) : IProgress<int>
    {
        public void Report(int value) => terminal.WriteProgress($"round {value} of {count}");
    }
}
