using System.Globalization;
using Graft.Engine;
using Graft.Networks;
using Graft.Operations;
using Graft.Selection;
using Graft.Steps;

namespace Graft.Jobs.Accelerations;

/// <summary>
/// The steps of an acceleration (<b>LANA</b>) as far as its results let them be known: latencies, teacher, candidates and scores; selection; judging and
/// latencies of whole networks; fine-tuning; export. A pure function of the outline and of what has ended; what is known stays as it is.
/// </summary>
internal sealed class AccelerationFlow
{
    /// <summary>Names of networks among <see cref="AccelerationResult.Networks"/>.</summary>
    public const string Accelerated = AccelerationResult.Accelerated,
        WithoutDistillation = "without distillation",
        TeacherOrIdentity = "teacher or identity",
        Random = "random",
        Budget = "budget",
        SinglePositions = "single positions",
        GreedyRemoval = "greedy removal",
        WithDistillation = "with distillation";

    /// <summary>How many of the smaller networks are measured, at the most.</summary>
    internal const int MostSmallerNetworks = 8;

    private readonly AccelerationOutline _outline;
    private bool _isFeasible;
    private IReadOnlyList<string> _beforeSelection; // keys: they are hashes, and asked for whenever a step has ended

    public AccelerationFlow(AccelerationOutline outline)
    {
        _outline = outline;
        Teacher = Plan.Teacher.ToStep(Plan.Network, Plan.HeldOut, outline.DataFingerprint, outline.Precision, outline.ImportedSha256);
        Candidates = new(outline, Teacher.Key);
        Latency = LatencyStep() with
        {
            // The identity is not there at all in a network.
            Operations = [.. outline.Candidates.Where(c => c.Operation != IdentityOperation.FamilyName).Select(c => new OperationAt(c.Place, c.Operation))],
        };
        Known = [Latency, Teacher, .. Candidates.First]; // a minute's measurement tells a budget that nothing meets, before hours of distillation
        _beforeSelection = [.. Known.Select(s => s.Key)];
    }

    /// <summary>The step that makes the teacher. Its key is that of a study with the same teacher.</summary>
    public NetworkStep Teacher { get; }

    /// <summary>The latencies of operations.</summary>
    public LatencyStep Latency { get; }

    /// <summary>The steps of the candidates, and their scores.</summary>
    public CandidateSteps Candidates { get; }

    /// <summary>The steps that are known, in the order in which they should run.</summary>
    public IReadOnlyList<Step> Known { get; private set; }

    /// <summary>The selection that says which candidates are distilled on; null until all have been scored, and where the plan wants none.</summary>
    public SelectionStep? Preliminary { get; private set; }

    /// <summary>Whether it is known which candidates are distilled on.</summary>
    public bool IsRefining { get; private set; }

    /// <summary>The selection; null until all scores have ended.</summary>
    public SelectionStep? Selection { get; private set; }

    /// <summary>What was selected.</summary>
    public SelectionStepResult? Selected { get; private set; }

    /// <summary>What is judged; none until there is a selection.</summary>
    public ComposedArchitectures Architectures { get; private set; } = ComposedArchitectures.None;

    /// <summary>The latencies of networks; null until there is a selection.</summary>
    public LatencyStep? NetworkLatency { get; private set; }

    /// <summary>What is fine-tuned, by name; the accelerated network first.</summary>
    public IReadOnlyList<(string Name, ComposedArchitecture Architecture, FineTuningStep Step)> FineTunings { get; private set; } = [];

    /// <summary>
    /// The smaller network that is trained from scratch, by name: on labels alone, and with the teacher's knowledge; none where there is none.
    /// </summary>
    public IReadOnlyList<(string Name, TeacherStep Step)> Smaller { get; private set; } = [];

    /// <summary>The export; null until what may be exported has been fine-tuned.</summary>
    public ExportStep? Export { get; private set; }

    /// <summary>The name of the network that is exported; null while that is not known.</summary>
    public string? Exported { get; private set; }

    /// <summary>Whether the accelerated network is fine-tuned without the teacher as well.</summary>
    public bool IsAblated => Plan.FineTuning is { Ablation: true, Distillation.Weight: > 0 };

    /// <summary>Whether the smaller network is trained with the teacher's knowledge as well.</summary>
    public bool IsSmallerTaught => Plan.FineTuning is { Opponents: true, Distillation.Weight: not 0 };

    /// <summary>How many architectures of single positions alone are selected beside the others.</summary>
    public int SelectedOfSinglePositions => Plan is { FineTuning.Opponents: true, Spans: > 1 } ? Plan.Selection.Solutions : 0;

