using Graft.Analysis.Findings;

namespace Graft.Analysis.Sequential;

/// <summary>Makes the looks of a <see cref="SequentialJudgement"/>, one after another.</summary>
internal sealed class SequentialJudge
{
    private readonly AnalysedStudy _study;
    private readonly SequentialPlan _plan;
    private readonly double _margin;
    private readonly double[] _shares;
    private readonly List<Case> _cases;
    private readonly int _family; // the cells that the plan has something to compare with, whatever failed: levels stay when a failed trial is repeated
    private readonly Dictionary<double, SequentialBounds> _bounds = []; // by their two-sided level over all looks

    internal SequentialJudge(AnalysedStudy study, SequentialPlan plan, double margin)
    {
        _study = study;
        _plan = plan;
        _margin = margin;
        _shares = [.. plan.Looks.Select(s => (double)s / plan.MaxSeeds)];
        _cases = [.. study.Swapped.Select(cell => new Case(cell, study.BaselineOf(cell.Epochs)))];
        _family = _cases.Count(c => c.Reason is null);
    }

    private IEnumerable<Case> Open => _cases.Where(c => c.Reason is null && c.Verdict == VerdictKind.Undecided && !c.HasStopped);

    public SequentialJudgement Judge()
    {
        int looks = 0;
        while (looks < _plan.Looks.Count)
        {
            foreach (var failed in Open.Where(c => c.HasFailed && c.Common < _plan.Looks[looks]).ToList())
            {
                failed.Stop();
            }

            if (!Open.Any() || Open.Any(c => c.Common < _plan.Looks[looks]))
            {
                break;
            }

            Look(looks);
            looks++;
        }

        return new()
        {
            Margin = _margin,
            Looks = [.. _plan.Looks.Take(looks)],
            Cells = [.. _cases.Select(Result)],
            Requests = looks < _plan.Looks.Count ? [.. Requests(_plan.Looks[looks])] : [],
        };
    }

    private void Look(int look)
    {
        int seeds = _plan.Looks[look];
        foreach (var open in Open)
        {
            open.Seeds = seeds;
        }

        var noise = _study.Lengths.ToDictionary(epochs => epochs, Noise);
        foreach (var open in Open)
        {
            open.Test(noise[open.Cell.Epochs]);
        }

        // Holm's correction: with each cell that is decided, the level of the others rises.
        while (Decide(look, VerdictKind.Equivalent) || Decide(look, VerdictKind.Better))
        {
        }

        foreach (var open in Open)
        {
            var test = open.Difference!;
            Repeat(open, look);
            open.SeedsToDecide = test.Components is { } components
                ? SeedEstimate.ToDecide(test.Difference, components, test.Images, seeds, _margin, LevelsWith)
                : null;
        }
    }

    // Training noise of a length at this look. Cells that are decided count with the seeds that decided them.
    private TrainingNoise? Noise(int epochs)
    {
        var cases = _cases.FindAll(c => c.Cell.Epochs == epochs && c.Seeds > 0);
        int seeds = cases.Select(c => c.Seeds).DefaultIfEmpty().Max();
        if (_study.BaselineOf(epochs) is not { } baseline || seeds == 0)
        {
            return null;
        }

        var trials = Case.First(baseline.Outcomes, seeds);
        cases.ForEach(c => c.Baseline = c.Seeds == seeds ? trials : c.Baseline);
        var candidates = cases.Where(c => !c.Cell.IsControl).Select(c => Case.Accuracies(c.Trials));
        return TrainingNoise.Pooled([Case.Accuracies(trials), .. candidates]).Value?.WithBaselines([trials]);
    }

    // The surest open cell that passes gets its verdict; whether there was one.
    private bool Decide(int look, VerdictKind kind)
    {
        bool equivalence = kind == VerdictKind.Equivalent;
        double pooled = LevelAt(look, Level(kind), equivalence), own = LevelAt(look, PValues.OwnLevel, equivalence);
        var passing = Open.Select(c => (Case: c, P: equivalence ? c.Difference!.Equivalence(_margin).PValues : c.Difference!.PValues))
            .Where(x => x.P.Pooled <= pooled && x.P.Own <= own).OrderBy(x => x.P.Pooled).ToList();
        if (passing.Count == 0)
        {
            return false;
        }

        Repeat(passing[0].Case, look);
        passing[0].Case.Verdict = equivalence ? kind : passing[0].Case.Difference!.Difference > 0 ? VerdictKind.Better : VerdictKind.Worse;
        return true;
    }

    // The interval of the very levels at which no difference is tested now.
    private void Repeat(Case of, int look) => of.Interval = of.Difference!.Interval(
        1 - LevelAt(look, Level(VerdictKind.Better), oneSided: false), 1 - LevelAt(look, PValues.OwnLevel, oneSided: false));

