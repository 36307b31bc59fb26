using System.Diagnostics;
using Graft.Networks;
using Graft.Operations;
using Graft.Runtime;
using static TorchSharp.torch;

namespace Graft.Benchmarks;

/// <summary>Everything that <c>graft bench</c> measures of a network: the machine's own rates, Graft's, and PyTorch's beside them.</summary>
public sealed class BenchmarkSuite
{
    private const int StepsOfARun = 4, DistillationSteps = 3;

    private readonly TimeProvider _time;
    private readonly int[] _threads;

    /// <param name="network">The network's name.</param>
    /// <param name="cores">The machine's cores.</param>
    /// <param name="graft">How this program is started with the given arguments; children measure what needs processes of their own.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ConfigurationException">There is no such network.</exception>
    public BenchmarkSuite(string network, int cores, Func<IReadOnlyList<string>, ProcessStartInfo> graft, TimeProvider time)
    {
        Network = NetworkCatalog.Define(network, new(3, 32, 32), 10);
        (Cores, Graft, _time) = (cores, graft, time);
        _threads = cores == 1 ? [1] : [1, cores];
    }

    /// <summary>Images of a batch.</summary>
    public static int Batch => 128;

    /// <summary>The network that is measured.</summary>
    public NetworkDefinition Network { get; }

    /// <summary>The machine's cores.</summary>
    public int Cores { get; }

    /// <summary>PyTorch's program (bench/pytorch_peer.py) with an interpreter that has PyTorch; null to leave it out.</summary>
    public (string Python, string Script)? Peer { get; init; }

    private Func<IReadOnlyList<string>, ProcessStartInfo> Graft { get; }

    /// <summary>What can be measured, in the order in which it takes turns.</summary>
    public IReadOnlyList<BenchmarkCase> Cases => [.. Machine(), .. Networks(), .. SideBySide(), .. Operations(), .. Distillation(), .. Loading(), .. Program()];

    /// <summary>The subject of a product of matrices.</summary>
    public static string MatrixSubject(Precision precision, int threads) => Invariant($"matrix product, {precision.ToText()}, {Plural.Of(threads, "thread")}");

    /// <summary>The subject of training or inference in this program.</summary>
    public static string Subject(string mode, string network, Precision precision, int threads, int processes = 1) =>
        Invariant($"{mode} {network}, {precision.ToText()}, {Processes(processes)}{Plural.Of(threads, "thread")}");

    /// <summary>The subject of training or inference in PyTorch.</summary>
    public static string PeerSubject(string setting, string mode, string network, int threads, int processes = 1) =>
        Invariant($"PyTorch {setting}: {mode} {network}, {Processes(processes)}{Plural.Of(threads, "thread")}");

    /// <summary>Training or inference on batches of noise in this process, as <see cref="ProcessBenchmark"/> wants it of a child.</summary>
    /// <param name="mode"><c>train</c> or <c>evaluate</c>.</param>
    /// <param name="network">The network's name.</param>
    /// <param name="precision">The type of number.</param>
    /// <param name="threads">Threads of torch.</param>
    /// <param name="time">The clock.</param>
    public static IBenchmark Step(string mode, string network, Precision precision, int threads, TimeProvider time) => mode == "train"
        ? new TrainingBenchmark(network, precision, Batch, threads, StepsOfARun, time)
        : new EvaluationBenchmark(network, precision, Batch, threads, StepsOfARun, time);

    private IEnumerable<BenchmarkCase> Machine()
    {
        foreach (int threads in _threads)
        {
            yield return new(MatrixSubject(Precision.Float32, threads), () => new MatrixBenchmark(ScalarType.Float32, threads, _time));
            yield return new(MatrixSubject(Precision.BFloat16, threads), () => new MatrixBenchmark(ScalarType.BFloat16, threads, _time));
            yield return new(Invariant($"memory copy, {Plural.Of(threads, "thread")}"), () => new CopyBenchmark(threads, _time));
        }
    }

