namespace Graft.Benchmarks;

/// <summary>A benchmark that has not been set up yet: what it measures is known before memory is taken for it.</summary>
/// <param name="Subject">What is measured, e.g. <c>train wrn-40-2, bf16, batch 128, 1 thread</c>.</param>
/// <param name="Create">Sets it up.</param>
public sealed record BenchmarkCase(string Subject, Func<IBenchmark> Create);
