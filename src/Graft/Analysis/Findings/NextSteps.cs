namespace Graft.Analysis.Findings;

/// <summary>What to try next, from what is undecided and what is missing.</summary>
internal sealed class NextSteps(AnalysedStudy study, double margin, IReadOnlyList<CellFinding> cells)
{
    private const int MostNamed = 3;

    public IReadOnlyList<string> All() => [.. Comparability(), .. Savings(), .. Seeds(), .. Breadth()];

    private IEnumerable<string> Comparability()
    {
        if (cells.Count > 0 && study.Lengths.Any(epochs => study.BaselineOf(epochs) is null))
        {
            yield return $"Add '{AnalysedStudy.Baseline}' to the operations: without the unchanged network trained on for as long nothing can be judged.";
        }
    }

    // Swaps that make the network cheaper and are not worse.
    private IEnumerable<string> Savings()
    {
        var cheaper = cells.Where(c => c.ToTeacher.Verdict is { Kind: VerdictKind.Equivalent or VerdictKind.Better, Basis: TestBasis.SeedsAndImages })
            .Join(study.Candidates, f => (f.Position, f.Operation, f.Epochs), c => (c.Position, c.Operation, c.Epochs), (_, cell) => cell)
            .Where(c => c.MultiplyAccumulates < study.MultiplyAccumulates)
            .OrderBy(c => c.MultiplyAccumulates).DistinctBy(c => (c.Position, c.Operation)).ToList();
        if (cheaper.Count > 0)
        {
            yield return $"Cheaper and not worse: {Words.Listed([.. cheaper.Take(MostNamed).Select(Saving)])}{(cheaper.Count > MostNamed ? Invariant($", and {cheaper.Count - MostNamed} more") : "")}. "
                + "Swap several at once to see whether their savings add up.";
        }

        string Saving(AnalysedCell cell) =>
            Invariant($"{cell.Operation} at {cell.Position} ({100.0 * (study.MultiplyAccumulates - cell.MultiplyAccumulates) / study.MultiplyAccumulates:0.#} % fewer multiply-accumulates)");
    }

    private IEnumerable<string> Seeds()
    {
        var undecided = cells.Where(c => c.ToTeacher.Verdict.Kind == VerdictKind.Undecided).ToList();
        if (cells.Any(c => c.ToTeacher.Verdict.Basis == TestBasis.Images))
        {
            yield return "Run a second seed (--seeds 2): with one, verdicts compare two trained networks, not two operations.";
            yield break;
        }

        int[] needed = [.. undecided.Select(c => c.ToTeacher.Verdict.SeedsToDecide!.Value?.Seeds).OfType<int>().Order()];
        if (needed.Length > 0)
        {
            // The fewest seeds that settle half of what seeds can settle: a next step, not the last one.
            int half = needed[(needed.Length - 1) / 2];
            yield return Invariant($"More seeds: {needed.Length} of {Words.Count(undecided.Count, "undecided cell")} can be decided, {needed.Count(n => n <= half)} of them with about {half} seeds ")
                + Invariant($"(--seeds {half}){(needed[^1] > half ? Invariant($", all with about {needed[^1]}") : "")}.");
        }

        int hopeless = undecided.Count - needed.Length;
        if (hopeless > 0)
        {
            yield return Invariant($"{Words.Count(hopeless, "cell")} will not be decided within {SeedEstimate.MostSeeds} seeds: test on more images, or widen the margin of {100 * margin:0.##} points (--margin).");
        }
    }

    private IEnumerable<string> Breadth()
    {
        var tried = study.Swapped.Select(c => c.Position).Distinct().ToHashSet();
        if (tried.Count > 0 && tried.Count < study.PositionCount)
        {
            yield return Invariant($"Positions that have not been tried: {study.PositionCount - tried.Count} of {study.PositionCount} (--positions all).");
        }

        if (study.Lengths is [var only])
        {
            yield return Invariant($"Train longer as well (--epochs {only},{2 * only}): whether losses shrink with training shows with two lengths.");
        }
    }
}
