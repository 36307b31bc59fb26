using System.CommandLine;
using Graft.Benchmarks;
using Graft.Operations;

namespace Graft.Cli.Commands;

/// <summary>
/// <c>graft bench-step</c>: a process that measures for <c>graft bench</c>, as <see cref="ProcessBenchmark"/> wants it. Not for people, and so not in the help.
/// </summary>
internal static class BenchStepCommand
{
    public static Command Create(Terminal terminal)
    {
        var mode = new Argument<string>("mode");
        var network = new Argument<string>("network");
        var precision = new Argument<string>("precision");
        var threads = new Argument<int>("threads");
        var command = new Command("bench-step", "Measures whenever it reads a line.") { mode, network, precision, threads };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            using var benchmark = BenchmarkSuite.Step(
                parsed.GetValue(mode)!,
                parsed.GetValue(network)!,
                PrecisionNames.Parse(parsed.GetValue(precision)!, "cpu"),
                parsed.GetValue(threads),
                TimeProvider.System
            );
            using var input = new StreamReader(Console.OpenStandardInput());
            terminal.Output.WriteLine("ready");
            terminal.Output.Flush();
            while (input.ReadLine() is not null)
            {
                terminal.Output.WriteLine(benchmark.Run());
                terminal.Output.Flush();
            }

            return 0;
        });
        return command;
    }
}
