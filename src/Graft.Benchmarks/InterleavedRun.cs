namespace Graft.Benchmarks;

/// <summary>Measures benchmarks in turns: A B C, A B C, …</summary>
public static class InterleavedRun
{
    /// <summary>Sets each up and runs it once to warm up, then measures all of them in turns.</summary>
    /// <param name="cases">What to measure.</param>
    /// <param name="rounds">How often; at least 5 for a median that is worth reporting.</param>
    /// <param name="progress">Is told the round that begins.</param>
    /// <returns>The measurements, in the order of the cases.</returns>
    public static IReadOnlyList<Measurement> Measure(IReadOnlyList<BenchmarkCase> cases, int rounds, IProgress<int>? progress = null)
    {
        var benchmarks = new List<IBenchmark>();
        try
        {
            foreach (var @case in cases)
            {
                benchmarks.Add(@case.Create());
                benchmarks[^1].Run();
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

            return [.. cases.Zip(benchmarks, values).Select(x => new Measurement(x.First.Subject, x.Second.Unit, x.Third))];
        }
        finally
        {
            benchmarks.ForEach(b => b.Dispose());
        }
    }
}
