using Graft.Data;
using Graft.Engine;

namespace Graft.Steps;

/// <summary>The kinds of step that Graft has.</summary>
internal static class BuiltInKinds
{
    /// <summary>A catalogue of them, and of others.</summary>
    /// <param name="others">Kinds beside Graft's own.</param>
    /// <exception cref="ConfigurationException">Two are of one name.</exception>
    public static StepKinds Create(params IEnumerable<StepKind> others) =>
        new([
            new TeacherKind(),
            new ImportKind(),
            new OnnxTeacherKind(),
            new DistillationKind(),
            new TrialKind(),
            new PredictorKind(),
            new MeasureKind(),
            new SimilarityKind(),
            new ScoreKind(),
            new LatencyKind(),
            new SelectionKind(),
            new ArchitectureKind(),
            new FineTuningKind(),
            new ExportKind(),
            .. others,
        ]);

    /// <summary>What they use beside their specifications.</summary>
    /// <param name="data">The data set that the steps are about.</param>
    /// <param name="device"><c>cpu</c> or <c>cuda</c>.</param>
    public static StepServices Services(ImageData data, string device) =>
        new StepServices().With(data).With(new NetworkCosts(data)).With(new StepDevice(device));
}
