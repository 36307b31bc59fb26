namespace Graft.Analysis.Findings;

/// <summary>
/// Judges comparisons that are read together. Two families of tests are each held at 5 % by <see cref="PValues.Correct"/>: those of no difference and those of
/// equivalence. A difference that is shown to lie within the margin is equivalent even where it is shown to differ from zero: it does not matter. Otherwise a
/// significant one is better or worse; what is neither is undecided.
/// </summary>
internal static class ComparisonFamily
{
    /// <summary>The chance of even one false "better" or "worse" among all, and likewise of a false "equivalent".</summary>
    public const double Alpha = 0.05;

    /// <summary>Judges a family.</summary>
    /// <param name="tests">Its comparisons; those that cannot be computed do not count in the correction.</param>
    /// <param name="margin">The largest difference that does not matter, a fraction.</param>
    /// <returns>The verdicts in the order of the tests.</returns>
    public static IReadOnlyList<Comparison> Judge(IReadOnlyList<Computed<DifferenceTest>> tests, double margin)
    {
        ArgumentNullException.ThrowIfNull(tests);
        var computed = tests.Select(t => t.Value).OfType<DifferenceTest>().ToList();
        var equivalences = computed.ConvertAll(t => t.Equivalence(margin));
        PValues[] differencePValues = [.. computed.Select(t => t.PValues)], equivalencePValues = [.. equivalences.Select(e => e.PValues)];
        double[] difference = PValues.Correct(differencePValues, Alpha), equivalence = PValues.Correct(equivalencePValues, Alpha);
        double lastLevel = HolmCorrection.LastLevel([.. differencePValues.Select(p => p.Pooled)], Alpha);
        double[] differenceLevels = Levels(differencePValues), equivalenceLevels = Levels(equivalencePValues);
        int next = 0;
        return [.. tests.Select(test =>
        {
            if (!test.HasValue)
            {
                return new Comparison
                {
                    Difference = test,
                    Equivalence = new NotComputable(test.Reason),
                    Verdict = new() { Kind = VerdictKind.NotComputable },
                };
            }

            int i = next++;
            var kind = equivalence[i] <= Alpha ? VerdictKind.Equivalent
                : !(difference[i] <= Alpha) ? VerdictKind.Undecided // also where it is no number
                : computed[i].Difference > 0 ? VerdictKind.Better : VerdictKind.Worse;
            return new Comparison
            {
                Difference = test,
                CorrectedPValue = difference[i],
                CorrectedInterval = computed[i].Interval(1 - lastLevel, 1 - PValues.OwnLevel),
                Equivalence = equivalences[i],
                CorrectedEquivalencePValue = equivalence[i],
                Verdict = new()
                {
                    Kind = kind,
                    Basis = computed[i].Basis,
                    SeedsToDecide = kind == VerdictKind.Undecided ? SeedsToDecide(computed[i], margin, differenceLevels[i], equivalenceLevels[i]) : null,
                },
            };
        })];
    }

    private static double[] Levels(PValues[] pValues) => HolmCorrection.Levels([.. pValues.Select(p => p.Pooled)], Alpha);

    private static Computed<SeedEstimate> SeedsToDecide(DifferenceTest test, double margin, double differenceLevel, double equivalenceLevel) =>
        test.Components is not { } components
            ? new NotComputable(SeedEstimate.OneSeed)
            : SeedEstimate.ToDecide(test.Difference, components, test.Images, test.Seeds, margin, differenceLevel, equivalenceLevel);
}
