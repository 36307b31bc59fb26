namespace Graft.Analysis;

/// <summary>Where an architecture comes from.</summary>
public enum ArchitectureGroup
{
    /// <summary>Selected: the best predicted ones of a budget or of a range of budgets.</summary>
    Front,

    /// <summary>Drawn at random within a budget.</summary>
    Random,
}
