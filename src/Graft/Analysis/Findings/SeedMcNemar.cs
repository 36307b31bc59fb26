namespace Graft.Analysis.Findings;

/// <summary>McNemar's test of one seed.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Test">The test.</param>
public sealed record SeedMcNemar(int Seed, Computed<McNemarTest> Test);
