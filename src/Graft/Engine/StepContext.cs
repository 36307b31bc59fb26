using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Graft.Analysis;

namespace Graft.Engine;

/// <summary>What a kind of step is given to run with: the results of other steps, files, a clock, and where results go.</summary>
public sealed class StepContext
{
    private readonly IWorkspace _workspace;
    private readonly StepKinds _kinds;
    private readonly IReadOnlyList<Step> _steps;
    private readonly Action<StepProgress> _progress;
    private readonly Func<bool> _isLost;
    private readonly Dictionary<string, StepOutcome> _outcomes = [];
    private long _lastEnd; // of a step of the attempt; before the first, when the attempt began
    private TimeSpan _waited; // since then
    private double? _shared; // seconds of each step before the first of them ended

    internal StepContext(
        IWorkspace workspace,
        StepKinds kinds,
        StepServices services,
        IReadOnlyList<Step> steps,
        int threads,
        TimeProvider time,
        Action<StepProgress> progress,
        Func<bool> isLost,
        CancellationToken cancellation
    )
    {
        _workspace = workspace;
        _kinds = kinds;
        _steps = steps;
        _progress = progress;
        _isLost = isLost;
        Services = services;
        Threads = threads;
        Time = time;
        Cancellation = cancellation;
        _lastEnd = time.GetTimestamp();
    }

    /// <summary>What steps use beside their specifications.</summary>
    public StepServices Services { get; }

    /// <summary>The threads to compute with.</summary>
    public int Threads { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>Ends the attempt; a kind that can go on from a checkpoint writes one first.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>Whether another attempt has begun elsewhere, so that this one may write nothing any more.</summary>
    internal bool IsLost => _isLost();

    /// <summary>The digest of all results that this attempt uses: no attempt goes on from the checkpoint of one that used others.</summary>
    internal string StandsOn { get; private set; } = "";

    /// <summary>How the steps did so far.</summary>
    internal IReadOnlyDictionary<string, StepOutcome> Outcomes => _outcomes;

    private string AttemptName => _steps.Count == 1 ? _steps[0].Key : KeyOf(_steps);

    /// <summary>Tells how far the attempt has come.</summary>
    /// <param name="fraction">The part that is done, in [0, 1].</param>
    /// <param name="loss">The loss of the last batch; NaN where there is none.</param>
    /// <param name="resumed">The part that was done when this attempt began, from a checkpoint.</param>
    public void Report(double fraction, double loss = double.NaN, double resumed = 0) => _progress(new(fraction, loss, resumed));

    /// <summary>Takes time off in which the attempt computed nothing, as it waited for its turn.</summary>
    internal void Waited(TimeSpan time) => _waited += time;

    /// <summary>The result of another step.</summary>
    /// <exception cref="RunException">It has none.</exception>
    public TResult ResultOf<TResult>(string key)
        where TResult : class => _workspace.Steps.Find(key) is { State: StepState.Done, Result: { } result }
            ? StepResults.FromJson<TResult>(result)
            : throw new RunException($"step {key} has no result yet, but another step needs it.");

    /// <summary>The specification of another step.</summary>
    /// <exception cref="RunException">It was never declared.</exception>
    public Step StepOf(string key) => _workspace.Steps.Find(key) is { } stored
        ? _kinds.Parse(stored.Specification)
        : throw new RunException($"step {key} is not in the workspace, but another step needs it.");

    /// <summary>The absolute path of a file of the workspace.</summary>
    public string PathOf(string artifact) => _workspace.Artifacts.PathOf(artifact);

    /// <summary>The absolute path of a file that a step is about to write.</summary>
    /// <exception cref="OperationCanceledException">Another attempt has begun elsewhere: the file is its.</exception>
    public string PathFor(Step step, string artifact)
    {
        _workspace.Steps.RequireHeld(step.Key);
        return PathOf(artifact);
    }

    /// <summary>Where the state of this attempt is kept while it runs: a name that belongs to exactly these steps.</summary>
    public string CheckpointPath => PathOf($"checkpoints/{AttemptName}.safetensors");

    /// <summary>Where the state of a part of this attempt is kept while it runs.</summary>
    internal string CheckpointPathOf(string part) => PathOf($"checkpoints/{AttemptName}.{part}.safetensors");

    /// <summary>Records which results of other steps this attempt uses.</summary>
    internal void TakeInputs()
    {
        var digests = _workspace.Steps.Digests([.. _steps.SelectMany(s => s.Needs).Distinct()]);
        foreach (var step in _steps)
        {
            _workspace.Steps.SaveInputs(step.Key, [.. InputsOf(step, digests)]);
        }

        StandsOn = ResultDigest.Of(_steps.SelectMany(step => InputsOf(step, digests)).Distinct());
    }

    private static IEnumerable<StepInput> InputsOf(Step step, IReadOnlyDictionary<string, string> digests) =>
        step.Needs.Distinct().Where(digests.ContainsKey).Select(need => new StepInput(need, digests[need]));

    /// <summary>Records an epoch of a step that trains.</summary>
    public void SaveEpoch(Step step, EpochResult epoch) => _workspace.Steps.SaveEpoch(step.Key, epoch);

    /// <summary>Records the loss curve of a step.</summary>
    public void SaveLossPoints(Step step, IReadOnlyList<LossPoint> points) => _workspace.Steps.SaveLossPoints(step.Key, points);

    /// <summary>Records a result, with the checksums of its files.</summary>
    /// <param name="step">The step.</param>
    /// <param name="result">Its result.</param>
    /// <param name="outcome">What was answered for each test image, if the step tested a network.</param>
    public void Complete<TResult>(Step step, TResult result, TestOutcome? outcome = null)
        where TResult : class
    {
        string json = StepResults.ToJson(result);
        var artifacts = _kinds.Of(step).ArtifactsOf(json).Select(path => new ArtifactChecksum(path, ArtifactCheck.HashOf(PathOf(path)))).ToList();
        _workspace.Steps.Complete(step.Key, json, TakeSeconds(), outcome, artifacts);
        _outcomes[step.Key] = StepOutcome.Done;
    }

    /// <summary>Records that a step failed by itself; others of the batch go on.</summary>
    public void Fail(Step step, string error)
    {
        _workspace.Steps.Fail(step.Key, error, TakeSeconds());
        _outcomes[step.Key] = StepOutcome.Failed;
    }

    /// <summary>Records that the steps that have not ended were broken off.</summary>
    internal void BreakOff()
    {
        List<string> left = [.. _steps.Select(s => s.Key).Where(key => !_outcomes.ContainsKey(key))];
        _workspace.Steps.BreakOff(left, TakeSeconds(left.Count));
    }

    // The attempt's time is shared out: what came before the first end among all steps, what came after an end is of those that end next.
    private double TakeSeconds(int ending = 1)
    {
        long now = Time.GetTimestamp();
        double since = Math.Max(0, (Time.GetElapsedTime(_lastEnd, now) - _waited).TotalSeconds);
        (_lastEnd, _waited) = (now, TimeSpan.Zero);
        if (_shared is { } shared)
        {
            return shared + since / Math.Max(1, ending);
        }

        _shared = since / _steps.Count;
        return _shared.Value;
    }

    private static string KeyOf(IEnumerable<Step> steps) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(steps.Select(s => s.Key)))).AsSpan(0, 16));
}
