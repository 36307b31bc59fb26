using Graft.Data;
using Graft.Engine;
using Graft.Engine.Local;
using Graft.Jobs.Accelerations;
using Graft.Jobs.Studies;
using Graft.Networks;
using Graft.Onnx.Import;
using Graft.Operations;
using Graft.Runtime;
using Graft.Steps;
using Graft.Training;
using TorchSharp;

namespace Graft.Jobs;

/// <summary>
/// The front door: studies, accelerations, trainings and predictions, on one workspace. Nothing is written before a job runs, and what has a result is never
/// computed again.
/// </summary>
/// <remarks>Open it before anything of TorchSharp is used: it sets up the allocator (<see cref="SessionOptions.TuneRuntime"/>).</remarks>
public sealed class GraftSession : IDisposable
{
    private const string Artifacts = "artifacts/"; // of a workspace

    private readonly SessionOptions _options;
    private readonly Dictionary<(string, ImageOptions?), ImageData> _data = [];
    private readonly Lazy<IWorkspace> _workspace;
    private bool _isDisposed;

    private GraftSession(SessionOptions options)
    {
        _options = options;
        Device = options.Cluster is { } cluster ? ComputeDevice.OfCluster(options.Device, cluster.Profile) : ComputeDevice.Resolve(options.Device);
        Cores = CoreAllocation.Divide(
            Environment.ProcessorCount,
            options.Workers
                ?? (
                    Device == ComputeDevice.Cuda ? 1
                    : options.StartWorker is null ? 1
                    : null
                )
        );
        Kinds = BuiltInKinds.Create(options.Kinds);
        Imports = new(options.Workspace, options.Import);
        _workspace = new(() =>
            options.Workspace is { } directory ? Workspaces.Open(directory, options.Store, options.Time) : new MemoryWorkspace(options.Time)
        );
    }

