using Graft.Engine;
using Graft.Jobs;
using Graft.Jobs.Studies;
using Graft.Networks;
using Graft.Report.Plots;
using Graft.Runtime;

namespace Graft.Report;

/// <summary>A study arranged for display: its axes, look-ups, failures and the style of each operation. Nothing in it is computed from results.</summary>
public sealed class StudyView
{
    /// <summary>What the network's own operation is called where it stands for a run of positions.</summary>
    internal const string OwnBlock = "teacher's own block";

    private readonly Dictionary<(Place Position, string Operation, int Epochs), CellResult> _cells = [];
    private readonly Dictionary<(Place Position, string Operation), string> _unavailable = [];
    private readonly Dictionary<int, string> _paths;
    private readonly ILookup<int, CellResult> _unchanged;
    private readonly Dictionary<string, SeriesStyle> _styles;

    /// <param name="result">The study, in any state; where two cells claim the same place the first one counts.</param>
    public StudyView(StudyResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        Result = result;
        foreach (CellResult cell in result.Cells)
        {
            _cells.TryAdd((cell.Position, cell.Operation, cell.Epochs), cell);
        }

        foreach (UnavailableCell cell in result.Unavailable)
        {
            _unavailable.TryAdd((cell.Position, cell.Operation), cell.Reason);
        }

        Lengths = [.. result.Cells.Select(c => c.Epochs).Distinct().Order()];
        Trials = [.. result.Cells.SelectMany(c => c.Trials).DistinctBy(t => t.Key)];
        Seeds = [.. result.Cells.SelectMany(c => c.Trials).Select(t => t.Seed).Distinct().Order()];
        _paths = PathsOf(result);
        _unchanged = result.Cells.Where(c => c.IsUnchanged).ToLookup(c => c.Epochs);
        Positions = [.. PlacesOf(result).Select(Row)];
        Operations = OperationsOf(result);
        _styles = Operations.Where(o => o != Unchanged.Operation).Select((operation, i) => (operation, style: SeriesStyle.OfIndex(i)))
            .Append((operation: Unchanged.Operation, style: SeriesStyle.Teacher)).ToDictionary(x => x.operation, x => x.style);
        Failures = [.. FailuresOf(result)];
    }

    /// <summary>The study itself.</summary>
    public StudyResult Result { get; }

    /// <summary>The positions, ascending, then runs of them.</summary>
    public IReadOnlyList<PositionRow> Positions { get; }

    /// <summary>All operations, the teacher first where the study has it, the others in the plan's order.</summary>
    public IReadOnlyList<string> Operations { get; }

    /// <summary>Whether the unchanged network was trained on for comparison; otherwise differences are against the teacher's own accuracy.</summary>
    public bool HasBaseline => _unchanged.Count > 0;

    /// <summary>The training lengths in epochs, ascending.</summary>
    public IReadOnlyList<int> Lengths { get; }

    /// <summary>The trials, each once: those of the unchanged network belong to cells of every position.</summary>
    public IReadOnlyList<TrialResult> Trials { get; }

    /// <summary>The seeds, ascending.</summary>
    public IReadOnlyList<int> Seeds { get; }

    /// <summary>The steps that failed.</summary>
    public IReadOnlyList<FailedStep> Failures { get; }

    /// <summary>The cell at a place of the table, or null where there is none.</summary>
    public CellResult? Cell(Place position, string operation, int epochs) => _cells.GetValueOrDefault((position, operation, epochs));

    /// <summary>The only teacher cell of a length, which then stands for all positions; null where there is none or each position has its own.</summary>
    public CellResult? SharedTeacher(int epochs) => _unchanged[epochs].Count() == 1 ? Baseline(epochs) : null;

    /// <summary>A cell of the unchanged network of a length, whose trials are the same at every position; null where there is none.</summary>
    public CellResult? Baseline(int epochs) => _unchanged[epochs].FirstOrDefault();

    /// <summary>The cell's position as a table names it: index and path, or <c>all</c> for a teacher cell that stands for all of them.</summary>
    public string PlaceOf(CellResult cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        return IsShared(cell) ? "all" : Row(cell.Position).Name;
    }

