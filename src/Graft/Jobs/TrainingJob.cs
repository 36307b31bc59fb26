using Graft.Analysis;
using Graft.Data;
using Graft.Engine;
using Graft.Networks;
using Graft.Onnx.Import;
using Graft.Operations;
using Graft.Steps;
using Graft.Training;

namespace Graft.Jobs;

/// <summary>A training of a network from scratch.</summary>
public sealed record TrainingPlan
{
    /// <summary>The network's name, or an ONNX file.</summary>
    /// <value>Default: <c>wrn-16-2</c>.</value>
    public string Network { get; init; } = "wrn-16-2";

    /// <summary>A known data set's name, which is downloaded where it is not here yet, or a path.</summary>
    /// <value>Default: <c>cifar10</c>.</value>
    public string Data { get; init; } = "cifar10";

    /// <summary>How images become the network's input, where that is not as they are stored.</summary>
    public ImageOptions? Images { get; init; }

    /// <summary>
    /// Weights to go on from (safetensors or a PyTorch checkpoint); a classifier for other classes is made anew. The network's own ONNX file for the weights
    /// that it holds. Null to begin afresh. Pixels are normalised as <see cref="ImageOptions.Normalization"/> says, else as these weights do.
    /// </summary>
    public string? From { get; init; }

    /// <summary><c>auto</c> (bf16 where the processor has it natively), <c>fp32</c> or <c>bf16</c>.</summary>
    /// <value>Default: <c>auto</c>.</value>
    public string Precision { get; init; } = "auto";

    /// <summary>What is held out of training.</summary>
    public HeldOutPart HeldOut { get; init; } = new();

    /// <summary>Passes over the training images, from 1 to 100000.</summary>
    /// <value>Default: <c>10</c>.</value>
    public int Epochs { get; init; } = 10;

    /// <summary>Decides initial values, order and augmentation.</summary>
    /// <value>Default: <c>0</c>.</value>
    public int Seed { get; init; }

    /// <summary>How it is trained.</summary>
    public TrainingRecipe Recipe { get; init; } = new();

    /// <summary>Checks the values that can be checked without the data set.</summary>
    /// <exception cref="ConfigurationException">Some are wrong; the message lists all of them.</exception>
    public void Validate() => PlanFaults.Throw(this, Faults());

    private IEnumerable<string> Faults() =>
    [
        .. PrecisionNames.All.Contains(Precision) ? [] : new[] { PrecisionNames.FaultOf(Precision) },
        .. HeldOut.Fraction is >= 0 and <= 0.5 ? [] : new[] { Invariant($"the part that is held out is {HeldOut.Fraction}; it must be from 0 to 0.5.") },
        .. Epochs is >= 1 and <= 100_000 ? [] : new[] { Invariant($"epochs is {Epochs}; it must be from 1 to 100000.") },
        .. Images?.Faults("images") ?? [],
        .. Recipe.Faults("recipe"),
    ];
}

/// <summary>A trained network.</summary>
/// <param name="Step">The key of the step that trained it.</param>
/// <param name="Accuracy">Test accuracy.</param>
/// <param name="Parameters">Trainable parameters.</param>
/// <param name="MultiplyAccumulates">Multiply-accumulates for one image.</param>
/// <param name="Weights">The absolute path of its weights in the workspace.</param>
/// <param name="History">The epochs.</param>
/// <param name="Seconds">The time that the training took.</param>
public sealed record TrainingResult(
    string Step, double Accuracy, long Parameters, long MultiplyAccumulates, string Weights, IReadOnlyList<EpochResult> History, double Seconds)
{
    /// <summary>Test accuracy of the weights that it was trained on from (<see cref="TrainingPlan.From"/>); null where it began afresh.</summary>
    public double? AccuracyBefore { get; init; }
}

/// <summary>A training of a network from scratch, kept in the workspace as a teacher's is: a study with the same teacher takes it from there.</summary>
public sealed class TrainingJob : GraftJob<TrainingResult>
{
    /// <summary>What messages call the weights that a training begins with.</summary>
    internal const string WhatFromIs = "the weights to go on from";

    private readonly TrainingPlan _plan;
    private readonly NetworkDefinition _network;
    private readonly TeacherStep _step;
    private readonly ImportedFile? _from;

