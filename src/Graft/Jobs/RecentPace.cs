using MathNet.Numerics.Statistics;

namespace Graft.Jobs;

/// <summary>
/// How long one kind's work takes of late. The work is cut into parts as it is done, and the last ones count; of one that took several times as long as is
/// usual, as the process was stopped or the machine busy in it, no more than that counts.
/// </summary>
internal sealed class RecentPace
{
    // A part is at least this much of the kind's work.
    private const double LeastPart = 0.05;

    private const int FewestParts = 3, MostParts = 5;

    // How many times the usual pace counts at the most.
    private const double MostOfUsual = 3;

    private readonly Queue<(double Seconds, double Work)> _parts = [];
    private double _lastSeconds, _lastWork; // where the last part ended
    private double _work, _largestJump; // what was done at the last call, and the most that was done between two
    private int _mostRunning;

    /// <summary>Takes in how far the kind is.</summary>
    /// <param name="seconds">The time that its steps had so far.</param>
    /// <param name="work">What they have done in it; more than 0.</param>
    /// <param name="total">What they will have done at the end.</param>
    /// <param name="running">How many of them run.</param>
    /// <returns>Seconds for a unit of work: of all that was done, before a few parts are.</returns>
    public double Of(double seconds, double work, double total, int running)
    {
        _largestJump = Math.Max(_largestJump, work - _work);
        _work = work;
        _mostRunning = Math.Max(_mostRunning, running);

        // Steps that say nothing on their way end one soon after another where they run side by side: only together do they tell a pace.
        if (work - _lastWork >= Math.Max(LeastPart * total, (_mostRunning + 2) * _largestJump))
        {
            _parts.Enqueue((seconds - _lastSeconds, work - _lastWork));
            (_lastSeconds, _lastWork) = (seconds, work);
            if (_parts.Count > MostParts)
            {
                _parts.Dequeue();
            }
        }

        double usual = _parts.Count < FewestParts ? 0 : _parts.Select(p => p.Seconds / p.Work).Median();
        return usual > 0
            ? _parts.Sum(p => Math.Min(p.Seconds, MostOfUsual * usual * p.Work)) / _parts.Sum(p => p.Work)
            : seconds / work;
    }
}
