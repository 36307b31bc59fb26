namespace Graft.Engine;

/// <summary>What part of a machine a step computes with.</summary>
public enum ThreadDemand
{
    /// <summary>A worker's share of the cores: such steps run side by side.</summary>
    Share,

    /// <summary>All cores: nothing runs beside it.</summary>
    All,

    /// <summary>The machine to itself, whatever the step then uses of it: it measures time.</summary>
    QuietMachine,
}
