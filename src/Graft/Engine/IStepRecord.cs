using Graft.Analysis;

namespace Graft.Engine;

/// <summary>
/// The steps of a workspace. A step that is done never changes again: whatever is recorded for it later is ignored, and the method says so by returning false.
/// Every change has a sequence number, so that "what changed since" is one query. Every method may be called from any thread and throws
/// <see cref="RunException"/> where the record cannot be used, and <see cref="StepLostException"/> where it would write for an attempt after which a later one
/// has begun elsewhere.
/// </summary>
internal interface IStepRecord
{
    /// <summary>The sequence number of the last change; 0 before the first.</summary>
    long Sequence { get; }

    /// <summary>Records steps as pending; those that are recorded already stay as they are.</summary>
    void Declare(IEnumerable<(string Key, string Kind, string Specification)> steps);

    /// <summary>The step of a key, or null if it was never declared.</summary>
    StoredStep? Find(string key);

    /// <summary>The steps of any number of keys, by key; keys that were never declared are missing.</summary>
    IReadOnlyDictionary<string, StoredStep> FindAll(IReadOnlyCollection<string> keys);

    /// <summary>All steps: those that were started in the order in which they were, then the others, by key.</summary>
    IReadOnlyList<StoredStep> List();

    /// <summary>The steps that changed after a sequence number, in the order of their last changes.</summary>
    IReadOnlyList<StoredStep> ChangedSince(long sequence);

    /// <summary>Begins an attempt. Call it while holding the step's lock.</summary>
    /// <param name="key">The step.</param>
    /// <param name="environment">What it runs on, as JSON.</param>
    /// <param name="holder">Who runs it: machine and process.</param>
    /// <returns>False if the step is done already, so that there is nothing to run.</returns>
    /// <exception cref="ArgumentException">The step was never declared.</exception>
    bool MarkRunning(string key, string environment, string holder);

    /// <summary>Records the results of other steps that an attempt uses, in place of those that one before used.</summary>
    /// <returns>False if the step is done already; what it stands on is kept.</returns>
    /// <exception cref="ArgumentException">The step was never declared.</exception>
    bool SaveInputs(string key, IReadOnlyList<StepInput> inputs);

    /// <summary>The results of other steps that the last attempt of each of some steps used; empty for those of versions that did not record them.</summary>
    IReadOnlyDictionary<string, IReadOnlyList<StepInput>> Inputs(IReadOnlyCollection<string> keys);

    /// <summary>Those of some steps that are done, each with the digest of its result (<see cref="ResultDigest"/>).</summary>
    IReadOnlyDictionary<string, string> Digests(IReadOnlyCollection<string> keys);

    /// <summary>Makes sure that the attempt that was begun by this object is the last one. Call it before a file of the step is written.</summary>
    /// <exception cref="StepLostException">A later one has begun elsewhere.</exception>
    void RequireHeld(string key);

    /// <summary>Records that steps are still being worked on; those that have ended are left alone.</summary>
    /// <param name="keys">The steps.</param>
    /// <param name="fraction">The part that is done, in [0, 1].</param>
    void Beat(IReadOnlyCollection<string> keys, double fraction);

    /// <summary>Records that steps were broken off: they show as interrupted at once, not only when their next sign of life does not come.</summary>
    /// <param name="keys">The steps; those that are not this object's attempt any more, or have ended, are left alone.</param>
    /// <param name="seconds">Active time of each, added to what is recorded.</param>
    void BreakOff(IReadOnlyCollection<string> keys, double seconds);

    /// <summary>Records the result of a step and, in the same transaction, what belongs to it.</summary>
    /// <param name="key">The step.</param>
    /// <param name="result">The result, as JSON.</param>
    /// <param name="seconds">The active time of this attempt; it is added to that of earlier attempts.</param>
    /// <param name="outcome">What was answered for each test image, if the step tested a network.</param>
    /// <param name="artifacts">The files of the result.</param>
    /// <returns>False if the step was done already; the first result is kept.</returns>
    /// <exception cref="ArgumentException">The step was never declared.</exception>
    bool Complete(string key, string result, double seconds, TestOutcome? outcome = null, IReadOnlyList<ArtifactChecksum>? artifacts = null);

