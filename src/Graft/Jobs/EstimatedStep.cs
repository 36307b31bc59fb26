using Graft.Engine;

namespace Graft.Jobs;

/// <summary>A step as estimates see it.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Demand">The threads that it computes with.</param>
/// <param name="Work">Its work (<see cref="StepKind.WorkOf"/>).</param>
/// <param name="Done">Whether it has a result.</param>
internal sealed record EstimatedStep(string Kind, ThreadDemand Demand, double Work, bool Done = false);
