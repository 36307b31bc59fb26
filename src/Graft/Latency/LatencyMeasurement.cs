using Graft.Onnx;
using Graft.Runtime;
using Microsoft.ML.OnnxRuntime;

namespace Graft.Latency;

/// <summary>
/// Measures models in ONNX Runtime on this machine and keeps the table on disk while it does: an interrupted measurement goes on with the rounds that are missing.
/// </summary>
/// <param name="path">The table's file.</param>
/// <param name="target">The target; what the file holds must be of it.</param>
/// <param name="protocol">How to measure.</param>
/// <param name="time">The clock.</param>
/// <param name="allowForeign">Whether a table of another target is taken all the same; what it lacks is measured here.</param>
public sealed class LatencyMeasurement(string path, LatencyTarget target, LatencyProtocol protocol, TimeProvider time, bool allowForeign = false)
{
    // A sample is the mean of so many runs that it lasts at least this long: the clock's own steps vanish in it.
    private const double SampleSeconds = 0.0005;

    private static readonly TimeSpan SaveInterval = TimeSpan.FromSeconds(5);

    /// <summary>Checks the table's file before anything is measured.</summary>
    /// <exception cref="ConfigurationException">It is of another target.</exception>
    /// <exception cref="DataException">It is not a latency table.</exception>
    public void Check() => Load();

    /// <summary>Measures what the table does not have yet, and returns the whole table.</summary>
    /// <param name="subjects">The models; equal ones are measured once.</param>
    /// <param name="progress">Is told how many are done, of how many.</param>
    /// <param name="reference">A model that is measured anew, in turns with the others, wherever one of them is: machines are not equally fast at all times.</param>
    /// <param name="cancellation">Ends the measurement; what was measured is kept.</param>
    /// <exception cref="ConfigurationException">The file is of another target.</exception>
    public LatencyTable Run(
        IReadOnlyCollection<LatencySubject> subjects,
        IProgress<(int Done, int Of)>? progress = null,
        LatencySubject? reference = null,
        CancellationToken cancellation = default)
    {
        var table = Load();
        var entries = new SortedDictionary<string, LatencyEntry>(table.Entries.ToDictionary());
        var left = subjects.DistinctBy(s => s.Key).Where(s => !entries.TryGetValue(s.Key, out var entry) || !entry.IsDone).ToList();
        if (left.Count == 0 && (reference is null || entries.GetValueOrDefault(reference.Key) is { IsDone: true }))
        {
            return table;
        }

        if (reference is not null)
        {
            entries.Remove(reference.Key);
            left.Add(reference);
        }

        var probes = new List<Probe>();
        try
        {
            probes.AddRange(left.Select(subject => new Probe(subject, protocol, time, entries.GetValueOrDefault(subject.Key)?.SamplesMs ?? [])));
            long saved = time.GetTimestamp();
            for (int round = 0; probes.Any(p => !p.IsDone); round++)
            {
                foreach (var probe in probes.Where(p => !p.IsDone).OrderBy(p => Seed.Mix(round, p.Order)).ToList())
                {
                    cancellation.ThrowIfCancellationRequested();
                    probe.Sample();
                }

                progress?.Report((probes.Count(p => p.IsDone), probes.Count));
                if (time.GetElapsedTime(saved) > SaveInterval)
                {
                    Save();
                    saved = time.GetTimestamp();
                }
            }

            return Save();
        }
        catch (OperationCanceledException)
        {
            Save();
            throw;
        }
        finally
        {
            probes.ForEach(p => p.Dispose());
        }

        LatencyTable Save()
        {
            foreach (var probe in probes)
            {
                entries[probe.Subject.Key] = new() { Name = probe.Subject.Name, SamplesMs = [.. probe.Samples], IsDone = probe.IsDone };
            }

            var whole = table with { Entries = entries };
            whole.Save(path);
            return whole;
        }
    }

    private LatencyTable Load()
    {
        var table = LatencyTable.TryLoad(path) ?? new LatencyTable { Target = target };
        if (!allowForeign)
        {
            table.CheckTarget(target, path);
        }

        return table;
    }

    /// <summary>One model while it is measured.</summary>
    private sealed class Probe : IDisposable
    {
        private readonly LatencyProtocol _protocol;
        private readonly TimeProvider _time;
        private readonly OnnxModel _model;
        private readonly RunOptions _options = new();
        private readonly OrtValue _input, _output;
        private readonly List<double> _samples;
        private int _repeats;

        public Probe(LatencySubject subject, LatencyProtocol protocol, TimeProvider time, IReadOnlyList<double> samples)
        {
            Subject = subject;
            _protocol = protocol;
            _time = time;
            _samples = [.. samples];
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