    /// <summary>Where results are kept. It is created when it is first asked for.</summary>
    internal IWorkspace Workspace
    {
        get
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _workspace.Value;
        }
    }

    /// <summary><c>cpu</c> or <c>cuda</c>: where steps compute.</summary>
    public string Device { get; }

    /// <summary>How the cores are divided.</summary>
    internal CoreAllocation Cores { get; }

    /// <summary>The kinds of step that the session knows.</summary>
    internal StepKinds Kinds { get; }

    /// <summary>The cluster; null for none.</summary>
    internal ClusterOptions? Cluster => _options.Cluster;

    /// <summary>The absolute path of the workspace's directory.</summary>
    internal string Directory => Path.GetFullPath(_options.Workspace ?? ".");

    /// <summary>The machine that latencies are measured on, in words.</summary>
    internal string LatencyMachine => Cluster is { } cluster ? cluster.Profile.LatencyPlace() : MachineInformation.Read(Device).Machine;

    /// <summary>The networks that come from ONNX files.</summary>
    internal NetworkImports Imports { get; }

    /// <summary>The clock.</summary>
    internal TimeProvider Time => _options.Time;

    private string DataDirectory => _options.DataDirectory ?? SessionOptions.DefaultDataDirectory;

    /// <summary>Where a file of a result lies.</summary>
    /// <param name="artifact">
    /// Its name as results have it, e.g. that of <see cref="TeacherResult.Weights"/>: relative to the workspace, or to its artifacts.
    /// </param>
    public string PathOf(string artifact)
    {
        ArgumentNullException.ThrowIfNull(artifact);
        return Workspace.Artifacts.PathOf(artifact.StartsWith(Artifacts, StringComparison.Ordinal) ? artifact[Artifacts.Length..] : artifact);
    }

    /// <summary>Opens a session.</summary>
    /// <exception cref="ConfigurationException">The device is not there, or the number of workers is out of range.</exception>
    public static GraftSession Open(SessionOptions? options = null)
    {
        options ??= new();
        if (options.TuneRuntime)
        {
            NativeRuntime.Tune();
        }

        return new(options);
    }

    /// <summary>Loads a data set; once for each source.</summary>
    /// <param name="source">A known data set's name or a directory.</param>
    /// <param name="images">How images become the network's input, where that is not as they are stored.</param>
    /// <param name="cancellation">Ends downloads and decoding.</param>
    /// <exception cref="DataException">It cannot be found, read or downloaded.</exception>
    public ImageData LoadData(string source, ImageOptions? images = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (!_data.TryGetValue((source, images), out var data))
        {
            _data[(source, images)] = data = DataSource.Load(
                source, new() { DataDirectory = DataDirectory, Progress = _options.DataProgress, Images = images ?? new() }, cancellation);
        }

        return data;
    }

    /// <summary>Works out a study (<b>Seo &amp; Lee</b>): operations swapped into positions of a trained network, trained on, tested, over seeds.</summary>
    /// <exception cref="GraftException">The plan is wrong, or its data or weights cannot be used.</exception>
    public StudyJob Study(StudyPlan plan, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        plan.Validate();
        var data = LoadData(plan.Data, plan.Images, cancellation);
        var (network, teacher) = Imports.Resolve(plan.Network, plan.Teacher, plan.Images, data);
        return StudyJob.Create(this, plan with { Network = network, Teacher = teacher, Positions = Imports.Resolve(network, plan.Positions) }, data);
    }

    /// <summary>Works out an acceleration (<b>LANA</b>): a network that meets a latency budget.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="table">A table of latencies to take what it has from; null to measure all.</param>
    /// <param name="cancellation">Ends downloads and decoding.</param>
    /// <exception cref="GraftException">The plan is wrong, or its data or weights cannot be used.</exception>
    public AccelerationJob Accelerate(AccelerationPlan plan, LatencySource? table = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        plan.Validate();
        var data = LoadData(plan.Data, plan.Images, cancellation);
        var (network, teacher) = Imports.Resolve(plan.Network, plan.Teacher, plan.Images, data);
        return AccelerationJob.Create(this, plan with { Network = network, Teacher = teacher }, data, table);
    }

    /// <summary>Works out a training of a network from scratch.</summary>
    /// <exception cref="GraftException">The plan is wrong, or its data cannot be used.</exception>
    public TrainingJob Train(TrainingPlan plan, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        plan.Validate();
        var data = LoadData(plan.Data, plan.Images, cancellation);
        string network = Imports.Read(plan.Network, data.Train.Shape, data.ClassNames.Count);
        return TrainingJob.Create(this, plan with { Network = network, From = OwnWeights(plan.From, network, data) }, data);
    }

    /// <summary>Works out predictions of substitutions that a study has not tried.</summary>
    /// <exception cref="GraftException">There is no such study, or it cannot be extended so.</exception>
    public PredictionJob Predict(PredictionPlan plan, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return PredictionJob.Create(this, plan, cancellation);
    }

    /// <summary>
    /// Opens the network that a file of weights or an ONNX file holds, in inference mode: a forward pass leaves it as it is. The caller owns it.
    /// </summary>
    /// <param name="weights">The file: safetensors, a PyTorch checkpoint, or a whole network as ONNX.</param>
    /// <param name="data">The data set that it is for.</param>
    /// <param name="network">The network's name, for files of weights that do not say it.</param>
    /// <exception cref="GraftException">
    /// The file cannot be read, does not fit, or says that it takes pixels normalised otherwise than those of the data are.
    /// </exception>
    public Network OpenNetwork(string weights, ImageData data, string? network = null)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(data);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        bool isNetwork = OnnxNetworkSource.IsFile(weights);
        var import = isNetwork ? Imports.Find(Imports.Read(weights, data.Train.Shape)) : null;
        var normalization = import is null ? NetworkWeights.ReadNormalization(weights) : NetworkImports.NormalizationOf(import, null, data);
        if (normalization is not null && $"{normalization}" != $"{data.Normalization}")
        {
            throw new ConfigurationException(
                $"{weights} takes pixels normalised by {normalization}, those of {data.Name} are by {data.Normalization}: load the data with that normalization (ImageOptions)."
            );
        }

        var opened = import is null
            ? NetworkWeights.Open(weights, data.Train.Shape, data.ClassNames.Count, network)
            : OnnxTeacherKind.Open(import, data, data.Normalization, new(), new(Device), CancellationToken.None);
        opened.eval();
        opened.Precision = PrecisionNames.Parse("auto", Device);
        opened.to(new TorchSharp.torch.Device(Device));
        return opened;
    }

    /// <summary>
    /// Trains a network on from the values that it has, as a study's trial of seed 1 does. The default part of the training images (<see cref="HeldOutPart"/>)
    /// is held out; the epochs' accuracies are those on it, and on the augmented images that are trained on.
    /// </summary>
    /// <param name="network">The network; it holds the result.</param>
    /// <param name="data">The data set.</param>
    /// <param name="epochs">Passes over the training images.</param>
    /// <param name="recipe">How; null for that of a study's trials.</param>
    /// <param name="progress">Is told after every batch.</param>
    /// <param name="cancellation">Ends it between two batches; the network then holds what it has learned so far.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no epoch.</exception>
    /// <exception cref="ConfigurationException">The recipe has faults, or the network is for other images or classes than the data's.</exception>
    public IReadOnlyList<Analysis.EpochResult> TrainOn(
        Network network,
        ImageData data,
        int epochs,
        TrainingRecipe? recipe = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        recipe ??= new StudyPlan().Trial;
        PlanFaults.Throw([.. recipe.Faults("recipe")]);
        RequireFit(network, data);
        cancellation.ThrowIfCancellationRequested();
        var epochResults = new List<Analysis.EpochResult>();
        var context = new TrainingContext
        {
            Device = new(Device),
            Time = Time,
            Progress = progress,
            EpochDone = epochResults.Add,
            Cancellation = cancellation,
        };
        var heldOut = new HeldOutPart();
        new Trainer(network, TrainingData.Create(data, heldOut.Fraction, heldOut.Seed), recipe, epochs, seed: 1, context).Run();
        return epochResults;
    }

    /// <summary>Reads an ONNX file; the session knows the network by the name that is returned from then on. Nothing is written before a job runs.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataException">It cannot be imported.</exception>
    public string ImportNetwork(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Imports.Read(path, image: null);
    }

    /// <summary>Tests a network on all test images.</summary>
    /// <exception cref="ConfigurationException">The network is for other images or classes than the data's.</exception>
    public EvaluationResult Evaluate(Network network, ImageData data, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(data);
        RequireFit(network, data);
        return Evaluator.Evaluate(network, data.Test, data.Normalization, null, new(Device), cancellation);
    }

    /// <summary>Closes the workspace.</summary>
    public void Dispose()
    {
        if (_workspace.IsValueCreated)
        {
            _workspace.Value.Dispose();
        }

        Imports.Dispose();
        _isDisposed = true;
    }

    private static void RequireFit(Network network, ImageData data)
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
    }

    // An ONNX file holds weights of one network: that which was made of it.
    private string? OwnWeights(string? from, string network, ImageData data)
    {
        if (from is null || Imports.Read(from, data.Train.Shape, data.ClassNames.Count) is var name && name == from)
        {
            return from;
        }

        return name == network
            ? name
            : throw new ConfigurationException($"{from} holds the weights of its own network, not of {network}. Name it as the network, too.");
    }

    /// <summary>What steps on a data set use beside their specifications.</summary>
    internal StepServices Services(ImageData data) => BuiltInKinds.Services(data, Device);

    /// <summary>Those of the steps that have a result that needs not be made again, by key; nothing is created for it.</summary>
    internal IReadOnlyDictionary<string, StoredStep> DoneSteps(IReadOnlyList<Step> steps)
    {
        if (_workspace.IsValueCreated)
        {
            return DoneOf(_workspace.Value);
        }

        if (_options.Workspace is not { } directory || !Workspaces.Exists(directory))
        {
            return new Dictionary<string, StoredStep>();
        }

        using var workspace = Workspaces.OpenExisting(directory, Time);
        return DoneOf(workspace);

        Dictionary<string, StoredStep> DoneOf(IWorkspace workspace)
        {
            var done = workspace.Steps.FindAll([.. steps.Select(s => s.Key)]).Where(s => s.Value.State == StepState.Done).ToDictionary();
            var unsound = ArtifactCheck.Unsound(steps, done, Kinds, workspace);
            return done.Where(s => !unsound.Contains(s.Key)).ToDictionary();
        }
    }

    /// <summary>The arguments of a task of a cluster: other machines have other working directories.</summary>
    internal IEnumerable<string> TaskArguments(string source, ImageOptions? images) =>
        ArgumentsOf(Directory, Path.Exists(source) ? Path.GetFullPath(source) : source, images);

    private IEnumerable<string> ArgumentsOf(string directory, string source, ImageOptions? images) =>
        [
            "--workspace",
            directory,
            "--data",
            source,
            "--data-directory",
            Path.GetFullPath(DataDirectory),
            "--device",
            Device,
            .. WorkerOptions.ArgumentsOf(images),
        ];

    /// <summary>Makes what runs steps on a data set.</summary>
    internal IExecutor CreateExecutor(string source, ImageOptions? images, StepServices services)
    {
        if (_options.StartWorker is { } start && _options.Workspace is { } directory)
        {
            return new WorkerPool(
                Cores,
                () => WorkerProcess.Start(start([.. ArgumentsOf(directory, source, images)])),
                (key, error) => Workspace.Steps.Fail(key, error, 0)
            );
        }

        return new InProcessExecutor(new StepExecutor(Workspace, Kinds, services, () => MachineInformation.Read(Device), Time), Cores);
    }
}
