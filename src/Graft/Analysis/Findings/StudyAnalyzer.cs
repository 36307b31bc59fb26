using Graft.Analysis.Sequential;
using Graft.Runtime;

namespace Graft.Analysis.Findings;

/// <summary>Puts the findings of a study together.</summary>
internal sealed class StudyAnalyzer(AnalysedStudy study, double margin, SequentialJudgement? sequential)
{
    private readonly Dictionary<AnalysedCell, Computed<PairedDifferences>> _toBaseline =
        study.Swapped.ToDictionary(c => c, study.ToBaseline);

    public StudyAnalysis Analyze()
    {
        var cells = Cells();
        var pairs = Pairs();
        var variance = Variance();
        return new()
        {
            Margin = margin,
            Cells = cells,
            Pairs = pairs,
            Variance = variance,
            Lengths = Lengths(),
            Correlations = Correlations(),
            Claims = new ClaimTests(study, margin, _toBaseline, Test, cells, pairs, variance).All(),
            Next = new NextSteps(study, margin, cells, sequential).All(),
        };
    }

    // Cells of one training length are about equally noisy; longer training is less so.
    private Computed<DifferenceTest> Test(PairedDifferences differences, params int[] lengths) => CrossedTest.Of(
        differences,
        study.NoiseOf(lengths)?.WithBaselines(lengths.Select(study.BaselineOf).OfType<AnalysedCell>().Select(c => c.Outcomes)));

    private List<CellFinding> Cells()
    {
        var cells = study.Swapped.ToList();
        var judged = ComparisonFamily.Judge([.. cells.Select(c => _toBaseline[c].Then(d => Test(d, c.Epochs)))], margin);
        return
        [
            .. cells.Zip(
                judged,
                (cell, comparison) =>
                {
                    var differences = _toBaseline[cell];
                    return new CellFinding
                    {
                        Position = cell.Position,
                        Operation = cell.Operation,
                        Epochs = cell.Epochs,
                        Accuracy = IntervalOf(cell.Accuracies),
                        ToTeacher = comparison,
                        OverSeeds = differences.Then(d => PairedTTest.Of(d.SeedMeans())),
                        OverImages = differences.Then(McNemarTest.Pooled),
                        OverImagesOfSeeds = differences.Value is { } table
                            ? [.. table.Seeds.Select((seed, i) => new SeedMcNemar(seed, McNemarTest.OfSeed(table, i)))]
                            : [],
                        Bootstrap = differences.Then(d => BootstrapInterval.Of(d, SeedOf(cell))),
                        Agreement =
                            study.BaselineOf(cell.Epochs) is { } baseline && differences.HasValue
                                ? Agreement.Between(cell.Outcomes, baseline.Outcomes)
                                : new NotComputable(differences.Reason!),
                    };
                }
            ),
        ];
    }

    private List<PairFinding> Pairs()
    {
        var pairs = study.Swapped.GroupBy(c => (c.Position, c.Epochs, c.Family)).SelectMany(family => family.Zip(family.Skip(1))).ToList();
        var judged = ComparisonFamily.Judge(
            [
                .. pairs.Select(p =>
                    Answers(p.First, p.Second).Then(_ => PairedDifferences.Between(p.Second.Outcomes, p.First.Outcomes)).Then(d => Test(d, p.First.Epochs))
                ),
            ],
            margin
        );
        return
        [
            .. pairs.Zip(
                judged,
                (pair, comparison) =>
                    new PairFinding
                    {
                        Position = pair.First.Position,
                        Epochs = pair.First.Epochs,
                        First = pair.First.Operation,
                        Second = pair.Second.Operation,
                        Comparison = comparison,
                        Agreement = Agreement.Between(pair.First.Outcomes, pair.Second.Outcomes),
                        AgreementOfSeeds = Agreement.BetweenSeeds(pair.First.Outcomes),
                    }
            ),
        ];
    }

