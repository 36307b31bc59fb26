namespace Graft.Jobs;

/// <summary>How far a job has come.</summary>
public sealed record JobProgress
{
    /// <summary>The part of the work that is done, in [0, 1], of the steps that are known or foreseen.</summary>
    public required double Fraction { get; init; }

    /// <summary>Steps that have ended.</summary>
    public required int Ended { get; init; }

    /// <summary>Steps that are known or foreseen.</summary>
    public required int Steps { get; init; }

    /// <summary>Time that is left if it goes on as fast as so far; null while that is not known.</summary>
    public TimeSpan? Remaining { get; init; }

    /// <summary>How far steps and time that is left reach, where more may follow, e.g. <c>the next look</c>; null for the end.</summary>
    public string? Until { get; init; }

    /// <summary>The steps that run.</summary>
    public required IReadOnlyList<RunningStep> Running { get; init; }

    /// <summary>The step whose news this is; null where it is about none in particular.</summary>
    public StepNews? News { get; init; }
}

/// <summary>A step that runs.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Kind">The name of its kind.</param>
/// <param name="Title">What it does.</param>
/// <param name="Fraction">The part that is done, in [0, 1].</param>
public sealed record RunningStep(string Key, string Kind, string Title, double Fraction);

/// <summary>What happened to a step.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Kind">The name of its kind.</param>
/// <param name="Title">What it does.</param>
/// <param name="Happened">What happened.</param>
/// <param name="Words">Of its result or its error, who holds it, or what is wrong with its files.</param>
/// <param name="Seconds">The time that it took, where it has ended.</param>
/// <param name="Remark">
/// What is to be heard of its result before other steps build on it, e.g. that a teacher is no better than guessing; null for nothing.
/// </param>
public sealed record StepNews(string Key, string Kind, string Title, StepEvent Happened, string Words, double Seconds, string? Remark = null);

/// <summary>What can happen to a step.</summary>
public enum StepEvent
{
    /// <summary>It has begun.</summary>
    Started,

    /// <summary>Another process holds it, and it is waited for.</summary>
    Waiting,

    /// <summary>It has been done, here and now.</summary>
    Done,

    /// <summary>It has failed.</summary>
    Failed,

    /// <summary>A file of its result is gone or damaged: it is run again.</summary>
    Invalidated,
}
