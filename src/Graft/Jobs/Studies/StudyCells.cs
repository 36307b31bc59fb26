using Graft.Networks;
using Graft.Operations;
using Graft.Steps;

namespace Graft.Jobs.Studies;

/// <summary>Works out the cells of a study's table, with the trials and distillations that they need.</summary>
/// <param name="plan">The plan, with everything resolved.</param>
/// <param name="definition">The plan's network.</param>
/// <param name="data">The data set's fingerprint.</param>
/// <param name="precision">What the plan's precision comes to.</param>
/// <param name="teacher">The key of the step that makes the teacher.</param>
internal sealed class StudyCells(StudyPlan plan, NetworkDefinition definition, string data, Precision precision, string teacher) : IDisposable
{
    private readonly Network _network = Graft.Networks.Network.ShapesOnly(definition);
    private readonly List<StudyCell> _cells = [];
    private readonly List<UnavailableCell> _unavailable = [];
    private readonly Dictionary<string, DistillationStep> _distillations = [];
    private OperationCost? _networkCost;

    /// <summary>Parameters and multiply-accumulates of the unchanged network.</summary>
    public OperationCost NetworkCost => _networkCost ??= _network.Cost();

    /// <summary>The cells, in the order in which they were added.</summary>
    public IReadOnlyList<StudyCell> All => _cells;

    /// <summary>The cells that stay blank.</summary>
    public IReadOnlyList<UnavailableCell> Unavailable => _unavailable;

    /// <summary>The distillations that trials begin from, each once.</summary>
    public IReadOnlyList<DistillationStep> Distillations => [.. _distillations.Values];

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();

    /// <summary>Adds an operation at a position: a cell for each training length, or a blank one where the operation does not fit.</summary>
    public void Add(Position position, OperationSpec operation)
    {
        if (operation.WhyUnavailable(position) is { } reason)
        {
            _unavailable.Add(new(position.Place, operation.Text, reason));
            return;
        }

        var own = _network.CostAt(position.Place);
        var swapped = operation.CostAt(position);
        _cells.AddRange(plan.Epochs.Select(epochs => new StudyCell
        {
            Position = position.Place,
            Path = position.Path,
            Operation = operation.Text,
            Candidate = operation,
            Epochs = epochs,
            Parameters = NetworkCost.Parameters - own.Parameters + swapped.Parameters,
            MultiplyAccumulates = NetworkCost.MultiplyAccumulates - own.MultiplyAccumulates + swapped.MultiplyAccumulates,
            OperationParameters = swapped.Parameters,
            Trials =
            [
                .. Enumerable.Range(1, plan.UntilDecided?.MaxSeeds ?? plan.Seeds)
                    .Select(seed => Trial(position, operation, swapped.Parameters > 0, epochs, seed)),
            ],
        }));
    }

    /// <summary>Checks that some position holds something of what is asked for: the unchanged network does not make up for it.</summary>
    /// <exception cref="ConfigurationException">None does.</exception>
    public void RequireSome()
    {
        if (_unavailable.Count > 0 && _cells.TrueForAll(c => c.Candidate.Family.Name == TeacherOperation.FamilyName))
        {
            throw new ConfigurationException(
                $"No operation is available at any position: {string.Join("; ", _unavailable.Select(u => u.Reason))}. Name other operations or positions."
            );
        }
    }

    private TrialStep Trial(Position position, OperationSpec operation, bool learns, int epochs, int seed)
    {
        bool swaps = !Unchanged.Is(position.Place, operation.Text);
        return new()
        {
            Data = data,
            Network = plan.Network,
            Precision = precision,
            Teacher = teacher,
            Place = swaps ? position.Place : default,
            Operation = operation.Text,
            Distillation = swaps && learns ? Distillation(position, operation.Unmodified, seed).Key : null,
            Recipe = plan.Trial,
            Epochs = epochs,
            Seed = seed,
            HeldOut = plan.HeldOut,
        };
    }

    private DistillationStep Distillation(Position position, OperationSpec operation, int seed)
    {
        var step = new DistillationStep
        {
            Data = data,
            Network = plan.Network,
            Precision = precision,
            Teacher = teacher,
            Place = position.Place,
            Operation = operation.Text,
            Recipe = plan.Distillation,
            Seed = seed,
            OrderSeed = plan.Teacher.Seed,
            HeldOut = plan.HeldOut,
        };
        _distillations.TryAdd(step.Key, step);
        return step;
    }
}