    private AccelerationPlan Plan => _outline.Plan;

    /// <summary>Takes in what has ended.</summary>
    /// <exception cref="ConfigurationException">No architecture is within the limits.</exception>
    /// <exception cref="RunException">The teacher failed, or no selected architecture could be judged.</exception>
    public void Update(IStepResults results)
    {
        if (results.Ended(Teacher.Key) is { State: StepState.Failed, Error: var error })
        {
            throw new RunException($"the teacher failed, and nothing can be done without it: {error}");
        }

        if (results.Ended(Latency.Key) is { State: StepState.Failed, Error: var unmeasured })
        {
            throw new RunException($"the latencies of operations could not be measured, and nothing can be selected without them: {unmeasured}");
        }

        if (!_isFeasible && results.Find<LatencyStepResult>(Latency.Key) is { } measured)
        {
            new OperationLatencies(Latency, measured)
                .RequireFeasible(_outline.Candidates.Select(c => new OperationAt(c.Place, c.Operation)), LatencyBudget.Parse(Plan.Selection.Budget));
            _isFeasible = true;
        }

        if ((Selection ?? Preliminary) is { } selection && results.Ended(selection.Key) is { State: StepState.Failed, Error: { } reason })
        {
            throw new ConfigurationException(reason);
        }

        if (Plan.Refinement is not null && !IsRefining)
        {
            Refine(results);
        }

        if ((Plan.Refinement is null || IsRefining) && Selection is null && HasScores(results))
        {
            Candidates.Settle(results);
            Selection = Selecting(results);
            Known = [.. Known, Selection];
        }

        if (Selected is null && Selection is not null && results.Find<SelectionStepResult>(Selection.Key) is { } selected)
        {
            Selected = selected;
            Judge(selected);
        }

        if (FineTunings.Count == 0 && NetworkLatency is not null && results.HaveEnded([NetworkLatency, .. Architectures.All.Select(a => a.Step)])
            && results.Find<LatencyStepResult>(NetworkLatency.Key) is { } latencies)
        {
            FineTune(results, latencies);
        }

        if (Export is null && FineTunings.Count > 0 && ChooseExport(results) is { } chosen)
        {
            (Exported, Export) = (chosen.Name, ExportOf(chosen));
            Known = [.. Known, Export];
        }
    }

    private bool HasScores(IStepResults results) => _beforeSelection.All(key => results.Ended(key) is not null);

    // What stands in an architecture that would be selected now is distilled on: for the budget, for the others, and of single positions alone.
    private void Refine(IStepResults results)
    {
        if (Preliminary is null && HasScores(results))
        {
            Preliminary = Selecting(results) with { IsPreliminary = true, TeacherOrIdentity = false, GreedyRemoval = false };
            Known = [.. Known, Preliminary];
        }

        if (Preliminary is not null && results.Find<SelectionStepResult>(Preliminary.Key) is { } selected)
        {
            var chosen = selected.Solutions.Concat(selected.SinglePositions).Concat(selected.Budgets.OfType<ArchitectureChoice>());
            var steps = Candidates.Refine(chosen.SelectMany(choice => choice.Operations));
            Known = [.. Known, .. steps];
            _beforeSelection = [.. steps.Select(s => s.Key)];
            IsRefining = true;
        }
    }

    private SelectionStep Selecting(IStepResults results) => new()
    {
        Data = _outline.DataFingerprint,
        Network = Plan.Network,
        Precision = _outline.Precision,
        Plan = Plan.Selection,
        Latency = Latency.Key,
        Candidates =
        [
            .. _outline.Candidates.Where(c => Candidates.ScoreOf(c, results) is not null)
                .Select(c => new ScoredCandidate(c.Place, c.Operation, Candidates.ScoreStepOf(c)?.Key)),
        ],
        Budgets = Plan.FineTuning.Budgets,
        TeacherOrIdentity = Plan.FineTuning.Baselines,
        SinglePositions = SelectedOfSinglePositions,
        GreedyRemoval = Plan.FineTuning.Opponents,
        Seed = Plan.Seed,
    };

