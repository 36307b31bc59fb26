using System.Text.Json.Serialization;
using Graft.Data;
using Graft.Engine;
using Graft.Networks;
using Graft.Onnx.Import;
using Graft.Runtime;
using Graft.Training;
using TorchSharp;

namespace Graft.Steps;

/// <summary>Trains a network, from scratch or on from weights.</summary>
internal sealed record TeacherStep() : NetworkStep(TeacherKind.KindName, TeacherKind.CurrentRevision)
{
    /// <summary>How it is trained.</summary>
    public required TrainingRecipe Recipe { get; init; }

    /// <summary>Passes over the training images.</summary>
    public required int Epochs { get; init; }

    /// <summary>Decides initial values, order and augmentation.</summary>
    public required int Seed { get; init; }

    /// <summary>What is held out of training.</summary>
    public required HeldOutPart HeldOut { get; init; }

    /// <summary>
    /// Lower-case hexadecimal SHA-256 of the weights to go on from, which lie in the workspace as imports do; the network's name to go on from those of its
    /// ONNX file; null to begin afresh.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? From { get; init; }

    /// <summary>Whether the classifier is made anew though the weights have one for as many classes: these are others, or in another order.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool HasNewClassifier { get; init; }

    /// <summary>The key of the step that made a teacher to learn from beside the labels, of this network or another; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Teacher { get; init; }

    /// <summary>What is learnt from it; null for nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public KnowledgeDistillation? Distillation { get; init; }

    /// <summary>How pixels are normalised, as <see cref="Data.Normalization.ToString"/> writes it; null for as the data's are.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Normalization { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => Teacher is null
        ? Invariant($"teacher {Network}, {Plural.Of(Epochs, "epoch")}")
        : Invariant($"train {Network} with distillation, {Plural.Of(Epochs, "epoch")}");

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<string> Needs => Teacher is null ? [] : [Teacher];

    /// <summary>
    /// The network as it begins: with initial values, or with those of a file. A classifier for other classes than the file's is made anew. The caller owns it.
    /// </summary>
    /// <param name="weights">The file; null for initial values.</param>
    /// <param name="data">What is known of the data set.</param>
    /// <exception cref="DataException">The weights do not fit the network.</exception>
    internal Network Begin(string? weights, DataOutline data)
    {
        long seed = Runtime.Seed.Derive(Seed, (long)SeedUse.InitialValues);
        return weights is null
            ? Graft.Networks.Network.Create(Network, data.Image, data.ClassNames.Count, seed)
            : GoOn(Network, weights, data, seed, HasNewClassifier);
    }

    /// <summary>A network with the values of a file, as it begins to be trained on. The caller owns it.</summary>
    /// <param name="network">Its name.</param>
    /// <param name="weights">The file.</param>
    /// <param name="data">What is known of the data set.</param>
    /// <param name="seed">Decides the values of a classifier that is made anew.</param>
    /// <param name="hasNewClassifier">Whether it is made anew though the file has one for as many classes.</param>
    /// <exception cref="DataException">The weights do not fit the network.</exception>
    internal static Network GoOn(string network, string weights, DataOutline data, long seed, bool hasNewClassifier = false)
    {
        var (image, classes) = (data.Image, data.ClassNames.Count);
        return !hasNewClassifier && (OnnxNetworkSource.IsName(network) || NetworkWeights.ReadShape(weights, image.Height).Classes == classes)
            ? NetworkWeights.Open(weights, image, classes, network)
            : NetworkWeights.OpenForNewClasses(weights, image, classes, seed, network);
    }
}

/// <summary>The result of a teacher, trained or imported.</summary>
/// <param name="Accuracy">Test accuracy.</param>
/// <param name="Parameters">Trainable parameters.</param>
/// <param name="MultiplyAccumulates">Multiply-accumulates for one image.</param>
/// <param name="Weights">The file of weights, relative to the workspace's artifacts.</param>
internal sealed record TeacherStepResult(double Accuracy, long Parameters, long MultiplyAccumulates, string Weights)
{
    /// <summary>In words, that it answers the data's classes in another order; null where it does not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OtherOrder { get; init; }

    /// <summary>Test accuracy of the weights that it was trained on from, in [0, 1]; null where it began afresh or was imported.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? AccuracyBefore { get; init; }

    /// <summary>What is said of one that answers the classes in another order, or is no better than guessing; null for any other.</summary>
    /// <param name="data">The data set.</param>
    /// <param name="isTrainedHere">Whether it was trained on that, not taken over.</param>
    public string? RemarkOn(ImageData data, bool isTrainedHere) => RemarkOn(data.Test.Count, ChanceAccuracy.Of(data.Test.Labels), isTrainedHere);