    /// <summary>The cells of a position and length in the order of <see cref="Operations"/>, the shared teacher included.</summary>
    public IReadOnlyList<CellResult> CellsAt(Place position, int epochs)
    {
        CellResult? shared = SharedTeacher(epochs);
        IEnumerable<CellResult> own = Operations
            .Select(o => o == Unchanged.Operation && position.IsSingle && shared is not null ? null : Cell(position, o, epochs))
            .OfType<CellResult>();
        return [.. new[] { shared }.OfType<CellResult>(), .. own];
    }

    /// <summary>Why an operation cannot stand at a position, or null where nothing says so.</summary>
    public string? ReasonUnavailable(Place position, string operation) => _unavailable.GetValueOrDefault((position, operation));

    /// <summary>A cell's operation in words: the network's own for a run of positions is not the unchanged network.</summary>
    public static string NameOf(CellResult cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        return NameOf(cell.Position, cell.Operation);
    }

    /// <summary>The operation of a place in words.</summary>
    public static string NameOf(Place position, string operation) =>
        operation == Unchanged.Operation && !Unchanged.Is(position, operation) ? OwnBlock : operation;

    /// <summary>How an operation is drawn, the same in every figure.</summary>
    public SeriesStyle StyleOf(string operation) => _styles[operation];

    private bool IsShared(CellResult cell) => ReferenceEquals(SharedTeacher(cell.Epochs), cell);

    private PositionRow Row(Place place)
    {
        string first = _paths.GetValueOrDefault(place.First, ""), last = _paths.GetValueOrDefault(place.Last, "");
        return new(place, place.IsSingle ? first : first.Length > 0 && last.Length > 0 ? $"{first} to {last}" : "");
    }

    // The path of a run in the study is that of its first position: that of its last one stands in other cells, or is that of a network of Graft's own.
    private static Dictionary<int, string> PathsOf(StudyResult result)
    {
        var own = NetworkCatalog.LayoutOf(result.Network)?.Positions.Select(p => (p.Index, p.Path)) ?? [];
        return result.Cells.Where(c => c.Path.Length > 0).Select(c => (Index: c.Position.First, c.Path)).Concat(own)
            .DistinctBy(p => p.Index).ToDictionary(p => p.Index, p => p.Path);
    }

    private static IEnumerable<Place> PlacesOf(StudyResult result)
    {
        // A shared teacher cell belongs to no position of the table: only a study of nothing but teachers takes its rows from them.
        IEnumerable<Place> swapped = result.Cells.Where(c => !c.IsUnchanged).Select(c => c.Position)
            .Concat(result.Unavailable.Select(c => c.Position));
        IEnumerable<Place> indices = swapped.Any() ? swapped : result.Cells.Select(c => c.Position);
        return indices.Distinct().OrderBy(p => p.Length).ThenBy(p => p.First);
    }

    private static string[] OperationsOf(StudyResult result)
    {
        IReadOnlyList<string> merged = OperationOrder.Merge(result.Cells.GroupBy(c => (c.Position, c.Epochs))
            .OrderByDescending(cells => cells.Count()).Select(cells => cells.Select(c => c.Operation)));
        return [.. merged.Concat(result.Unavailable.Select(c => c.Operation)).Distinct().OrderBy(o => o == Unchanged.Operation ? 0 : 1)];
    }

    private IEnumerable<FailedStep> FailuresOf(StudyResult result)
    {
        const string Unknown = "no reason was recorded";
        if (result.Teacher.State == StepState.Failed)
        {
            yield return new FailedStep("teacher", result.Teacher.Key, result.Teacher.Error ?? Unknown);
        }

        HashSet<string> seen = []; // the unchanged network's trials are the same at every position
        foreach (CellResult cell in result.Cells)
        {
            foreach (TrialResult trial in cell.Trials.Where(t => t.State == StepState.Failed && seen.Add(t.Key)))
            {
                string what = Invariant(
                    $"{(IsShared(cell) ? "" : Invariant($"position {cell.Position}, "))}{NameOf(cell)}, {Plural.Of(cell.Epochs, "epoch")}, seed {trial.Seed}"
                );
                yield return new FailedStep(what, trial.Key, trial.Error ?? Unknown);
            }
        }

        foreach (FailedMeasurement measurement in result.FailedMeasurements)
        {
            yield return new FailedStep(measurement.What, measurement.Key, measurement.Error);
        }
    }
}