    private void Judge(SelectionStepResult selected)
    {
        string teacher = Teacher.Key;
        Architectures = ComposedArchitectures.Of(selected, Compared(selected), choice => new()
        {
            Data = _outline.DataFingerprint,
            Network = Plan.Network,
            Precision = _outline.Precision,
            Teacher = teacher,
            Operations = Candidates.Placed(choice),
            Images = Plan.Selection.Images,
            HeldOut = Plan.HeldOut,
        });
        double wanted = selected.BudgetMs / selected.TeacherMs * _outline.MultiplyAccumulates;
        NetworkLatency = LatencyStep() with
        {
            ScalesToTable = false,
            Table = null, // whole networks are held against one another: all are measured at one time, here
            Architectures = [.. Architectures.All.Select(a => (IReadOnlyList<OperationAt>)[.. a.Choice.Operations.Where(o => !o.IsOwn)])],
            Networks = Plan.FineTuning.EpochsFromScratch(Plan.Teacher) is null
                ? []
                : [.. _outline.SmallerNetworks.OrderBy(n => Math.Abs(Math.Log(n.MultiplyAccumulates / wanted))).Take(MostSmallerNetworks).Select(n => n.Name)],
        };
        Known = [.. Known, .. Architectures.All.Select(a => a.Step), NetworkLatency];
    }

    // What is fine-tuned beside the best architecture, by name: other budgets, the best of teacher and identity, random ones.
    private IEnumerable<(string Name, ArchitectureChoice Choice)> Compared(SelectionStepResult selected)
    {
        foreach (var (part, choice) in Plan.FineTuning.Budgets.Zip(selected.Budgets).Where(b => b.Second is not null))
        {
            yield return (NameOfBudget(part), choice!);
        }

        if (selected.TeacherOrIdentity is { } simple)
        {
            yield return (TeacherOrIdentity, simple);
        }

        if (selected.GreedyRemoval is { } removed)
        {
            yield return (GreedyRemoval, removed);
        }

        foreach (var (i, choice) in selected.Random.Take(Plan.FineTuning.RandomArchitectures).Index())
        {
            yield return (string.Create(CultureInfo.InvariantCulture, $"{Random} {i + 1}"), choice);
        }
    }

    /// <summary>The name of the best network for another budget.</summary>
    public static string NameOfBudget(double part) => $"{Budget} {part.ToString(CultureInfo.InvariantCulture)}";

    private void FineTune(IStepResults results, LatencyStepResult latencies)
    {
        double budgetMs = LatencyBudget.Parse(Plan.Selection.Budget).ToMs(latencies.Teacher.Interval()!.Median);
        var best = BestOf(Architectures.Solutions) ?? throw new RunException("no selected architecture could be judged; their steps tell why.");
        var tuned = new List<(string Name, ComposedArchitecture Architecture)> { (Accelerated, best) };
        if (IsAblated)
        {
            tuned.Add((WithoutDistillation, best));
        }

        if (BestOf(Architectures.SinglePositions) is { } single)
        {
            tuned.Add((SinglePositions, single));
        }

        tuned.AddRange(Architectures.Compared);
        FineTunings =
        [
            .. tuned.Select(t => (t.Name, t.Architecture, FineTuning(Candidates.Placed(t.Architecture.Choice), onLabelsAlone: t.Name == WithoutDistillation))),
        ];
        Smaller = SmallerNetworks(latencies, MsOf(best));
        Known = [.. Known, .. FineTunings.Select(f => f.Step), .. Smaller.Select(s => s.Step)];

        // The lowest loss of those that are within the budget when they are measured whole; the fastest, if none is.
        ComposedArchitecture? BestOf(IEnumerable<ComposedArchitecture> some)
        {
            var judged = some.Select(a => (Architecture: a, results.Find<ArchitectureStepResult>(a.Step.Key)?.Loss)).Where(a => a.Loss is not null).ToList();
            var within = judged.FindAll(a => MsOf(a.Architecture) <= budgetMs);
            return judged.Count == 0 ? null
                : within.Count > 0 ? within.MinBy(a => a.Loss).Architecture
                : judged.MinBy(a => MsOf(a.Architecture)).Architecture;
        }

        double MsOf(ComposedArchitecture architecture) => latencies.Architectures[architecture.Index].Interval()!.Median;
    }

    // Of the smaller networks of the family the largest that is no slower than the accelerated one, or else the fastest.
    private IReadOnlyList<(string Name, TeacherStep Step)> SmallerNetworks(LatencyStepResult latencies, double acceleratedMs)
    {
        var measured = NetworkLatency!.Networks
            .Zip(latencies.Networks, (name, entry) => (Network: _outline.SmallerNetworks.First(n => n.Name == name), Ms: entry.Interval()!.Median)).ToList();
        if (measured.Count == 0)
        {
            return [];
        }

        var smaller = measured.Where(m => m.Ms <= acceleratedMs).DefaultIfEmpty(measured.MinBy(m => m.Ms)).MaxBy(m => m.Network.MultiplyAccumulates);
        var scratch = new TeacherStep
        {
            Data = _outline.DataFingerprint,
            Network = smaller.Network.Name,
            Precision = _outline.Precision,
            Recipe = Plan.Teacher.Recipe,
            Epochs = Plan.FineTuning.EpochsFromScratch(Plan.Teacher)!.Value,
            Seed = Plan.Teacher.Seed,
            HeldOut = Plan.HeldOut,
        };
        if (!IsSmallerTaught)
        {
            return [(scratch.Network, scratch)];
        }

        var taught = scratch with { Teacher = Teacher.Key, Distillation = Plan.FineTuning.Distillation with { FeatureWeight = null } };
        return [(scratch.Network, scratch), ($"{scratch.Network} {WithDistillation}", taught)];
    }

