using Graft.Data;
using Graft.Jobs.Studies;
using Graft.Networks;
using Graft.Onnx;
using Graft.Operations;
using Graft.Steps;
using Graft.Training;
using TorchSharp;

namespace Graft.Jobs;

/// <content>What a caller does with a network by hand: open, train, test, export it.</content>
public sealed partial class GraftSession
{
    /// <summary>
    /// Opens the network that a file of weights or an ONNX file holds, in inference mode: a forward pass leaves it as it is. Convolutions are computed in bf16
    /// where the processor has it; set <see cref="Networks.Network.Precision"/> for fp32. The caller owns it.
    /// </summary>
    /// <param name="weights">The file: safetensors, a PyTorch checkpoint, or a whole network as ONNX.</param>
    /// <param name="data">The data set that it is for.</param>
    /// <param name="network">The network's name, for files of weights that do not say it.</param>
    /// <param name="cancellation">Ends an import before its proof, or between two batches of the images that batch normalisation is restored from.</param>
    /// <exception cref="GraftException">
    /// The file cannot be read, does not fit, or says that it takes pixels normalised otherwise than those of the data are.
    /// </exception>
    public Network OpenNetwork(string weights, ImageData data, string? network = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(data);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        cancellation.ThrowIfCancellationRequested();
        var import = NetworkReference.Of(weights) is { File: not null } file
            ? Imports.Find(Imports.Read(file, data.Train.Shape, classes: null, cancellation))
            : null;
        if (import is null)
        {
            TeacherWeights.RequireChannels(weights, data.Outline);
        }

        var normalization = import is null ? NetworkWeights.ReadNormalization(weights) : NetworkImports.NormalizationOf(import, null, data.Outline);
        if (normalization is not null && $"{normalization}" != $"{data.Normalization}")
        {
            throw new ConfigurationException(
                $"{weights} takes {normalization.Words}, {data.Name} has {data.Normalization.Words}: load the data with that normalization (ImageOptions)."
            );
        }

        var opened = import is null
            ? NetworkWeights.Open(weights, data.Train.Shape, data.ClassNames.Count, network)
            : OnnxTeacherKind.Open(import, data, data.Normalization, new(), new(Device), cancellation);
        opened.eval();
        opened.Precision = PrecisionNames.Parse("auto", Device);
        opened.to(new torch.Device(Device));
        return opened;
    }

    /// <summary>
    /// Trains a network on from the values that it has, as a study's trial does. It blocks until that is done. The default part of the training images
    /// (<see cref="HeldOutPart"/>) is held out; the epochs' accuracies are those on it, and on the augmented images that are trained on. All parameters are
    /// trained, whatever was swapped in: <see cref="Networks.Network.TrainOnly"/> freezes the rest first. Convolutions are computed in the network's
    /// <see cref="Networks.Network.Precision"/>.
    /// </summary>
    /// <param name="network">The network; it holds the result, and is in the mode (training or inference) that it was in.</param>
    /// <param name="data">The data set.</param>
    /// <param name="epochs">Passes over the training images.</param>
    /// <param name="recipe">How; null for that of a study's trials (<see cref="Studies.StudyPlan.Trial"/>: SGD, learning rate 0.02).</param>
    /// <param name="seed">Decides order and augmentation of the images.</param>
    /// <param name="progress">Is told after every batch. <see cref="Progress{T}"/> calls its handler on other threads, which must not use the network.</param>
    /// <param name="epochDone">Is called after every epoch, on the thread that trains: it may test the network.</param>
    /// <param name="cancellation">Ends it between two batches; the network then holds what it has learned so far.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no epoch.</exception>
    /// <exception cref="InvalidOperationException">Another thread trains, tests or exports the network.</exception>
    /// <exception cref="ConfigurationException">The recipe has faults, or the network is for other images or classes than the data's.</exception>
    public IReadOnlyList<Analysis.EpochResult> TrainOn(
        Network network,
        ImageData data,
        int epochs,
        TrainingRecipe? recipe = null,
        int seed = 1,
        IProgress<TrainingProgress>? progress = null,
        Action<Analysis.EpochResult>? epochDone = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(data);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        recipe ??= new StudyPlan().Trial;
        PlanFaults.Throw([.. recipe.Faults("recipe")]);
        RequireFit(network, data, data.Train);
        cancellation.ThrowIfCancellationRequested();
        using var use = network.Use.ToTrain();
        var epochResults = new List<Analysis.EpochResult>();
        var context = new TrainingContext
        {
            Device = new(Device),
            Time = Time,
            Progress = progress,
            EpochDone = epochResults.Add + epochDone,
            Cancellation = cancellation,
        };
        var heldOut = new HeldOutPart();
        bool trains = network.training;
        try
        {
            new Trainer(network, TrainingData.Create(data, heldOut.Fraction, heldOut.Seed), recipe, epochs, seed, context).Run();
        }
        finally
        {
            network.train(trains);
        }

        return epochResults;
    }

