namespace Graft.Benchmarks;

/// <summary>Measures benchmarks in turns: A B C, A B C, …</summary>
public static class InterleavedRun
{
    /// <summary>Warms each up once, then measures all of them in turns.</summary>
    /// <param name="benchmarks">What to measure.</param>
    /// <param name="rounds">How often; at least 5 for a median that is worth reporting.</param>
    /// <param name="progress">Is told the round that begins.</param>
    public static IReadOnlyList<Measurement> Measure(IReadOnlyList<IRateBenchmark> benchmarks, int rounds, IProgress<int>? progress = null)
    {
        foreach (var benchmark in benchmarks)
        {
            benchmark.Run();
        }

        var values = benchmarks.Select(_ => new List<double>()).ToList();
        for (int round = 1; round <= rounds; round++)
        {
            progress?.Report(round);
            foreach (var (benchmark, list) in benchmarks.Zip(values))
            {
                list.Add(benchmark.Run());
            }
        }

        return [.. benchmarks.Zip(values, (benchmark, list) => new Measurement(benchmark.Subject, benchmark.Unit, list))];
    }
}
