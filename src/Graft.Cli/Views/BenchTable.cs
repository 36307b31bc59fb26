using Graft.Benchmarks;
using Graft.Steps;
using Spectre.Console;

namespace Graft.Cli.Views;

/// <summary>What was measured, with its spread and the machine.</summary>
internal static class BenchTable
{
    public static void Write(Terminal terminal, IReadOnlyList<Measurement> results, RunEnvironment environment, int rounds)
    {
        var table = Tables.Create("measured", ">median", ">lowest", ">highest", "unit");
        foreach (var result in results)
        {
            table.AddRow(result.Subject, $"{result.Median:N0}", $"{result.Low:N0}", $"{result.High:N0}", result.Unit);
        }

        terminal.Out.Write(table);
        terminal.WriteLine($"{environment.Machine}; {string.Join(", ", environment.Versions.Select(v => $"{v.Key} {v.Value}"))}; n = {rounds}, in turns.");
    }
}
