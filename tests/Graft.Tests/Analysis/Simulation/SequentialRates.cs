using Graft.Analysis;
using Graft.Analysis.Findings;
using Graft.Analysis.Sequential;

namespace Graft.Tests.Analysis.Simulation;

/// <summary>How often verdicts are wrong when one looks after each seed, and how many trials it takes. Shares in [0, 1].</summary>
internal sealed record SequentialRates
{
    /// <summary>How often the first operation gets a false "better" or "worse" at any look.</summary>
    public required double First { get; init; }

    /// <summary>How often any operation without a difference gets a false "better" or "worse" at any look.</summary>
    public required double Family { get; init; }

    /// <summary>How often any operation at or beyond the margin gets a false "equivalent" at any look.</summary>
    public required double EquivalenceFamily { get; init; }

    /// <summary>The share of operations with a verdict in the end.</summary>
    public required double Decided { get; init; }

    /// <summary>The share of operations with a verdict if all seeds are run and looked at once.</summary>
    public required double DecidedAtOnce { get; init; }

    /// <summary>Trials that were run, of those that all seeds for all cells would take.</summary>
    public required double Trials { get; init; }

    /// <summary>Simulates studies.</summary>
    /// <param name="table">Noise and true differences; as many seeds as the last look has.</param>
    /// <param name="margin">The margin.</param>
    /// <param name="tables">How many studies.</param>
    public static SequentialRates Of(SimulatedTable table, double margin, int tables)
    {
        var options = new AnalysisOptions { Margin = margin };
        var plan = new SequentialPlan { MaxSeeds = table.Seeds };
        var studies = Enumerable.Range(0, tables).AsParallel().AsOrdered().Select(t =>
        {
            var trials = table.Draw((ulong)t);
            var tests = SimulatedTable.Tests(trials).Select(x => (Computed<DifferenceTest>)x);
            var atOnce = ComparisonFamily.Judge([.. tests], margin).Select(c => c.Verdict.Kind).ToList();
            var cells = SequentialJudgement.Of(Study(trials), plan, options).Cells;
            return (Kinds: cells.Select(c => c.Verdict).ToList(), AtOnce: atOnce, Trials: cells.Sum(c => c.Seeds) + cells.Max(c => c.Seeds));
        }).ToList();
        double[] differences = table.Differences;
        return new()
        {
            First = Share(s => differences[0] == 0 && Differs(s.Kinds[0])),
            Family = Share(s => s.Kinds.Zip(differences).Any(x => x.Second == 0 && Differs(x.First))),
            EquivalenceFamily = Share(s => s.Kinds.Zip(differences).Any(x => Math.Abs(x.Second) >= margin && x.First == VerdictKind.Equivalent)),
            Decided = studies.Average(s => s.Kinds.Average(k => k == VerdictKind.Undecided ? 0.0 : 1)),
            DecidedAtOnce = studies.Average(s => s.AtOnce.Average(k => k == VerdictKind.Undecided ? 0.0 : 1)),
            Trials = studies.Average(s => (double)s.Trials) / (table.Seeds * table.Noise.Length),
        };

        double Share(Func<(List<VerdictKind> Kinds, List<VerdictKind> AtOnce, int Trials), bool> counts) => studies.Average(s => counts(s) ? 1.0 : 0);
    }

    private static bool Differs(VerdictKind kind) => kind is VerdictKind.Better or VerdictKind.Worse;

    private static AnalysedStudy Study(IReadOnlyList<IReadOnlyList<TrialOutcome>> table) => new()
    {
        PositionCount = table.Count,
        Parameters = 1,
        MultiplyAccumulates = 1,
        Cells = [.. table.Select((trials, cell) => new AnalysedCell
        {
            Position = Math.Max(1, cell),
            Path = "",
            Operation = cell == 0 ? AnalysedStudy.Baseline : "identity",
            Epochs = 1,
            Parameters = 1,
            MultiplyAccumulates = 1,
            Accuracies = [.. trials.Select(t => (double)t.Outcome.CorrectCount / t.Outcome.Count)],
            Outcomes = trials,
        })],
    };
}