    // The level of the family's next test: that of all, divided by the number of those that are not yet found to be different, or equivalent.
    private double Level(VerdictKind kind)
    {
        int found = kind == VerdictKind.Equivalent
            ? _cases.Count(c => c.Verdict == VerdictKind.Equivalent)
            : _cases.Count(c => c.Verdict is VerdictKind.Better or VerdictKind.Worse);
        return ComparisonFamily.Alpha / Math.Max(1, _family - found);
    }

    // One-sided tests are made at half of the two-sided level that spends twice as much.
    private double LevelAt(int look, double level, bool oneSided)
    {
        double twoSided = oneSided ? 2 * level : level;
        if (!_bounds.TryGetValue(twoSided, out var bounds))
        {
            _bounds[twoSided] = bounds = new(_shares, twoSided);
        }

        return oneSided ? bounds.LevelAt(look) / 2 : bounds.LevelAt(look);
    }

    // The levels of the look with so many seeds; beyond the last look those of the last one.
    private TestLevels LevelsWith(int seeds)
    {
        int look = Math.Min(_plan.Looks.Count(s => s < seeds), _shares.Length - 1);
        return new(
            LevelAt(look, Level(VerdictKind.Better), oneSided: false),
            LevelAt(look, Level(VerdictKind.Equivalent), oneSided: true),
            LevelAt(look, PValues.OwnLevel, oneSided: false),
            LevelAt(look, PValues.OwnLevel, oneSided: true));
    }

    private IEnumerable<SeedRequest> Requests(int seeds)
    {
        var open = Open.ToList();
        var baselines = open.Select(c => _study.BaselineOf(c.Cell.Epochs)!).Distinct();
        var soonest = open.OrderBy(c => c.SeedsToDecide is { HasValue: false }).ThenBy(c => c.SeedsToDecide?.Value?.Seeds ?? 0);
        return baselines.Concat(soonest.Select(c => c.Cell)).Select(c => new SeedRequest(c.Position, c.Operation, c.Epochs, seeds));
    }

    private static SequentialCell Result(Case of) => new()
    {
        Position = of.Cell.Position,
        Operation = of.Cell.Operation,
        Epochs = of.Cell.Epochs,
        Verdict = of.Reason is null ? of.Verdict : VerdictKind.NotComputable,
        Seeds = of.Seeds,
        Difference = of.Difference,
        Interval = of.Interval,
        HasStopped = of.HasStopped,
        Reason = of.Reason,
        SeedsToDecide = of.Verdict == VerdictKind.Undecided ? of.SeedsToDecide : null,
    };

    /// <summary>A cell on its way to a verdict.</summary>
    private sealed class Case
    {
        private readonly IReadOnlyList<TrialOutcome> _trials; // of seeds that the baseline has too

        public Case(AnalysedCell cell, AnalysedCell? baseline)
        {
            Cell = cell;
            _trials = baseline is null ? [] : [.. cell.Outcomes.Where(t => baseline.Outcomes.Any(b => b.Seed == t.Seed))];
            Reason = baseline is null ? AnalysedStudy.NoBaseline(cell.Epochs) : null;
            HasFailed = cell.HasFailed || baseline?.HasFailed is true;
        }

        public AnalysedCell Cell { get; }

        public int Common => _trials.Count;

        /// <summary>Whether a trial of it, or of the unchanged network, failed for good.</summary>
        public bool HasFailed { get; }

        /// <summary>Whether it takes part in no further look.</summary>
        public bool HasStopped { get; private set; }

        public IReadOnlyList<TrialOutcome> Trials => First(_trials, Seeds);

        public IReadOnlyList<TrialOutcome> Baseline { get; set; } = [];

        public int Seeds { get; set; }

        public VerdictKind Verdict { get; set; } = VerdictKind.Undecided;

        public DifferenceTest? Difference { get; private set; }

        public ConfidenceInterval? Interval { get; set; }

        public string? Reason { get; private set; }

        public Computed<SeedEstimate>? SeedsToDecide { get; set; }

        public static IReadOnlyList<TrialOutcome> First(IReadOnlyList<TrialOutcome> trials, int count) => [.. trials.OrderBy(t => t.Seed).Take(count)];

        public static IReadOnlyList<double> Accuracies(IReadOnlyList<TrialOutcome> trials) =>
            [.. trials.Select(t => (double)t.Outcome.CorrectCount / t.Outcome.Count)];

        /// <summary>Ends it as it is, without the seeds of the next look.</summary>
        public void Stop()
        {
            HasStopped = true;
            Reason = Seeds == 0 ? "a trial of it or of the unchanged network failed" : null;
        }

        public void Test(TrainingNoise? noise)
        {
            var test = PairedDifferences.Between(Trials, Baseline).Then(d => CrossedTest.Of(d, noise));
            Difference = test.Value;
            Reason = test.Reason;
            (Interval, SeedsToDecide) = (null, null);
        }
    }
}