    // Each in a process of its own, as PyTorch's: their memory does not get into each other's way.
    private IEnumerable<BenchmarkCase> Networks()
    {
        foreach (string mode in new[] { "train", "evaluate" })
        {
            foreach (var precision in new[] { Precision.Float32, Precision.BFloat16 })
            {
                foreach (int threads in _threads)
                {
                    yield return new(Subject(mode, Network.Name, precision, threads), () => new ProcessBenchmark(Child(mode, precision, threads)));
                }
            }

            foreach (var (setting, threads) in Peer is null ? [] : new[] { ("default", Cores), ("tuned", Cores) })
            {
                yield return new(PeerSubject(setting, mode, Network.Name, threads), () => new ProcessBenchmark(PeerStart(mode, setting, threads)));
            }
        }
    }

    // One process a core, each of one thread: how a study trains.
    private IEnumerable<BenchmarkCase> SideBySide()
    {
        if (Cores == 1)
        {
            yield break;
        }

        yield return new(
            Subject("train", Network.Name, Precision.BFloat16, 1, Cores),
            () => new ProcessBenchmark(Child("train", Precision.BFloat16, 1), Cores)
        );
        if (Peer is not null)
        {
            yield return new(PeerSubject("tuned", "train", Network.Name, 1, Cores), () => new ProcessBenchmark(PeerStart("train", "tuned", 1), Cores));
        }
    }

    private IEnumerable<BenchmarkCase> Operations()
    {
        foreach (var position in new[] { Network.Positions[0], Network.Positions[^1] })
        {
            foreach (var operation in Candidates.Where(o => o.Family.WhyUnavailable(o, position) is null))
            {
                yield return new(
                    Invariant($"{Subject("train", Network.Name, Precision.BFloat16, 1)}, {operation.Text} at {position.Index}"),
                    () => new TrainingBenchmark(Network.Name, Precision.BFloat16, Batch, 1, StepsOfARun, _time, (position.Index, operation.Text)));
            }
        }
    }

    private IEnumerable<BenchmarkCase> Distillation()
    {
        var learning = Candidates.Where(o => o.Family.Name is not (TeacherOperation.FamilyName or IdentityOperation.FamilyName)).ToList();
        foreach (var operations in new[] { [], [learning[1]], learning })
        {
            string what = operations.Count switch
            {
                0 => "the teacher's passes alone",
                1 => $"{operations[0].Text} at every position",
                int count => Invariant($"{count} candidates at every position"),
            };
            yield return new(
                $"distil for {Network.Name}, bf16, 1 thread: {what}",
                () => new DistillationBenchmark(Network.Name, operations, Precision.BFloat16, Batch, 1, DistillationSteps, _time));
        }
    }

    private IEnumerable<BenchmarkCase> Loading()
    {
        yield return new("load and augment: crop, flip", () => new LoadingBenchmark(new(), Batch, _time));
        yield return new(
            "load and augment: crop, flip, TrivialAugment, cutout", () => new LoadingBenchmark(new() { TrivialAugment = true, CutoutSize = 16 }, Batch, _time));
    }

    private IEnumerable<BenchmarkCase> Program()
    {
        yield return new("start-up: graft --help", () => new StartUpBenchmark(Graft(["--help"]), _time));
        yield return new("start-up: graft catalog networks", () => new StartUpBenchmark(Graft(["catalog", "networks"]), _time));
        yield return new($"peak memory: train {Network.Name}, bf16", () => new PeakMemoryBenchmark(Child("train", Precision.BFloat16, 1)));
        if (Peer is not null)
        {
            yield return new($"PyTorch tuned: peak memory: train {Network.Name}", () => new PeakMemoryBenchmark(PeerStart("train", "tuned", 1)));
        }
    }

    private static IReadOnlyList<OperationSpec> Candidates => OperationCatalog.Default.ParseList(["seed"]);

    private ProcessStartInfo Child(string mode, Precision precision, int threads) =>
        Graft(["bench-step", mode, Network.Name, precision.ToText(), Invariant($"{threads}")]);

    private ProcessStartInfo PeerStart(string mode, string setting, int threads) =>
        new(Peer!.Value.Python, [Peer.Value.Script, mode, Network.Name, setting, Invariant($"{Batch}"), Invariant($"{threads}"), $"{StepsOfARun}"]);

    private static string Processes(int processes) => processes == 1 ? "" : Invariant($"{processes} processes of ");
}