    /// <summary>Records that an attempt ended with an error.</summary>
    /// <param name="key">The step.</param>
    /// <param name="error">What went wrong, for people.</param>
    /// <param name="seconds">The active time of this attempt; it is added to that of earlier attempts.</param>
    /// <returns>False if the step was done already.</returns>
    /// <exception cref="ArgumentException">The step was never declared.</exception>
    bool Fail(string key, string error, double seconds);

    /// <summary>Makes those of the given steps that failed pending again.</summary>
    /// <returns>How many there were.</returns>
    int ResetFailed(IReadOnlyCollection<string> keys);

    /// <summary>
    /// Makes a step that is done pending again: its files are gone or are not what was recorded, or it stands on what is another now. Its old result is
    /// forgotten.
    /// </summary>
    /// <param name="key">The step; one that is not done is left alone.</param>
    /// <param name="attempts">The attempts after which the result was seen that is meant: that of a later one stays. Null for any.</param>
    void Invalidate(string key, int? attempts = null);

    /// <summary>Records an epoch; one of the same number, from an attempt before, is replaced.</summary>
    /// <returns>False if the step is done already; its history is kept as it is.</returns>
    /// <exception cref="ArgumentException">The step was never declared.</exception>
    bool SaveEpoch(string key, EpochResult epoch);

    /// <summary>The epochs of each of the given steps, ascending; empty where there are none.</summary>
    IReadOnlyDictionary<string, IReadOnlyList<EpochResult>> Histories(IReadOnlyCollection<string> keys);

    /// <summary>Records a loss curve in place of the one before.</summary>
    /// <returns>False if the step is done already; its curve is kept as it is.</returns>
    /// <exception cref="ArgumentException">The step was never declared.</exception>
    bool SaveLossPoints(string key, IReadOnlyList<LossPoint> points);

    /// <summary>The loss curve of each of the given steps, in the order in which it was saved; empty where there is none.</summary>
    IReadOnlyDictionary<string, IReadOnlyList<LossPoint>> LossPoints(IReadOnlyCollection<string> keys);

    /// <summary>The outcome of a step's test run, or null if it has none.</summary>
    TestOutcome? Outcome(string key);

    /// <summary>The files that belong to a step's result; empty for results of versions that did not record them.</summary>
    IReadOnlyList<ArtifactChecksum> Artifacts(string key);
}

/// <summary>A file of a result.</summary>
/// <param name="Path">Its path, relative to the artifacts.</param>
/// <param name="Sha256">Its SHA-256 in lower-case hexadecimal.</param>
internal sealed record ArtifactChecksum(string Path, string Sha256);

/// <summary>A result that another step uses.</summary>
/// <param name="Need">The key of the step that gave it.</param>
/// <param name="Digest">Its digest when it was used (<see cref="ResultDigest"/>).</param>
internal sealed record StepInput(string Need, string Digest);

/// <summary>The jobs of a workspace. Every method throws <see cref="RunException"/> where the record cannot be used.</summary>
internal interface IJobRecord
{
    /// <summary>Records a job, or replaces all of it but the time when it was first saved.</summary>
    /// <param name="id">Its identifier.</param>
    /// <param name="kind">The kind of job, e.g. <c>study</c>.</param>
    /// <param name="plan">The resolved plan, as YAML.</param>
    /// <param name="document">What its results are put together by, as JSON.</param>
    /// <param name="steps">The keys of its steps, in its order.</param>
    /// <param name="isPart">
    /// Whether more steps will follow: those that are listed already stay, behind, as what an earlier run came to is to be kept and packed until this one has
    /// come as far.
    /// </param>
    void Save(string id, string kind, string plan, string document, IReadOnlyList<string> steps, bool isPart = false);

    /// <summary>The job of an identifier or of a prefix that only one has.</summary>
    /// <exception cref="ConfigurationException">No job, or more than one, begins with it.</exception>
    StoredJob Find(string idOrPrefix);

    /// <summary>All jobs, the newest (by the time when it was first saved) first.</summary>
    IReadOnlyList<StoredJob> List();

    /// <summary>Forgets a job, if it is there. Its steps and their results stay: other jobs may need them, now or later.</summary>
    /// <param name="id">Its identifier, whole.</param>
    void Forget(string id);
}
