using Graft.Onnx;
using Graft.Runtime;
using Microsoft.ML.OnnxRuntime;

namespace Graft.Latency;

/// <summary>
/// Measures models in ONNX Runtime on this machine, in turns: round by round, each once a round in an order by chance, so that what makes the machine faster or
/// slower for a while hits all alike that are still measured, and rounds are apart, so that it hits some rounds only. A model is done once its own interval is
/// narrow; as that is looked at after every round, the interval's 95 % are nominal. What the others are held against is measured in all rounds. Two
/// measurements of a machine wait for one another; what else runs there does not.
/// </summary>
/// <param name="protocol">How to measure.</param>
/// <param name="time">The clock.</param>
/// <param name="waited">Is told how long it waited for others to have measured; null for nobody.</param>
internal sealed class LatencyMeasurement(LatencyProtocol protocol, TimeProvider time, Action<TimeSpan>? waited = null)
{
    // A sample is the mean of so many runs that it lasts at least this long: the clock's own steps vanish in it.
    private const double SampleSeconds = 0.0005;

    // A model that was loaded just now is run so long before, and twice at the least, but no oftener than the protocol says.
    private const double WarmUpSeconds = 0.01;

    /// <summary>Measures.</summary>
    /// <param name="subjects">The models; equal ones are measured once.</param>
    /// <param name="reference">The key of the model that the others are held against, which is measured for as long as any is; null for none.</param>
    /// <param name="progress">Is told how many are done, of how many.</param>
    /// <param name="cancellation">Ends the measurement.</param>
    /// <returns>The entries by the subjects' keys.</returns>
    public IReadOnlyDictionary<string, LatencyEntry> Run(
        IReadOnlyCollection<LatencySubject> subjects,
        string? reference = null,
        IProgress<(int Done, int Of)>? progress = null,
        CancellationToken cancellation = default)
    {
        var probes = subjects.DistinctBy(s => s.Key).Select(s => new Probe(s, protocol, time)).ToList();
        return MachineTurn.Take(MachineTurn.OfLatencies, () => InRounds(probes, reference, progress, cancellation), time, waited, cancellation);
    }

    private Dictionary<string, LatencyEntry> InRounds(
        List<Probe> probes, string? reference, IProgress<(int Done, int Of)>? progress, CancellationToken cancellation)
    {
        for (int round = 0; probes.Any(p => !p.IsDone); round++)
        {
            long began = time.GetTimestamp();
            foreach (var probe in probes.Where(p => !p.IsDone || p.Subject.Key == reference).OrderBy(p => Seed.Mix(round, p.Order)).ToList())
            {
                cancellation.ThrowIfCancellationRequested();
                probe.Sample();
            }

            progress?.Report((probes.Count(p => p.IsDone), probes.Count));
            var pause = protocol.RoundDuration - time.GetElapsedTime(began);
            if (pause > TimeSpan.Zero && probes.Any(p => !p.IsDone))
            {
                Task.Delay(pause, time, cancellation).GetAwaiter().GetResult();
            }
        }

        return probes.ToDictionary(p => p.Subject.Key, p => new LatencyEntry { Name = p.Subject.Name, SamplesMs = [.. p.Samples], IsDone = true });
    }

    /// <summary>One model while it is measured.</summary>
    private sealed class Probe(LatencySubject subject, LatencyProtocol protocol, TimeProvider time)
    {
        private readonly List<double> _samples = [];
        private int _repeats;

        public LatencySubject Subject => subject;

        public long Order { get; } = Convert.ToInt64(subject.Key[..15], 16);

        public IReadOnlyList<double> Samples => _samples;

        public bool IsDone => _samples.Count >= protocol.MaxRounds
            || (_samples.Count >= protocol.MinRounds && Analysis.MedianInterval.Of(_samples)!.RelativeHalfWidth <= protocol.Precision);

        // Loaded anew for every sample: where a model lies in memory can make it some percent faster or slower for as long as it lies there.
        public void Sample()
        {
            using var model = OnnxModel.Load(subject.Model, subject.Name, protocol.Threads);
            using var options = new RunOptions();
            using var input = Zeros([protocol.BatchSize, .. subject.Input]);
            using var output = Zeros([protocol.BatchSize, .. subject.Output]);
            double warm = Seconds(1);
            for (int i = 1; i <= protocol.WarmUpRuns && (i < 2 || warm < WarmUpSeconds); i++)
            {
                warm += Seconds(1);
            }

            if (_repeats == 0)
            {
                _repeats = Math.Clamp((int)Math.Ceiling(SampleSeconds / Math.Max(1e-7, Seconds(1))), 1, 200);
            }

            _samples.Add(1000 * Seconds(_repeats) / _repeats);

            double Seconds(int runs)
            {
                long started = time.GetTimestamp();
                for (int i = 0; i < runs; i++)
                {
                    Run();
                }

                return time.GetElapsedTime(started).TotalSeconds;
            }

            void Run() => model.Session.Run(options, model.Session.InputNames, [input], model.Session.OutputNames, [output]);
        }

        private static OrtValue Zeros(long[] shape) => OrtValue.CreateTensorValueFromMemory(new float[shape.Aggregate(1L, (a, b) => a * b)], shape);
    }
}