    private TrainingJob(GraftSession session, TrainingPlan plan, ImageData data)
        : base(session, data)
    {
        _plan = plan;
        _network = NetworkCatalog.Define(plan.Network, data.Train.Shape, data.ClassNames.Count);
        var import = session.Imports.Find(plan.Network);
        bool fromOwn = import is not null && plan.From == plan.Network;
        _from = plan.From is { } path && !fromOwn ? ImportedFile.Of(path, WhatFromIs) : null;
        var own = _from is null ? null : PixelsOf(_from, plan.Network, data.Outline);
        var named = _from is null ? [] : NetworkWeights.ReadClassNames(_from.Source);
        bool hasOtherClasses =
            new ClassOrder($"{plan.From}", named, data.Name, data.ClassNames).Agreement is ClassAgreement.Reordered or ClassAgreement.Different;
        Notes =
        [
            .. import is { Remark: { } remark } ? [$"{import.Path}: {remark}"] : Array.Empty<string>(),
            .. import?.Head is null
                ? Array.Empty<string>()
                : [Invariant($"{import.Path} tells other classes apart: its classifier is made anew for the {data.ClassNames.Count} of {data.Name}.")],
            .. hasOtherClasses
                ? [Invariant($"{plan.From} has other classes, or another order: its classifier is made anew for the {data.ClassNames.Count} of {data.Name}.")]
                : Array.Empty<string>(),
            .. Normalization.Contradiction(plan.Images?.Normalization is null ? null : data.Normalization, $"{plan.From}", own, "the options are taken")
                is { } contradiction
                ? [contradiction]
                : Array.Empty<string>(),
        ];
        _step = new()
        {
            Data = data.Fingerprint,
            Network = plan.Network,
            Precision = PrecisionNames.Parse(plan.Precision, session.Device),
            Recipe = plan.Recipe,
            Epochs = plan.Epochs,
            Seed = plan.Seed,
            HeldOut = plan.HeldOut,
            From = fromOwn ? plan.Network : _from?.Sha256,
            HasNewClassifier = hasOtherClasses && named.Count == data.ClassNames.Count,
            Normalization = NormalizationOf(import, plan.Images?.Normalization, own, data.Outline),
        };
    }

    /// <summary>What is to be said of the network before it is trained.</summary>
    internal IReadOnlyList<string> Notes { get; }

    /// <summary>Whether it has run already: running it again computes nothing.</summary>
    internal bool IsDone =>
        Session.DoneSteps([_step]).Values.SingleOrDefault() is { } done && ArtifactCheck.FaultOf(done, Session.Kinds, Session.Workspace) is null;

    /// <inheritdoc/>
    /// <exception cref="RunException">The training failed, or has not run.</exception>
    public override TrainingResult Result
    {
        get
        {
            var (stored, result) = Finished<TeacherStepResult>(
                _step, "the training has no result yet: RunAsync makes it, or it was broken off; run it again.");
            var history = Session.Workspace.Steps.Histories([_step.Key])[_step.Key];
            return new(
                _step.Key,
                result.Accuracy,
                result.Parameters,
                result.MultiplyAccumulates,
                Session.Workspace.Artifacts.PathOf(result.Weights),
                history,
                stored.Seconds
            )
            {
                AccuracyBefore = result.AccuracyBefore,
            };
        }
    }

    /// <inheritdoc/>
    protected override ImageOptions? Images => _plan.Images;

    /// <inheritdoc/>
    private protected override void Prepare(IWorkspace workspace)
    {
        _from?.CopyTo(workspace, ImportStep.PathFor(_from.Sha256));
        Session.Imports.Keep(_plan.Network, workspace);
        RequireFiles(workspace, _step);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Step> Steps(IStepResults results) => [_step];

    /// <inheritdoc/>
    private protected override WorkRate MeasureRate(CancellationToken cancellation) =>
        TrainingRate.Measure(_network, _step.Precision, _plan.Recipe, Data, Session.Device, Session.Cores, Session.Time, cancellation);

    // Weights that do not fit are named before anything is stored.
    private static Normalization? PixelsOf(ImportedFile weights, string network, DataOutline data)
    {
        TeacherStep.GoOn(network, weights.Source, data, seed: 0).Dispose();
        return NetworkWeights.ReadNormalization(weights.Source);
    }

    // As is asked for, else as the weights say, else as the network's file does. Null for as the data's are.
    private static string? NormalizationOf(ImportedNetwork? import, string? given, Normalization? own, DataOutline data)
    {
        if (import is not null)
        {
            return $"{NetworkImports.NormalizationOf(import, given ?? own?.ToString(), data)}";
        }

        if (given is not null || own is null || own == data.Normalization)
        {
            return null;
        }

        own.RequireChannels(data.Image);
        return $"{own}";
    }

    internal static TrainingJob Create(GraftSession session, TrainingPlan plan, ImageData data) => new(session, plan, data);
}
