using Graft.Analysis;
using Graft.Analysis.Sequential;
using Graft.Engine;

namespace Graft.Jobs.Studies;

/// <summary>
/// The part of a study that is to run: all of it, or, where seeds are added until verdicts are there, what the looks that were made ask for. The same results
/// give the same part, whenever and by whatever process it is asked for.
/// </summary>
internal sealed class StudySeeds
{
    private readonly StudyGraph _whole;
    private readonly Dictionary<CellKey, int> _seeds;
    private List<string> _awaited; // keys of trials: they are hashes, and asked for whenever a step has ended
    private bool _isFinal;

    /// <param name="whole">The study with all seeds that there may be.</param>
    public StudySeeds(StudyGraph whole)
    {
        _whole = whole;
        _isFinal = whole.Plan.UntilDecided is null;
        _seeds = whole.Cells.Select(c => c.Key).Distinct().ToDictionary(key => key, _ => whole.Plan.Seeds);
        Wanted = _isFinal ? whole : Limit();
        Steps = Wanted.Steps;
        _awaited = _isFinal ? [] : [.. Wanted.Trials.Select(t => t.Key)];
    }

    /// <summary>The study with the seeds that are wanted so far.</summary>
    public StudyGraph Wanted { get; private set; }

    /// <summary>Its steps; those that came later are behind, those first that can decide a verdict soonest.</summary>
    public IReadOnlyList<Step> Steps { get; private set; }

    /// <summary>Whether a look may ask for more seeds.</summary>
    public bool MayGrow => !_isFinal && _seeds.Values.Any(seeds => seeds < _whole.Plan.UntilDecided!.MaxSeeds);

    /// <summary>How many trials later looks may ask for at the most: all seeds of the cells that were asked for last.</summary>
    public int MostFurtherTrials
    {
        get
        {
            int most = _seeds.Values.Max();
            return _isFinal ? 0
                : _whole.Cells.Where(c => _seeds[c.Key] == most).SelectMany(c => c.Trials).Where(t => t.Seed > most).DistinctBy(t => t.Key).Count();
        }
    }

    /// <summary>Makes the looks that can be made. Whether more seeds are wanted than before.</summary>
    /// <param name="results">What has ended.</param>
    /// <param name="judge">Judges the study as it is wanted so far.</param>
    public bool Update(IStepResults results, Func<StudyGraph, SequentialJudgement> judge)
    {
        _awaited.RemoveAll(key => results.Ended(key) is not null);
        if (_isFinal || _awaited.Count > 0)
        {
            return false;
        }

        var requests = judge(Wanted).Requests;
        _isFinal = requests.All(request => _seeds[request.Key] >= request.Seeds); // also where there are none
        if (_isFinal)
        {
            return false;
        }

        foreach (var request in requests)
        {
            _seeds[request.Key] = request.Seeds;
        }

        Wanted = Limit();
        _awaited = [.. Wanted.Trials.Select(t => t.Key)];
        var order = requests.Index().ToDictionary(r => r.Item.Key, r => r.Index);
        var trials = Wanted.Cells.OrderBy(c => order.GetValueOrDefault(c.Key, int.MaxValue)).SelectMany(c => c.Trials);
        Steps = [.. Steps.Concat(Wanted.Distillations).Concat(trials).DistinctBy(s => s.Key)];
        return true;
    }

    private StudyGraph Limit()
    {
        var cells = _whole.Cells.Select(c => c with { Trials = [.. c.Trials.Where(t => t.Seed <= _seeds[c.Key])] }).ToList();
        var distillations = cells.SelectMany(c => c.Trials).Select(t => t.Distillation).OfType<string>().ToHashSet();
        return _whole with { Cells = cells, Distillations = [.. _whole.Distillations.Where(d => distillations.Contains(d.Key))] };
    }
}