    /// <summary>
    /// Reads an ONNX file as <see cref="SessionOptions.Import"/> says, which names the output of files with several; the session knows the network by the name
    /// that is returned from then on. Nothing is written before a job runs.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellation">Ends it before the proof that the network answers as the file does in ONNX Runtime.</param>
    /// <exception cref="DataException">It cannot be imported.</exception>
    public string ImportNetwork(string path, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        cancellation.ThrowIfCancellationRequested();
        return Imports.Read(NetworkReference.Of(path), image: null, classes: null, cancellation);
    }

    /// <summary>
    /// Writes a network as an ONNX file (<c>OnnxExport</c>), once ONNX Runtime has given the same answers as the network itself. One that was opened from an
    /// ONNX file is written back into that: names, inputs, outputs and all that did not change stay as they are.
    /// </summary>
    /// <param name="network">The network; it stays as it is, and on the device that it is on.</param>
    /// <param name="path">The file. It is written whole or not at all; one that is there is replaced, and folders that are missing are made.</param>
    /// <param name="data">
    /// The data set: the answers are compared on all of its test images, and the file says its normalisation and class names. Null to compare on seeded noise;
    /// <paramref name="options"/> must say the normalisation then.
    /// </param>
    /// <param name="options">What to write, where it is not what the data say.</param>
    /// <param name="cancellation">Ends the comparison.</param>
    /// <returns>How the answers differ.</returns>
    /// <exception cref="ArgumentException">Neither data nor options are given, or the options name other than as many classes as there are.</exception>
    /// <exception cref="ConfigurationException">
    /// The network is for other images or classes than the data's, or it or the options have their classes in another order, so that the file would name them
    /// wrongly.
    /// </exception>
    /// <exception cref="InvalidOperationException">Another thread trains, tests or exports the network.</exception>
    /// <exception cref="RunException">The answers differ, or the file cannot be written.</exception>
    public OnnxComparison ExportOnnx(
        Network network, string path, ImageData? data = null, OnnxExportOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(path);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (data is not null)
        {
            RequireFit(network, data, data.Test);
            RequireOrder(options?.ClassNames ?? [], data);
        }

        options ??= data is null
            ? throw new ArgumentException("Give the data, or options that say how pixels are normalised.", nameof(options))
            : new() { Normalization = data.Normalization };
        options.Normalization.RequireChannels(network.Definition.Image);
        options = options with { Scaling = data?.Scaling, ClassNames = options.ClassNames.Count > 0 ? options.ClassNames : data?.ClassNames ?? [] };
        using var use = network.Use.ToTrain(); // it may be moved meanwhile
        var device = network.CurrentDevice;
        network.to(torch.CPU);
        try
        {
            var order = data is null ? null : new AnswerCheck(answers => ClassPermutation.RequireNone(answers, data, path));
            return NetworkExport.Save(network, Imports.Find(network.Definition.Name), options, path, data, cancellation, order);
        }
        finally
        {
            network.to(device);
        }
    }

    // Other names are the caller's; the same ones in another order would belong to other scores.
    private static void RequireOrder(IReadOnlyList<string> classNames, ImageData data)
    {
        if (new ClassOrder("the options", classNames, data.Name, data.ClassNames).Agreement == ClassAgreement.Reordered)
        {
            throw new ConfigurationException(
                $"the options name the classes of {data.Name} in another order than the data: names are in the order of the scores.");
        }
    }

    /// <summary>
    /// Tests a network on all test images, in its <see cref="Networks.Network.Precision"/>. It blocks until that is done. An exported file computes in fp32: in
    /// bf16 a few images of a thousand get other answers than there. Several threads test a network one after another.
    /// </summary>
    /// <param name="network">The network, on the session's device; it stays the caller's.</param>
    /// <param name="data">The data.</param>
    /// <param name="cancellation">Ends the work between two batches.</param>
    /// <exception cref="ConfigurationException">The network is for other images or classes than the data's.</exception>
    /// <exception cref="InvalidOperationException">Another thread trains the network.</exception>
    public EvaluationResult Evaluate(Network network, ImageData data, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(data);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        RequireFit(network, data, data.Test);
        using var use = network.Use.ToTest();
        return Evaluator.Evaluate(network, data.Test, data.Normalization, null, new(Device), cancellation);
    }

    private static void RequireFit(Network network, ImageData data, ImageSet images)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(data);
        var (own, classes) = (network.Definition.Image, network.Definition.Classes);
        if (own != data.Train.Shape || classes != data.ClassNames.Count)
        {
            throw new ConfigurationException(
                Invariant(
                    $"{network.Definition.Name} takes images of {own} and tells {classes} classes apart; {data.Name} has images of {data.Train.Shape} and {data.ClassNames.Count} classes."
                )
            );
        }

        if (images.Count == 0)
        {
            throw new ConfigurationException(images == data.Test ? $"{data.Name} has no test images." : $"{data.Name} has no training images.");
        }

        if (Array.FindIndex(images.Labels, label => label < 0 || label >= classes) is >= 0 and var wrong)
        {
            throw new ConfigurationException(
                Invariant($"image {wrong} of {data.Name} has label {images.Labels[wrong]}; {classes} classes have labels from 0 to {classes - 1}.")
            );
        }
    }
}
