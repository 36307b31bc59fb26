using Graft.Data;
using Graft.Engine;
using Graft.Engine.Local;
using Graft.Jobs.Accelerations;
using Graft.Jobs.Studies;
using Graft.Networks;
using Graft.Onnx;
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
    private readonly CancellationTokenSource _closing = new();
    private readonly HashSet<Task> _jobs = []; // that run
    private bool _isClosing, _isDisposed;

    private GraftSession(SessionOptions options)
    {
        _options = options;
        Device = options.Cluster is { } cluster ? ComputeDevice.OfCluster(options.Device, cluster.Profile) : ComputeDevice.Resolve(options.Device);
        Cores = CoreAllocation.Divide(Environment.ProcessorCount, options.Workers ?? (Device == ComputeDevice.Cuda || !HasWorkers ? 1 : null));
        if (Cores.Workers > 1 && !HasWorkers && Cluster is null)
        {
            string why = options.StartWorker is null
                ? "nothing says how a worker process is started (SessionOptions.StartWorker)"
                : "worker processes do not see a workspace in memory";
            throw new ConfigurationException(
                Invariant($"{Cores.Workers} workers are asked for, but {why}: steps run in this process, one after another, with all cores. Leave out Workers.")
            );
        }

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

    // Other processes see no workspace in memory.
    private bool HasWorkers => _options is { StartWorker: not null, Workspace: not null };

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
    /// <param name="options">Where results are kept, and what computes; null for the defaults.</param>
    /// <exception cref="ConfigurationException">
    /// No package brings libtorch, the device is not there, or the number of workers is out of range or asked for without a way to start them.
    /// </exception>
    public static GraftSession Open(SessionOptions? options = null)
    {
        options ??= new();
        if (options.TuneRuntime)
        {
            NativeRuntime.Tune();
        }

        NativeRuntime.RequireTorch();
        return new(options);
    }

    /// <summary>Loads a data set; once for each source. It blocks until that is done.</summary>
    /// <param name="source">A known data set's name or a directory.</param>
    /// <param name="images">How images become the network's input, where that is not as they are stored.</param>
    /// <param name="cancellation">Ends downloads and decoding.</param>
    /// <exception cref="ConfigurationException">There is no such data set or directory, or the options do not fit.</exception>
    /// <exception cref="DataException">It cannot be read or downloaded.</exception>
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

    /// <summary>The data of a study that was made before, where they were then or where they are now.</summary>
    internal ImageData LoadDataOf(StudyOutline study, string? now, CancellationToken cancellation)
    {
        try
        {
            return LoadData(now ?? study.Plan.Data, study.Plan.Images, cancellation);
        }
        catch (ConfigurationException e) when (now is null)
        {
            throw new ConfigurationException(
                $"the images of study {study.Id} were '{study.Plan.Data}', as seen from where it was given, and are not there. Say where they are now.", e)
            {
                Remedies = [new(Setting.Data)],
            };
        }
    }

    /// <summary>Works out a study (<b>Seo &amp; Lee</b>): operations swapped into positions of a trained network, trained on, tested, over seeds.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="cancellation">Ends downloads and decoding.</param>
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
    /// <param name="plan">The plan.</param>
    /// <param name="cancellation">Ends downloads and decoding.</param>
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
    /// <param name="plan">Which study, and which substitutions.</param>
    /// <param name="cancellation">Ends downloads and decoding.</param>
    /// <exception cref="GraftException">There is no such study, or it cannot be extended so.</exception>
    public PredictionJob Predict(PredictionPlan plan, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        PlanFaults.Throw([.. PlanFaults.Nulls(plan)]);
        return PredictionJob.Create(this, plan, cancellation);
    }

    /// <summary>
    /// Works out the network of a trial, which studies do not keep: the trial is repeated, with what there is of its teacher and its candidate.
    /// </summary>
    /// <param name="plan">Which trial of which study.</param>
    /// <param name="cancellation">Ends downloads and decoding.</param>
    /// <exception cref="GraftException">There is no such study or trial, or its data are not there.</exception>
    public TrialNetworkJob TrialNetwork(TrialNetworkPlan plan, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return TrialNetworkJob.Create(this, plan, cancellation);
    }

    /// <summary>
    /// Opens the network that a file of weights or an ONNX file holds, in inference mode: a forward pass leaves it as it is. Convolutions are computed in bf16
    /// where the processor has it; set <see cref="Networks.Network.Precision"/> for fp32. The caller owns it.
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
        if (import is null)
        {
            RequireChannels(weights, data);
        }

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
    /// <param name="progress">Is told after every batch.</param>
    /// <param name="cancellation">Ends it between two batches; the network then holds what it has learned so far.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no epoch.</exception>
    /// <exception cref="ConfigurationException">The recipe has faults, or the network is for other images or classes than the data's.</exception>
    public IReadOnlyList<Analysis.EpochResult> TrainOn(
        Network network,
        ImageData data,
        int epochs,
        TrainingRecipe? recipe = null,
        int seed = 1,
        IProgress<TrainingProgress>? progress = null,
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
    /// <exception cref="DataException">It cannot be imported.</exception>
    public string ImportNetwork(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Imports.Read(path, image: null);
    }

    /// <summary>
    /// Writes a network as an ONNX file (<c>OnnxExport</c>), once ONNX Runtime has given the same answers as the network itself. One that was opened from an
    /// ONNX file is written back into that: names, inputs, outputs and all that did not change stay as they are.
    /// </summary>
    /// <param name="network">The network; it stays as it is.</param>
    /// <param name="path">The file. It is written whole or not at all; one that is there is replaced, and folders that are missing are made.</param>
    /// <param name="data">
    /// The data set: the answers are compared on all of its test images, and the file says its normalisation and class names. Null to compare on seeded noise;
    /// <paramref name="options"/> must say the normalisation then.
    /// </param>
    /// <param name="options">What to write, where it is not what the data say.</param>
    /// <param name="cancellation">Ends the comparison.</param>
    /// <returns>How the answers differ.</returns>
    /// <exception cref="ArgumentException">Neither data nor options are given.</exception>
    /// <exception cref="ConfigurationException">The network is for other images or classes than the data's.</exception>
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
        }

        options ??= data is null
            ? throw new ArgumentException("Give the data, or options that say how pixels are normalised.", nameof(options))
            : new() { Normalization = data.Normalization, ClassNames = data.ClassNames };
        options.Normalization.RequireChannels(network.Definition.Image);
        network.to(torch.CPU);
        try
        {
            return NetworkExport.Save(network, Imports.Find(network.Definition.Name), options, path, data, cancellation);
        }
        finally
        {
            network.to(new torch.Device(Device));
        }
    }

    /// <summary>
    /// Tests a network on all test images, in its <see cref="Networks.Network.Precision"/>. It blocks until that is done. An exported file computes in fp32: in
    /// bf16 a few images of a thousand get other answers than there.
    /// </summary>
    /// <param name="network">The network, on the session's device; it stays the caller's.</param>
    /// <param name="data">The data.</param>
    /// <param name="cancellation">Ends the work between two batches.</param>
    /// <exception cref="ConfigurationException">The network is for other images or classes than the data's.</exception>
    public EvaluationResult Evaluate(Network network, ImageData data, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(data);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        RequireFit(network, data, data.Test);
        return Evaluator.Evaluate(network, data.Test, data.Normalization, null, new(Device), cancellation);
    }

    /// <summary>
    /// Ends what runs, and closes the workspace. Jobs that run end with an <see cref="OperationCanceledException"/> and leave checkpoints; this waits for them,
    /// and so must not be called by what a job tells its progress.
    /// </summary>
    public void Dispose()
    {
        Task[] running;
        lock (_jobs)
        {
            if (_isClosing)
            {
                return;
            }

            _isClosing = true;
            running = [.. _jobs];
        }

        _closing.Cancel();
        Task.WhenAll(running).ContinueWith(_ => { }, TaskScheduler.Default).Wait(); // who awaits them hears of their errors
        if (_workspace.IsValueCreated)
        {
            _workspace.Value.Dispose();
        }

        Imports.Dispose();
        _closing.Dispose();
        _isDisposed = true;
    }

    /// <summary>Runs something of a job, away from the caller's thread, until it ends, is cancelled or the session is disposed.</summary>
    internal async Task<TResult> RunAsync<TResult>(Func<CancellationToken, Task<TResult>> run, CancellationToken cancellation)
    {
        Task<TResult> job;
        CancellationTokenSource linked;
        lock (_jobs)
        {
            ObjectDisposedException.ThrowIf(_isClosing, this);
            linked = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _closing.Token);
            job = Task.Run(() => run(linked.Token), CancellationToken.None);
            _jobs.Add(job);
        }

        try
        {
            return await job.ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (_isClosing && !cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException("The session was disposed while the job ran. What was finished is kept.", e, e.CancellationToken);
        }
        finally
        {
            lock (_jobs)
            {
                _jobs.Remove(job);
            }

            linked.Dispose();
        }
    }

    // What a forward pass would say of a convolution's weights.
    private static void RequireChannels(string weights, ImageData data)
    {
        if (NetworkWeights.ReadChannels(weights) is { } channels && channels != data.Train.Shape.Channels)
        {
            var fit = ImageFit.Of(data.Train.Shape, data.ArePhotographs, channels, null, null);
            throw new ConfigurationException(
                $"{weights} takes images of {Plural.Of(channels, "channel")}, {data.Name} has images of {data.Train.Shape}. Give the data that it was trained on{(fit.Words is { } words ? $", or {words}" : "")}."
            )
            {
                Remedies = fit.Remedies,
            };
        }
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
        return FromRecord(DoneOf, new Dictionary<string, StoredStep>());

        Dictionary<string, StoredStep> DoneOf(IWorkspace workspace)
        {
            var done = workspace.Steps.FindAll([.. steps.Select(s => s.Key)]).Where(s => s.Value.State == StepState.Done).ToDictionary();
            foreach (var (step, _) in ArtifactCheck.Unsound(steps, done, Kinds, workspace))
            {
                done.Remove(step.Key);
            }

            return done;
        }
    }

    /// <summary>All steps that the record has of a job, in any state; empty where there is no such job. Nothing is created for it.</summary>
    /// <param name="id">The job's identifier, whole.</param>
    internal IReadOnlyCollection<StoredStep> RecordedSteps(string id) => FromRecord<IReadOnlyCollection<StoredStep>>(
        workspace => workspace.Jobs.List().FirstOrDefault(job => job.Id == id) is { } stored ? [.. workspace.Steps.FindAll([.. stored.Steps]).Values] : [],
        none: []
    );

    // What the workspace's record says, or what is said where there is none yet.
    private TValue FromRecord<TValue>(Func<IWorkspace, TValue> read, TValue none)
    {
        if (_workspace.IsValueCreated)
        {
            return read(_workspace.Value);
        }

        if (_options.Workspace is not { } directory || !Workspaces.Exists(directory))
        {
            return none;
        }

        using var workspace = Workspaces.OpenExisting(directory, Time);
        return read(workspace);
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
        if (HasWorkers && _options is { StartWorker: { } start, Workspace: { } directory })
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
