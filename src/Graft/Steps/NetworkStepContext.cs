using Graft.Analysis;
using Graft.Data;
using Graft.Engine;
using Graft.Networks;
using Graft.Operations;
using Graft.Runtime;
using Graft.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Graft.Steps;

/// <summary>What a step about a network is given to run with: the data, the device, teachers and candidates by the steps that made them.</summary>
internal sealed class NetworkStepContext
{
    private static readonly TimeSpan CheckpointInterval = TimeSpan.FromMinutes(2);

    internal NetworkStepContext(StepContext context)
    {
        Run = context;
        Data = context.Services.Get<ImageData>();
        Device = device(context.Services.Get<StepDevice>().Name);
    }

    /// <summary>Results of other steps, files, the clock, and where results go.</summary>
    public StepContext Run { get; }

    /// <summary>The data set. A teacher's pixels are normalised in its own way: see <see cref="OpenTeacher"/>.</summary>
    public ImageData Data { get; }

    /// <summary>Where tensors live.</summary>
    public Device Device { get; }

    /// <summary>Opens the network of a teacher's step, on the device. The caller owns it.</summary>
    /// <param name="step">A step that names the teacher's network and the precision.</param>
    /// <param name="teacher">The key of the step that made the teacher.</param>
    /// <param name="data">The data set, its pixels normalised in the way that the teacher's weights were trained with.</param>
    public Network OpenTeacher(NetworkStep step, string teacher, out ImageData data)
    {
        string path = Run.PathOf(Run.ResultOf<TeacherStepResult>(teacher).Weights);
        data = NetworkWeights.ReadNormalization(path) is { } normalization ? Data with { Normalization = normalization } : Data;
        var network = NetworkWeights.Open(path, data.Train.Shape, data.ClassNames.Count, step.Network);
        network.Precision = step.Precision;
        network.to(Device);
        return network;
    }

    /// <summary>Opens a teacher and swaps operations into it. The caller owns it.</summary>
    internal Network Assemble(NetworkStep step, string teacher, IEnumerable<CandidateAt> operations, out ImageData data)
    {
        var network = OpenTeacher(step, teacher, out data);
        foreach (var placed in operations)
        {
            var spec = OperationCatalog.Default.Parse(placed.Operation).Unmodified;
            network.Substitute(placed.Place, spec, Candidate(network.Definition, placed with { Operation = spec.Text }));
        }

        network.to(Device);
        return network;
    }

    /// <summary>Makes an operation for a place, with its distilled values where there are some, on the device. The caller owns it.</summary>
    internal Operation Candidate(NetworkDefinition network, CandidateAt placed, Precision precision = Precision.Float32)
    {
        using var layers = new LayerFactory(0); // distilled values follow
        var operation = OperationCatalog.Default.Parse(placed.Operation).Create(network.PositionAt(placed.Place), layers);
        if (placed.Distillation is { } distillation)
        {
            NetworkWeights.Load(operation, Run.PathOf(Run.ResultOf<DistillationStepResult>(distillation).Weights));
        }

        operation.Layers = precision.Layers();
        operation.to(Device);
        return operation;
    }

    /// <summary>Records the result of a step; it fails by itself where answers are no numbers.</summary>
    internal void Complete<TResult>(NetworkStep step, TResult result, bool areNumbers)
        where TResult : class
    {
        if (areNumbers)
        {
            Run.Complete(step, result);
        }
        else
        {
            Run.Fail(step, "the network's answers are no numbers: a candidate's distillation went astray; lower distillation.learningRate.");
        }
    }

    /// <summary>The training images, and the part that is held out of training.</summary>
    internal static TrainingData Split(ImageData data, HeldOutPart part) => TrainingData.Create(data, part.Fraction, part.Seed);

    /// <summary>Tests a network on all test images.</summary>
    internal EvaluationResult Test(Network network, ImageData data) =>
        Evaluator.Evaluate(network, data.Test, data.Normalization, null, Device, Run.Cancellation);

    /// <summary>What a training of a step runs with; it goes on from its checkpoint.</summary>
    internal TrainingContext Training(NetworkStep step) => new()
    {
        Device = Device,
        Time = Run.Time,
        Checkpoint = Checkpoint(Run.CheckpointPath),
        Progress = new Fractions(Run),
        Cancellation = Run.Cancellation,
        EpochDone = epoch => Run.SaveEpoch(step, epoch),
    };

    /// <summary>Where the state of a part of the attempt is kept while it runs.</summary>
    internal CheckpointFile CheckpointOf(string part) => Checkpoint(Run.CheckpointPathOf(part));

    /// <summary>Records the result of a step that tested a network.</summary>
    internal void Complete<TResult>(NetworkStep step, TResult result, EvaluationResult test)
        where TResult : class => Run.Complete(step, result, TestOutcome.FromPredictions(test.Predicted, Data.Test.Labels));

    /// <summary>Up to that many images, in an order by chance, so that batches hold all classes.</summary>
    internal static int[] Draw(int[] indices, int most, int seed) =>
        [.. indices.OrderBy(i => Seed.Mix(seed, (long)SeedUse.ImageDraw, i)).ThenBy(i => i).Take(most)];

    private CheckpointFile Checkpoint(string path) => new(path, CheckpointInterval, Run.Time)
    {
        StandsOn = Run.StandsOn,
        IsLost = () => Run.IsLost,
    };

    private sealed class Fractions(StepContext context) : IProgress<TrainingProgress>
    {
        private double? _first;

        // What a training first tells of is what a checkpoint had, and a batch, which does not matter.
        public void Report(TrainingProgress value)
        {
            double fraction = (double)value.Images / value.TotalImages;
            context.Report(fraction, value.Loss, _first ??= fraction);
        }
    }
}

/// <summary>The device that steps compute on.</summary>
/// <param name="Name"><c>cpu</c> or <c>cuda</c>.</param>
internal sealed record StepDevice(string Name);
