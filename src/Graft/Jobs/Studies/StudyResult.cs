using System.Text.Json.Serialization;
using Graft.Analysis.Findings;
using Graft.Analysis.Prediction;
using Graft.Analysis.Sequential;

namespace Graft.Jobs.Studies;

/// <summary>
/// What a study found: one document, written as JSON by <c>graft study --json</c> and <c>graft show study</c>, and read by the report.
/// Accuracies are fractions of the test set in [0, 1]; times are in seconds.
/// </summary>
public sealed record StudyResult
{
    /// <summary>The study's identifier: a hash of its resolved plan and its data.</summary>
    public required string Study { get; init; }

    /// <summary>The network, e.g. <c>wrn-16-2</c>.</summary>
    public required string Network { get; init; }

    /// <summary>What the ONNX file was called that the network was read from, without its folder; null for networks of Graft's own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NetworkFile { get; init; }

    /// <summary>What readers call the network.</summary>
    internal string NetworkTitle => NetworkImports.Title(Network, NetworkFile);

    /// <summary>The data set's name.</summary>
    public required string Data { get; init; }

    /// <summary><c>done</c>, <c>incomplete</c> (some steps have not run yet) or <c>failed</c> (some steps failed).</summary>
    public required JobState State { get; init; }

    /// <summary>The trained network that operations were swapped in.</summary>
    public required TeacherResult Teacher { get; init; }

    /// <summary>What speaks against learning from differences: an unchanged network that lost most of what it had by training on. May be empty.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>
    /// One cell for each position, operation and training length that is available; positions ascending, operations and lengths in the plan's order.
    /// </summary>
    public required IReadOnlyList<CellResult> Cells { get; init; }

    /// <summary>The operations, in the plan's order.</summary>
    public IReadOnlyList<string> Operations { get; init; } = [];

    /// <summary>The cells that stay blank, and why.</summary>
    public required IReadOnlyList<UnavailableCell> Unavailable { get; init; }

    /// <summary>Whether accuracy differences can be predicted, for each training length; empty where no predictors were measured.</summary>
    public IReadOnlyList<Predictability> Predictability { get; init; } = [];

    /// <summary>Whether similar operations end with similar accuracies, for each training length; empty where no candidates were compared.</summary>
    public IReadOnlyList<SimilarityMap> Similarity { get; init; } = [];

    /// <summary>Measurements of candidates that failed; trials and the teacher tell of their own failures.</summary>
    public IReadOnlyList<FailedMeasurement> FailedMeasurements { get; init; } = [];

    /// <summary>What the statistics say: verdicts, effects, claims. Null in a document that was put together without them.</summary>
    public StudyAnalysis? Analysis { get; init; }

    /// <summary>
    /// The verdicts where seeds were added until they were there: these hold although one looked again and again, those of <see cref="Analysis"/> do not. Null
    /// in other studies.
    /// </summary>
    public SequentialJudgement? Sequential { get; init; }

    /// <summary>
    /// Other studies of the workspace that judge the same trials by another margin, from another first look or up to another limit of seeds, the oldest first.
    /// May be empty: each is another look at the same data, and error rates hold for what was chosen before looking.
    /// </summary>
    public IReadOnlyList<OtherMargin> OtherMargins { get; init; } = [];

    /// <summary>How the numbers came about.</summary>
    public required Provenance Provenance { get; init; }
}
