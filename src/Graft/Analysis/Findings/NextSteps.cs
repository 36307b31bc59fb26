using Graft.Analysis.Sequential;

namespace Graft.Analysis.Findings;

/// <summary>What to try next, from what is undecided and what is missing.</summary>
/// <param name="study">The study.</param>
/// <param name="margin">The largest difference that does not matter, a fraction.</param>
/// <param name="cells">Its cells, each against the unchanged network.</param>
/// <param name="sequential">The verdicts of a study that adds seeds by itself until they are there; they count then. Null for another.</param>
internal sealed class NextSteps(AnalysedStudy study, double margin, IReadOnlyList<CellFinding> cells, SequentialJudgement? sequential)
{
    public IReadOnlyList<NextStep> All() => [.. Comparability(), .. Savings(), .. Seeds(), .. Breadth()];

    private IEnumerable<NextStep> Comparability()
    {
        if (cells.Count > 0 && study.Lengths.Any(epochs => study.BaselineOf(epochs) is null))
        {
            yield return new NextStep.AddBaseline(AnalysedStudy.Baseline);
        }
    }

    // Swaps that make the network cheaper and are equivalent or better at some training length, worse at none.
    private IEnumerable<NextStep> Savings()
    {
        var verdicts = Verdicts().ToLookup(v => (v.Position, v.Operation), v => (v.Kind, v.Basis));
        var cheaper = study.Candidates.Where(c => c.MultiplyAccumulates < study.MultiplyAccumulates)
            .DistinctBy(c => (c.Position, c.Operation)).Where(c => IsNotWorse([.. verdicts[(c.Position, c.Operation)]]))
            .OrderBy(c => c.MultiplyAccumulates).ToList();
        if (cheaper.Count > 0)
        {
            yield return new NextStep.CombineSavings(cheaper.ConvertAll(c => new NextStep.Saving(c.Position, c.Operation, Saved(c))));
        }

        double Saved(AnalysedCell cell) => (double)(study.MultiplyAccumulates - cell.MultiplyAccumulates) / study.MultiplyAccumulates;
    }

    private static bool IsNotWorse(List<(VerdictKind Kind, TestBasis? Basis)> atLengths) =>
        atLengths.Exists(v => v is { Kind: VerdictKind.Equivalent or VerdictKind.Better, Basis: TestBasis.SeedsAndImages })
        && !atLengths.Exists(v => v.Kind == VerdictKind.Worse);

    private IEnumerable<(Place Position, string Operation, VerdictKind Kind, TestBasis? Basis)> Verdicts() => sequential is null
        ? cells.Select(c => (c.Position, c.Operation, c.ToTeacher.Verdict.Kind, c.ToTeacher.Verdict.Basis))
        : sequential.Cells.Select(c => (c.Position, c.Operation, c.Verdict, c.Difference?.Basis));

    private IEnumerable<NextStep> Seeds()
    {
        if (sequential is not null)
        {
            yield break; // it adds them itself, up to its plan's limit; after the last look more would not have the error rates that were promised
        }

        var undecided = cells.Where(c => c.ToTeacher.Verdict.Kind == VerdictKind.Undecided).ToList();
        var bases = cells.Select(c => c.ToTeacher.Verdict.Basis).ToHashSet();
        if (bases.Contains(TestBasis.Images) && !bases.Contains(TestBasis.SeedsAndImages))
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

        var hopeless = undecided
            .Where(c => c.ToTeacher.Verdict is { Basis: TestBasis.SeedsAndImages, SeedsToDecide.HasValue: false })
            .ToLookup(LacksImages);
        if (hopeless[true].Any())
        {
            yield return new NextStep.MoreImages(hopeless[true].Count(), SeedEstimate.MostSeeds, margin);
        }

        foreach (var noisy in hopeless[false].GroupBy(c => c.Epochs))
        {
            if (Noisiest(noisy.Key) is var (cell, share))
            {
                var place = cell == study.BaselineOf(noisy.Key) ? default : cell.Position;
                yield return new NextStep.LessNoise(noisy.Count(), noisy.Key, SeedEstimate.MostSeeds, place, cell.Operation, share);
            }
        }
    }

    private static bool LacksImages(CellFinding cell) =>
        cell.ToTeacher.Verdict.SeedsToDecide!.Reason == SeedEstimate.TooFewImages(cell.ToTeacher.Difference.Value!.Images);

    // The noise of all cells of a length counts for each of them.
    private (AnalysedCell Cell, double Share)? Noisiest(int epochs) => study.NoiseOf(epochs) is { Squares: > 0 and var all }
        ? study.Pooled(epochs).Select(c => (Cell: c, Share: TrainingNoise.SquaresOf(c.Accuracies) / all)).MaxBy(c => c.Share)
        : null;

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