    private List<VarianceFinding> Variance() => [.. study.Lengths.Select(epochs => new VarianceFinding(epochs, TwoWayAnova.Of(
        study.AtPositions.Where(c => c.Epochs == epochs).Select(c => (c.Position, c.Operation, c.Accuracies)).ToList())))];

    private List<LengthFinding> Lengths()
    {
        var steps = study.Lengths.Zip(study.Lengths.Skip(1)).ToList();
        var cells = steps
            .SelectMany(step =>
                study
                    .Swapped.Where(c => c.Epochs == step.First)
                    .Join(
                        study.Swapped.Where(c => c.Epochs == step.Second),
                        c => (c.Position, c.Operation),
                        c => (c.Position, c.Operation),
                        (shorter, longer) => (Shorter: shorter, Longer: longer)
                    )
            )
            .ToList();
        var judged = ComparisonFamily.Judge(
            [
                .. cells.Select(c =>
                    _toBaseline[c.Longer].Then(longer => _toBaseline[c.Shorter].Then(longer.Minus)).Then(d => Test(d, c.Shorter.Epochs, c.Longer.Epochs))
                ),
            ],
            margin
        );
        return
        [
            .. cells.Zip(
                judged,
                (cell, recovery) =>
                    new LengthFinding
                    {
                        Position = cell.Shorter.Position,
                        Operation = cell.Shorter.Operation,
                        From = cell.Shorter.Epochs,
                        To = cell.Longer.Epochs,
                        Gain = Answers(cell.Shorter, cell.Longer)
                            .Then(_ => PairedDifferences.Between(cell.Longer.Outcomes, cell.Shorter.Outcomes))
                            .Then(d => Test(d, cell.Shorter.Epochs, cell.Longer.Epochs)),
                        Recovery = recovery,
                    }
            ),
        ];
    }

    private List<CorrelationFinding> Correlations()
    {
        return [.. study.Lengths.SelectMany(epochs => Enum.GetValues<CostQuantity>().SelectMany(quantity => Of(epochs, quantity)))];

        IEnumerable<CorrelationFinding> Of(int epochs, CostQuantity quantity)
        {
            var positions = study
                .Candidates.Where(c => c.Epochs == epochs && c.Accuracies.Count > 0)
                .GroupBy(c => c.Position)
                .ToDictionary(
                    g => g.Key,
                    g =>
                        (IReadOnlyList<(double, double)>)
                            [.. g.Select(c => ((double)CostOf(c), Statistics.MeanFraction(c.Accuracies)))]
                );
            yield return new(epochs, quantity, "all", Correlation.Of([.. positions.Values.SelectMany(p => p)]));
            yield return new(epochs, quantity, "within", Correlation.Within([.. positions.Values]));
            foreach (var (position, points) in positions)
            {
                yield return new(epochs, quantity, Invariant($"{position}"), Correlation.Of(points));
            }

            long CostOf(AnalysedCell cell) => quantity == CostQuantity.Parameters ? cell.Parameters : cell.MultiplyAccumulates;
        }
    }

    private static Computed<IReadOnlyList<TrialOutcome>> Answers(AnalysedCell first, AnalysedCell second) =>
        AnalysedStudy.Answers(first).Then(_ => AnalysedStudy.Answers(second));

    private static Computed<ConfidenceInterval> IntervalOf(IReadOnlyList<double> accuracies) =>
        accuracies.Distinct().Count() switch
        {
            0 => new NotComputable("no trial has finished"),
            1 => new NotComputable(
                accuracies.Count == 1 ? "one seed says nothing about how much training varies" : "every seed has the same accuracy: nothing varies"
            ),
            _ => ConfidenceInterval.OfMean(accuracies)!,
        };

    // The same cell is resampled alike in every study that has it.
    private static ulong SeedOf(AnalysedCell cell) =>
        Seed.Mix([
            .. cell.Position.IsSingle ? [cell.Position.First] : new long[] { cell.Position.First, cell.Position.Last },
            cell.Epochs,
            .. cell.Operation.Select(c => (long)c),
        ]);
}
