using System.Text.Json.Serialization;
using Graft.Engine;
using Graft.Steps;

namespace Graft.Jobs;

/// <summary>How the numbers of a study or an acceleration came about. None of it decides a result's key, but all of it is needed to repeat one.</summary>
public sealed record Provenance
{
    private const double SecondsPerHour = 3600;

    /// <summary>
    /// The resolved plan as YAML: every number that was used, so not the training of a teacher that was imported, unless another network was trained so.
    /// </summary>
    public required string Plan { get; init; }

    /// <summary>The data set's fingerprint (SHA-256).</summary>
    public required string DataFingerprint { get; init; }

    /// <summary>Versions by name: graft, .NET, TorchSharp, libtorch.</summary>
    public required IReadOnlyDictionary<string, string> Versions { get; init; }

    /// <summary>Processor, cores, memory and operating system in one line.</summary>
    public required string Machine { get; init; }

    /// <summary><c>cpu</c> or <c>cuda</c>.</summary>
    public required string Device { get; init; }

    /// <summary><c>fp32</c> or <c>bf16</c>: the type of convolutions.</summary>
    public required string Precision { get; init; }

    /// <summary>
    /// Convolutions that a processor computed wrong in bf16, so that fp32 had to do, e.g. <c>16-32-k3-s1-p1-g1-8x8</c>; null where there are none.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Float32Convolutions { get; init; }

    /// <summary>Processes that ran trials side by side, as the job was last given.</summary>
    public required int Workers { get; init; }

    /// <summary>Threads of each of these processes: those that most trials or fine-tunings had; as the job was last given where none has run.</summary>
    public required int ThreadsPerWorker { get; init; }

    /// <summary>When the job was first started (UTC).</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>When the last of its steps ended (UTC); null while some are left.</summary>
    public DateTimeOffset? Finished { get; init; }

    /// <summary>Sum of the time of all its steps, whoever ran them.</summary>
    public required double StepSeconds { get; init; }

    /// <summary>What each kind of step took, by the name of the kind.</summary>
    public IReadOnlyList<PhaseCost> Cost { get; init; } = [];

    /// <summary>Of the core-hours, those of steps that had ended before the job was first started: other jobs needed them, too.</summary>
    public double EarlierCoreHours { get; init; }

    /// <summary>Puts it together from the steps of a job.</summary>
    /// <param name="plan">The resolved plan as YAML.</param>
    /// <param name="dataFingerprint">The data set's fingerprint.</param>
    /// <param name="precision">The type of convolutions.</param>
    /// <param name="workers">Processes that ran steps side by side.</param>
    /// <param name="threadsPerWorker">Threads of each of these processes.</param>
    /// <param name="steps">The steps.</param>
    /// <param name="begun">When the job was first started; null where that is not known.</param>
    internal static Provenance Of(
        string plan,
        string dataFingerprint,
        string precision,
        int workers,
        int threadsPerWorker,
        IReadOnlyCollection<StoredStep> steps,
        DateTimeOffset? begun = null)
    {
        var environments = steps.Where(s => s.Environment is not null).Select(s => StepResults.FromJson<RunEnvironment>(s.Environment!)).ToList();
        string[] float32 = [.. environments.SelectMany(e => e.Float32Convolutions ?? []).Distinct().Order(StringComparer.Ordinal)];
        bool finished = steps.Count > 0 && steps.All(s => s.State.HasEnded());
        return new()
        {
            Plan = plan,
            DataFingerprint = dataFingerprint,
            Versions = environments.SelectMany(e => e.Versions).GroupBy(v => v.Key).OrderBy(g => g.Key, StringComparer.Ordinal)
                .ToDictionary(g => g.Key, g => string.Join(", ", g.Select(v => v.Value).Distinct().Order(StringComparer.Ordinal))),
            Machine = string.Join("; ", environments.Select(e => e.Machine).Distinct().Order(StringComparer.Ordinal)),
            Device = string.Join(", ", environments.Select(e => e.Device).Distinct().Order(StringComparer.Ordinal)),
            Precision = precision,
            Float32Convolutions = float32.Length > 0 ? float32 : null,
            Workers = workers,
            ThreadsPerWorker = ThreadsOfTrainings(steps) ?? threadsPerWorker,
            Started = steps.Select(s => s.Started).Where(t => t is not null).Min() ?? default,
            Finished = finished ? steps.Max(s => s.Finished) : null,
            StepSeconds = steps.Sum(s => s.Seconds),
            Cost = [.. steps.Where(s => s.Seconds > 0).GroupBy(s => s.Kind).OrderBy(kind => kind.Key, StringComparer.Ordinal).Select(CostOf)],
            EarlierCoreHours = steps.Where(s => s.Finished < begun).Sum(CoreHoursOf),
        };
    }

    // Last bits depend on them: what is trained once more is to have as many.
    private static int? ThreadsOfTrainings(IEnumerable<StoredStep> steps) => steps
        .Where(s => s is { Environment: not null, Kind: TrialKind.KindName or FineTuningKind.KindName })
        .Select(s => StepResults.FromJson<RunEnvironment>(s.Environment!).Threads).Where(threads => threads > 0)
        .GroupBy(threads => threads).MaxBy(group => group.Count())?.Key;

    private static PhaseCost CostOf(IGrouping<string, StoredStep> steps) => new(
        steps.Key, steps.Count(s => s.State.HasEnded()), steps.Sum(s => s.Seconds), steps.Sum(CoreHoursOf)
    );

    private static double CoreHoursOf(StoredStep step) => step.Seconds * ThreadsOf(step) / SecondsPerHour;

    private static int ThreadsOf(StoredStep step) =>
        step.Environment is null ? 1 : Math.Max(1, StepResults.FromJson<RunEnvironment>(step.Environment).Threads);
}
