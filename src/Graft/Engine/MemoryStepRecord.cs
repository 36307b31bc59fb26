using Graft.Analysis;

namespace Graft.Engine;

/// <summary>The record of steps in memory. Thread-safe.</summary>
internal sealed class MemoryStepRecord(TimeProvider time) : IStepRecord
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, StoredStep> _steps = [];
    private readonly Dictionary<string, SortedDictionary<int, EpochResult>> _epochs = [];
    private readonly Dictionary<string, IReadOnlyList<LossPoint>> _losses = [];
    private readonly Dictionary<string, TestOutcome> _outcomes = [];
    private readonly Dictionary<string, IReadOnlyList<ArtifactChecksum>> _artifacts = [];
    private readonly Dictionary<string, IReadOnlyList<StepInput>> _inputs = [];
    private long _sequence;

    public long Sequence
    {
        get
        {
            lock (_lock)
            {
                return _sequence;
            }
        }
    }

    public void Declare(IEnumerable<(string Key, string Kind, string Specification)> steps)
    {
        lock (_lock)
        {
            foreach (var (key, kind, specification) in steps.Where(s => !_steps.ContainsKey(s.Key)))
            {
                _steps[key] = new() { Key = key, Kind = kind, Specification = specification, State = StepState.Pending, Sequence = ++_sequence };
            }
        }
    }

    public StoredStep? Find(string key) => FindAll([key]).GetValueOrDefault(key);

    public IReadOnlyDictionary<string, StoredStep> FindAll(IReadOnlyCollection<string> keys)
    {
        lock (_lock)
        {
            return keys.Distinct().Where(_steps.ContainsKey).ToDictionary(key => key, key => Liveness.Of(_steps[key], time));
        }
    }

    public IReadOnlyList<StoredStep> List()
    {
        lock (_lock)
        {
            return
            [
                .. _steps
                    .Values.OrderBy(s => s.Started ?? DateTimeOffset.MaxValue)
                    .ThenBy(s => s.Key, StringComparer.Ordinal)
                    .Select(s => Liveness.Of(s, time)),
            ];
        }
    }

    public IReadOnlyList<StoredStep> ChangedSince(long sequence)
    {
        lock (_lock)
        {
            return [.. _steps.Values.Where(s => s.Sequence > sequence).OrderBy(s => s.Sequence).Select(s => Liveness.Of(s, time))];
        }
    }

    public bool MarkRunning(string key, string environment, string holder) => ChangeUnlessDone(key, step => step with
    {
        State = StepState.Running,
        Error = null,
        Finished = null,
        Environment = environment,
        Holder = holder,
        Heartbeat = time.GetUtcNow(),
        Fraction = 0,
        Started = step.Started ?? time.GetUtcNow(),
        Attempts = step.Attempts + 1,
    });

    public bool SaveInputs(string key, IReadOnlyList<StepInput> inputs) => ChangeUnlessDone(key, step =>
    {
        _inputs[key] = inputs;
        return step;
    });

    public IReadOnlyDictionary<string, IReadOnlyList<StepInput>> Inputs(IReadOnlyCollection<string> keys)
    {
        lock (_lock)
        {
            return keys.Distinct().ToDictionary(key => key, key => _inputs.GetValueOrDefault(key) ?? []);
        }
    }

    public IReadOnlyDictionary<string, string> Digests(IReadOnlyCollection<string> keys)
    {
        lock (_lock)
        {
            return keys.Distinct()
                .Where(key => _steps.GetValueOrDefault(key)?.State == StepState.Done)
                .ToDictionary(key => key, key => ResultDigest.Of(_steps[key].Result!, _artifacts.GetValueOrDefault(key) ?? []));
        }
    }

    // No other process can have begun an attempt.
    public void RequireHeld(string key)
    {
    }

    public void Beat(IReadOnlyCollection<string> keys, double fraction) =>
        ChangeRunning(keys, step => step with { Heartbeat = time.GetUtcNow(), Fraction = fraction });

    public void BreakOff(IReadOnlyCollection<string> keys, double seconds) =>
        ChangeRunning(keys, step => step with { Heartbeat = null, Seconds = step.Seconds + seconds });

    private void ChangeRunning(IReadOnlyCollection<string> keys, Func<StoredStep, StoredStep> change)
    {
        lock (_lock)
        {
            foreach (string key in keys.Where(key => _steps[key].State == StepState.Running))
            {
                _steps[key] = change(_steps[key]) with { Sequence = ++_sequence };
            }
        }
    }

    public bool Complete(string key, string result, double seconds, TestOutcome? outcome = null, IReadOnlyList<ArtifactChecksum>? artifacts = null) =>
        ChangeUnlessDone(key, step =>
        {
            if (outcome is not null)
            {
                _outcomes[key] = outcome;
            }

            _artifacts[key] = artifacts ?? [];
            return step with
            {
                State = StepState.Done,
                Result = result,
                Error = null,
                Heartbeat = null,
                Fraction = 1,
                Finished = time.GetUtcNow(),
                Seconds = step.Seconds + seconds,
            };
        });

    public bool Fail(string key, string error, double seconds) => ChangeUnlessDone(key, step => step with
    {
        State = StepState.Failed,
        Error = error,
        Heartbeat = null,
        Finished = time.GetUtcNow(),
        Seconds = step.Seconds + seconds,
    });

    public int ResetFailed(IReadOnlyCollection<string> keys)
    {
        lock (_lock)
        {
            var failed = keys.Distinct().Where(key => _steps.TryGetValue(key, out var step) && step.State == StepState.Failed).ToList();
            failed.ForEach(key => _steps[key] = _steps[key] with { State = StepState.Pending, Error = null, Finished = null, Sequence = ++_sequence });
            return failed.Count;
        }
    }

    public void Invalidate(string key, int? attempts = null)
    {
        lock (_lock)
        {
            if (_steps[key].State != StepState.Done || (attempts is { } seen && seen != _steps[key].Attempts))
            {
                return;
            }

            _steps[key] = _steps[key] with { State = StepState.Pending, Result = null, Finished = null, Fraction = 0, Sequence = ++_sequence };
            _outcomes.Remove(key);
            _artifacts.Remove(key);
        }
    }

    public bool SaveEpoch(string key, EpochResult epoch) => ChangeUnlessDone(key, step =>
    {
        (_epochs.TryGetValue(key, out var epochs) ? epochs : _epochs[key] = [])[epoch.Epoch] = epoch;
        return step;
    });

    public IReadOnlyDictionary<string, IReadOnlyList<EpochResult>> Histories(IReadOnlyCollection<string> keys)
    {
        lock (_lock)
        {
            return keys.Distinct()
                .ToDictionary(key => key, key => (IReadOnlyList<EpochResult>)[.. _epochs.GetValueOrDefault(key)?.Values ?? Enumerable.Empty<EpochResult>()]);
        }
    }

    public bool SaveLossPoints(string key, IReadOnlyList<LossPoint> points) => ChangeUnlessDone(key, step =>
    {
        _losses[key] = points;
        return step;
    });

    public IReadOnlyDictionary<string, IReadOnlyList<LossPoint>> LossPoints(IReadOnlyCollection<string> keys)
    {
        lock (_lock)
        {
            return keys.Distinct().ToDictionary(key => key, key => _losses.GetValueOrDefault(key) ?? []);
        }
    }

    public TestOutcome? Outcome(string key)
    {
        lock (_lock)
        {
            return _outcomes.GetValueOrDefault(key);
        }
    }

    public IReadOnlyList<ArtifactChecksum> Artifacts(string key)
    {
        lock (_lock)
        {
            return _artifacts.GetValueOrDefault(key) ?? [];
        }
    }

    private bool ChangeUnlessDone(string key, Func<StoredStep, StoredStep> change)
    {
        lock (_lock)
        {
            var step = _steps.GetValueOrDefault(key) ?? throw new ArgumentException($"Step {key} was never declared.", nameof(key));
            if (step.State == StepState.Done)
            {
                return false;
            }

            _steps[key] = change(step) with { Sequence = ++_sequence };
            return true;
        }
    }
}
