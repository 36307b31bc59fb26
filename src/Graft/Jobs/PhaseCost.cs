namespace Graft.Jobs;

/// <summary>What one kind of step of a job took.</summary>
/// <param name="Kind">The kind, e.g. <c>teacher</c> or <c>trial</c>.</param>
/// <param name="Steps">How many of them have run.</param>
/// <param name="Seconds">Their active time in seconds, whoever ran them; those that run at the same time count each.</param>
/// <param name="CoreHours">The same in hours, times the threads of each.</param>
public sealed record PhaseCost(string Kind, int Steps, double Seconds, double CoreHours);
