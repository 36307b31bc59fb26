using System.Collections.Concurrent;
using Graft.Data;
using Graft.Engine;
using Graft.Engine.Local;
using Graft.Runtime;
using Graft.Steps;

namespace Graft.Jobs;

/// <summary>
/// The front door: studies, accelerations, trainings and predictions, on one workspace. Nothing is written before a job runs, and what has a result is never
/// computed again.
/// </summary>
/// <remarks>Open it before anything of TorchSharp is used: it sets up the allocator (<see cref="SessionOptions.TuneRuntime"/>).</remarks>
public sealed partial class GraftSession : IDisposable
{
    // From the start of another process to its first step, without the data: 1 s of a Zen 5 core.
    private const double ProcessStartSeconds = 1;

    private readonly SessionOptions _options;
    private readonly Lock _loadingLock = new();
    private readonly Dictionary<(string, ImageOptions?), ImageData> _data = [];
    private readonly ConcurrentDictionary<ImageData, TimeSpan> _loading = new(ReferenceEqualityComparer.Instance); // where it takes as long each time
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
        return Workspace.Artifacts.PathOf(ArtifactPath.Of(artifact));
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
        lock (_loadingLock) // what two threads ask for at once is loaded once
        {
            if (!_data.TryGetValue((source, images), out var data))
            {
                long began = Time.GetTimestamp();
                var progress = new FirstTimeOnly(_options.DataProgress);
                _data[(source, images)] = data = DataSource.Load(
                    source, new() { DataDirectory = DataDirectory, Progress = progress, Images = images ?? new() }, cancellation);
                _loading[data] = progress.IsFirstTime ? TimeSpan.Zero : Time.GetElapsedTime(began);
            }

            return data;
        }
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
        catch (OperationCanceledException e) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(e.Message, e, cancellation); // the caller's token, not the one that is linked to it
        }
        catch (OperationCanceledException e) when (_isClosing)
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

    /// <summary>Seconds until a worker process computes on a data set: to start, and to load the data as that took here. 0 where there are none.</summary>
    internal double StartSeconds(ImageData data) => HasWorkers ? ProcessStartSeconds + _loading.GetValueOrDefault(data).TotalSeconds : 0;

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
        ObjectDisposedException.ThrowIf(_isDisposed, this);
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
                Workspace
            );
        }

        return new InProcessExecutor(new StepExecutor(Workspace, Kinds, services, () => MachineInformation.Read(Device), Time), Cores);
    }

    // What is told of loading is a download, or work whose outcome is kept: it says nothing of how long loading takes another time.
    private sealed class FirstTimeOnly(IProgress<DataProgress>? progress) : IProgress<DataProgress>
    {
        public bool IsFirstTime { get; private set; }

        public void Report(DataProgress value)
        {
            IsFirstTime = true;
            progress?.Report(value);
        }
    }
}