    /// <summary>The same in a sentence that says whose accuracy it is.</summary>
    /// <param name="testImages">The number of test images; null where that is not known.</param>
    /// <param name="chance">The accuracy of guessing, in [0, 1]; null likewise.</param>
    /// <param name="isTrainedHere">Whether it was trained on the data, not taken over.</param>
    public string? FaultOn(int? testImages, double? chance, bool isTrainedHere) => RemarkOn(testImages, chance, isTrainedHere) is { } remark
        ? Invariant($"the teacher gets {100 * Accuracy:0.00} % of the test images right; {remark}")
        : null;

    /// <summary>
    /// Refuses one that answers the data's classes in another order. What is made of it would learn its features well; training on would have to turn its
    /// classes round, so that every accuracy would be of that, and files would name the classes wrongly.
    /// </summary>
    /// <exception cref="ConfigurationException">It does.</exception>
    public void RequireOwnOrder()
    {
        if (OtherOrder is not null)
        {
            throw new ConfigurationException($"nothing is made of this teacher: {OtherOrder}");
        }
    }

    private string? RemarkOn(int? testImages, double? chance, bool isTrainedHere) =>
        OtherOrder ?? (testImages is { } images && chance is { } guessing ? ChanceAccuracy.AdviceOn(Accuracy, images, guessing, isTrainedHere) : null);
}

internal sealed class TeacherKind : NetworkStepKind<TeacherStep, TeacherStepResult>
{
    public const string KindName = "teacher";
    public const int CurrentRevision = 1;

    public override string Name => KindName;

    public override int Revision => CurrentRevision;

    public override ThreadDemand Threads => ThreadDemand.All;

    protected override double WorkOf(TeacherStep step, NetworkCosts costs) => Work(step.Epochs, step.HeldOut, costs.OfNetwork(step.Network).Work, costs);

    /// <summary>The work of a step (<see cref="StepKind.WorkOf"/>).</summary>
    /// <param name="epochs">Passes over the training images.</param>
    /// <param name="heldOut">What is held out of training.</param>
    /// <param name="image">The work of the network for one image.</param>
    /// <param name="costs">The data set.</param>
    internal static double Work(int epochs, HeldOutPart heldOut, double image, NetworkCosts costs) =>
        costs.Training(epochs, image, heldOut) + costs.Data.Test.Count * image;

    protected override string Summarize(TeacherStepResult result) => StepWords.Accuracy(result.Accuracy);

    protected override string? RemarkOn(TeacherStepResult result, StepServices services) => result.RemarkOn(services.Get<ImageData>(), isTrainedHere: true);

    protected override IReadOnlyList<string> ArtifactsOf(TeacherStepResult result) => [result.Weights];

    protected override IReadOnlyList<string> InputsOf(TeacherStep step) =>
    [
        .. base.InputsOf(step),
        .. step.From is { } from && from != step.Network ? [ImportStep.PathFor(from)] : Array.Empty<string>(),
    ];

    protected override void Run(IReadOnlyList<TeacherStep> steps, NetworkStepContext context)
    {
        var step = steps[0];
        var data = step.Normalization is { } given ? context.Data with { Normalization = Normalization.Parse(given) } : context.Data;
        using var teacher = step.Teacher is { } key ? context.OpenTeacher((NetworkStep)context.Run.StepOf(key), key, out data) : null;
        teacher?.eval();
        using var network = step.From == step.Network
            ? OnnxTeacherKind.Open(step.Network, data.Normalization, step.HeldOut, context, Seed.Derive(step.Seed, (long)SeedUse.InitialValues))
            : step.Begin(step.From is { } from ? context.Run.PathOf(ImportStep.PathFor(from)) : null, context.Data.Outline);
        network.Precision = step.Precision;
        network.to(context.Device);
        var training = context.Training(step);
        var objective = teacher is null ? null : new DistillationObjective(teacher, step.Distillation ?? new(), step.Recipe.LabelSmoothing);
        var split = NetworkStepContext.Split(data, step.HeldOut);
        double? before = step.From is null ? null : context.Test(network, data).Accuracy;
        new Trainer(network, split, step.Recipe, step.Epochs, Seed.Derive(step.Seed, (long)SeedUse.TeacherOrder), training, objective).Run();
        Complete(step, network, data.Normalization, context, before);
        training.Checkpoint!.Delete();
    }

    /// <summary>Tests a teacher, keeps its weights and records its result.</summary>
    internal static void Complete(NetworkStep step, Network network, Normalization normalization, NetworkStepContext context, double? accuracyBefore = null)
    {
        var data = context.Data with { Normalization = normalization };
        var test = context.Test(network, data);
        string weights = $"weights/{step.Key}.safetensors";
        NetworkWeights.Save(network, context.Run.PathFor(step, weights), data);
        var cost = network.Cost();
        context.Complete(
            step,
            new TeacherStepResult(test.Accuracy, cost.Parameters, cost.MultiplyAccumulates, weights)
            {
                AccuracyBefore = accuracyBefore,
                OtherOrder = ClassPermutation.Of(test.Predicted, context.Data)?.Describe(context.Data),
            },
            test);
    }
}
