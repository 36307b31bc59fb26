namespace Graft.Jobs.Studies;

/// <summary>The steps of one kind in a <see cref="StudyEstimate"/>.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Steps">How many there are.</param>
/// <param name="Done">How many have a result already.</param>
/// <param name="Seconds">Time of those that are left.</param>
public sealed record KindEstimate(string Kind, int Steps, int Done, double Seconds);
