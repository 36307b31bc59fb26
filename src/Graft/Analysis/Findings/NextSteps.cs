namespace Graft.Analysis.Findings;

/// <summary>What to try next, from what is undecided and what is missing.</summary>
internal sealed class NextSteps(AnalysedStudy study, double margin, IReadOnlyList<CellFinding> cells)
{
    public IReadOnlyList<NextStep> All() => [.. Comparability(), .. Savings(), .. Seeds(), .. Breadth()];

    private IEnumerable<NextStep> Comparability()
    {
        if (cells.Count > 0 && study.Lengths.Any(epochs => study.BaselineOf(epochs) is null))
        {
            yield return new NextStep.AddBaseline(AnalysedStudy.Baseline);
        }
    }

    // Swaps that make the network cheaper and are not worse.
    private IEnumerable<NextStep> Savings()
    {
        var cheaper = cells.Where(c => c.ToTeacher.Verdict is { Kind: VerdictKind.Equivalent or VerdictKind.Better, Basis: TestBasis.SeedsAndImages })
            .Join(study.Candidates, f => (f.Position, f.Operation, f.Epochs), c => (c.Position, c.Operation, c.Epochs), (_, cell) => cell)
            .Where(c => c.MultiplyAccumulates < study.MultiplyAccumulates)
            .OrderBy(c => c.MultiplyAccumulates).DistinctBy(c => (c.Position, c.Operation)).ToList();
        if (cheaper.Count > 0)
        {
            yield return new NextStep.CombineSavings(cheaper.ConvertAll(c => new NextStep.Saving(c.Position, c.Operation, Saved(c))));
        }

        double Saved(AnalysedCell cell) => (double)(study.MultiplyAccumulates - cell.MultiplyAccumulates) / study.MultiplyAccumulates;
    }

    private IEnumerable<NextStep> Seeds()
    {
        var undecided = cells.Where(c => c.ToTeacher.Verdict.Kind == VerdictKind.Undecided).ToList();
        if (cells.Any(c => c.ToTeacher.Verdict.Basis == TestBasis.Images))
        {
            yield return new NextStep.SecondSeed();
            yield break;
        }

        int[] needed = [.. undecided.Select(c => c.ToTeacher.Verdict.SeedsToDecide!.Value?.Seeds).OfType<int>().Order()];
        if (needed.Length > 0)
        {
            int half = needed[(needed.Length - 1) / 2];
            yield return new NextStep.MoreSeeds(undecided.Count, needed.Length, half, needed.Count(n => n <= half), needed[^1]);
        }

        int hopeless = undecided.Count - needed.Length;
        if (hopeless > 0)
        {
            yield return new NextStep.MoreImages(hopeless, SeedEstimate.MostSeeds, margin);
        }
    }

    private IEnumerable<NextStep> Breadth()
    {
        int tried = study.Swapped.Select(c => c.Position).Where(p => p.IsSingle).Distinct().Count();
        if (tried > 0 && tried < study.PositionCount)
        {
            yield return new NextStep.OtherPositions(study.PositionCount - tried, study.PositionCount);
        }

        if (study.Lengths is [var only])
        {
            yield return new NextStep.LongerTraining(only);
        }
    }
}
