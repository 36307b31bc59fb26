using Graft.Onnx;
using Graft.Runtime;
using Microsoft.ML.OnnxRuntime;

namespace Graft.Latency;

/// <summary>
/// Measures models in ONNX Runtime on this machine, in turns: round by round, each once a round in an order by chance, so that what makes the machine faster or
/// slower for a while hits all alike that are still measured. A model is done once its own interval is narrow; as that is looked at after every round, the
/// interval's 95 % are nominal. Two measurements of a machine wait for one another; what else runs there does not.
/// </summary>
/// <param name="protocol">How to measure.</param>
/// <param name="time">The clock.</param>
/// <param name="waited">Is told how long it waited for others to have measured; null for nobody.</param>
internal sealed class LatencyMeasurement(LatencyProtocol protocol, TimeProvider time, Action<TimeSpan>? waited = null)
{
    // A sample is the mean of so many runs that it lasts at least this long: the clock's own steps vanish in it.
    private const double SampleSeconds = 0.0005;

    /// <summary>Measures.</summary>
    /// <param name="subjects">The models; equal ones are measured once.</param>
    /// <param name="progress">Is told how many are done, of how many.</param>
    /// <param name="cancellation">Ends the measurement.</param>
    /// <returns>The entries by the subjects' keys.</returns>
    public IReadOnlyDictionary<string, LatencyEntry> Run(
        IReadOnlyCollection<LatencySubject> subjects, IProgress<(int Done, int Of)>? progress = null, CancellationToken cancellation = default)
    {
        var probes = new List<Probe>();
        try
        {
            foreach (var subject in subjects.DistinctBy(s => s.Key))
            {
                cancellation.ThrowIfCancellationRequested();
                probes.Add(new(subject, protocol, time));
            }

            return MachineTurn.Take(MachineTurn.OfLatencies, () => Run(probes, progress, cancellation), time, waited, cancellation);
        }
        finally
        {
            probes.ForEach(p => p.Dispose());
        }
    }

    private static Dictionary<string, LatencyEntry> Run(List<Probe> probes, IProgress<(int Done, int Of)>? progress, CancellationToken cancellation)
    {
        for (int round = 0; probes.Any(p => !p.IsDone); round++)
        {
            foreach (var probe in probes.Where(p => !p.IsDone).OrderBy(p => Seed.Mix(round, p.Order)).ToList())
            {
                cancellation.ThrowIfCancellationRequested();
                probe.Sample();
            }

            progress?.Report((probes.Count(p => p.IsDone), probes.Count));
        }

        return probes.ToDictionary(p => p.Subject.Key, p => new LatencyEntry { Name = p.Subject.Name, SamplesMs = [.. p.Samples], IsDone = true });
    }

    /// <summary>One model while it is measured.</summary>
    private sealed class Probe : IDisposable
    {
        private readonly LatencyProtocol _protocol;
        private readonly TimeProvider _time;
        private readonly OnnxModel _model;
        private readonly RunOptions _options = new();
        private readonly OrtValue _input, _output;
        private readonly List<double> _samples = [];
        private int _repeats;

        public Probe(LatencySubject subject, LatencyProtocol protocol, TimeProvider time)
        {
            Subject = subject;
            _protocol = protocol;
            _time = time;
            Order = Convert.ToInt64(subject.Key[..15], 16);
            _model = OnnxModel.Load(subject.Model, subject.Name, protocol.Threads);
            _input = Zeros([protocol.BatchSize, .. subject.Input]);
            _output = Zeros([protocol.BatchSize, .. subject.Output]);
        }

        public LatencySubject Subject { get; }

        public long Order { get; }

        public IReadOnlyList<double> Samples => _samples;

        public bool IsDone => _samples.Count >= _protocol.MaxRounds
            || (_samples.Count >= _protocol.MinRounds && Analysis.MedianInterval.Of(_samples)!.RelativeHalfWidth <= _protocol.Precision);

        public void Sample()
        {
            if (_repeats == 0)
            {
                for (int i = 0; i < _protocol.WarmUpRuns; i++)
                {
                    Run();
                }

                _repeats = Math.Clamp((int)Math.Ceiling(SampleSeconds / Math.Max(1e-7, Seconds(1))), 1, 200);
            }

            Run(); // another model was just here: caches are filled again before the clock starts
            _samples.Add(1000 * Seconds(_repeats) / _repeats);
        }

        public void Dispose()
        {
            _input.Dispose();
            _output.Dispose();
            _options.Dispose();
            _model.Dispose();
        }

        private double Seconds(int runs)
        {
            long started = _time.GetTimestamp();
            for (int i = 0; i < runs; i++)
            {
                Run();
            }

            return _time.GetElapsedTime(started).TotalSeconds;
        }

        private void Run() => _model.Session.Run(_options, _model.Session.InputNames, [_input], _model.Session.OutputNames, [_output]);

        private static OrtValue Zeros(long[] shape) => OrtValue.CreateTensorValueFromMemory(new float[shape.Aggregate(1L, (a, b) => a * b)], shape);
    }
}
