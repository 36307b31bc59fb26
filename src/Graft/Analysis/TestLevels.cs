namespace Graft.Analysis;

/// <summary>The levels of the tests that a verdict rests on: both questions are asked with pooled training noise and with own.</summary>
/// <param name="Difference">Of the two-sided test of no difference with pooled noise.</param>
/// <param name="Equivalence">Of each one-sided test of equivalence with pooled noise.</param>
/// <param name="OwnDifference">Of the test of no difference with own noise.</param>
/// <param name="OwnEquivalence">Of each test of equivalence with own noise.</param>
internal readonly record struct TestLevels(
    double Difference, double Equivalence, double OwnDifference = PValues.OwnLevel, double OwnEquivalence = PValues.OwnLevel);
