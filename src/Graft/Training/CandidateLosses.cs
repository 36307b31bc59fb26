using Graft.Analysis;
namespace Graft.Training;

/// <summary>The losses of one candidate while it is distilled.</summary>
internal sealed record CandidateLosses
{
    /// <summary>The finished points of the curve.</summary>
    public IReadOnlyList<LossPoint> History { get; init; } = [];

    /// <summary>Sum of normalised losses over the images since the last point.</summary>
    public double Sum { get; init; }

    /// <summary>Images since the last point.</summary>
    public long Images { get; init; }

    /// <summary>Sum over held-out images of the mean squared error.</summary>
    public double HeldOutError { get; init; }

    /// <summary>Sum over held-out images of the teacher's mean square.</summary>
    public double HeldOutPower { get; init; }

    /// <summary>Why the candidate failed; null if it did not.</summary>
    public string? Error { get; init; }

    public CandidateLosses Add(double loss, int images) => this with { Sum = Sum + loss * images, Images = Images + images };

    public CandidateLosses AddHeldOut(double error, double power) => this with { HeldOutError = HeldOutError + error, HeldOutPower = HeldOutPower + power };

    /// <summary>Ends the current point of the curve, if it has images.</summary>
    public CandidateLosses EndPoint()
    {
        long before = History.Count > 0 ? History[^1].Images : 0;
        return Images == 0 ? this : this with { History = [.. History, new(before + Images, Sum / Images)], Sum = 0, Images = 0 };
    }

    public DistillationResult ToResult() =>
        new(
            HeldOutPower > 0 ? HeldOutError / HeldOutPower
                : History is [.., var last] ? last.Loss
                : double.NaN,
            History,
            Error
        );
}