    /// <summary>The step that fine-tunes a network.</summary>
    /// <param name="operations">What differs from the teacher, with weights.</param>
    /// <param name="onLabelsAlone">Whether the teacher is left out, of all but repair.</param>
    internal FineTuningStep FineTuning(IReadOnlyList<CandidateAt> operations, bool onLabelsAlone) => new()
    {
        Data = _outline.DataFingerprint,
        Network = Plan.Network,
        Precision = _outline.Precision,
        Teacher = Teacher.Key,
        Operations = operations,
        Recipe = Plan.FineTuning.Resolved,
        Distillation = onLabelsAlone
            ? Plan.FineTuning.Distillation with { Weight = 0, FeatureWeight = null, WithoutLabels = false }
            : Plan.FineTuning.Distillation,
        Epochs = Plan.FineTuning.Epochs,
        Seed = Plan.FineTuning.Seed,
        HeldOut = Plan.HeldOut,
        StatisticsImages = Plan.Selection.Images,
        Repair = Plan.FineTuning.Repair,
        Search = Plan.FineTuning.Search,
        NeverWorse = Plan.FineTuning.NeverWorse,
    };

    // The plan's, or the best within the budget as measured, whatever made it; Graft's own choice where none is within it. Null while it is not known.
    private Trained? ChooseExport(IStepResults results)
    {
        bool isOwn = Plan.Export == Accelerated;
        if (
            !results.HaveEnded([
                FineTunings[0].Step,
                .. isOwn ? Array.Empty<Step>() : FineTunings.Skip(1).Select(f => (Step)f.Step).Concat(Smaller.Select(s => s.Step)),
            ])
        )
        {
            return null;
        }

        var latencies = results.Find<LatencyStepResult>(NetworkLatency!.Key)!;
        var trained = FineTunings
            .Select(f =>
                (
                    f.Name,
                    f.Step.Key,
                    Plan.Network,
                    results.Find<FineTuningStepResult>(f.Step.Key)?.Accuracy,
                    Latency: latencies.Architectures[f.Architecture.Index]
                )
            )
            .Concat(
                Smaller.Select(s =>
                    (
                        s.Name,
                        s.Step.Key,
                        s.Step.Network,
                        results.Find<TeacherStepResult>(s.Step.Key)?.Accuracy,
                        Latency: latencies.Networks[NetworkLatency.Networks.ToList().IndexOf(s.Step.Network)]
                    )
                )
            )
            .Where(t => t.Accuracy is not null)
            .Select(t => new Trained(t.Name, t.Key, t.Network, t.Accuracy!.Value, t.Latency.Interval()!.Median)).ToList();
        double budgetMs = LatencyBudget.Parse(Plan.Selection.Budget).ToMs(latencies.Teacher.Interval()!.Median);
        string? best = isOwn ? null : AccelerationAdvice.BestWithin(trained.Select(t => (t.Name, t.Accuracy, t.LatencyMs)), budgetMs);
        return trained.FirstOrDefault(t => t.Name == (best ?? Accelerated));
    }

    private ExportStep ExportOf(Trained trained) => new()
    {
        Data = _outline.DataFingerprint,
        Network = trained.Network,
        Precision = _outline.Precision,
        FineTuning = trained.Key,
        Metadata = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [NetworkMetadata.Acceleration] = _outline.Id,
            [NetworkMetadata.Accuracy] = trained.Accuracy.ToString("0.0000", CultureInfo.InvariantCulture),
            [NetworkMetadata.Latency] = string.Create(CultureInfo.InvariantCulture, $"{trained.LatencyMs:0.0000} ms on {_outline.Target}"),
        },
    };

    private LatencyStep LatencyStep() => new()
    {
        Data = _outline.DataFingerprint,
        Network = Plan.Network,
        Precision = Precision.Float32,
        Target = _outline.Target,
        Protocol = Plan.Latency,
        Table = _outline.Table,
        ScalesToTable = _outline.ScalesToTable,
    };

    /// <summary>A network that may be exported.</summary>
    private sealed record Trained(string Name, string Key, string Network, double Accuracy, double LatencyMs);
}
