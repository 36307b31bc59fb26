using Graft.Engine;

namespace Graft.Jobs.Accelerations;

/// <summary>
/// The steps of an acceleration (<b>LANA</b>) as far as its results let them be known, phase by phase; each phase is there once the one before has ended. A
/// pure function of the outline and of what has ended; what is known stays as it is.
/// </summary>
/// <param name="outline">What is accelerated.</param>
internal sealed class AccelerationFlow(AccelerationOutline outline)
{
    /// <summary>Latencies of operations, teacher, candidates and scores; selection.</summary>
    public SelectionPhase Selection { get; } = new(outline);

    /// <summary>Judging and latencies of whole networks; null until there is a selection.</summary>
    public JudgingPhase? Judging { get; private set; }

    /// <summary>Fine-tuning; null until all that was selected is judged and measured.</summary>
    public FineTuningPhase? FineTuning { get; private set; }

    /// <summary>The export; null until what may be exported has been trained.</summary>
    public ExportPhase? Export { get; private set; }

    /// <summary>The steps that are known, in the order in which they should run.</summary>
    public IReadOnlyList<Step> Known =>
        [.. Selection.Steps, .. Judging?.Steps ?? [], .. FineTuning?.Steps ?? [], .. Export is null ? Array.Empty<Step>() : [Export.Step]];

    /// <summary>Takes in what has ended.</summary>
    /// <exception cref="ConfigurationException">No architecture is within the limits.</exception>
    /// <exception cref="RunException">The teacher failed, or no selected architecture could be judged.</exception>
    public void Update(IStepResults results)
    {
        Judging ??= Selection.Next(results);
        FineTuning ??= Judging?.Next(results);
        Export ??= FineTuning?.Next(results);
    }
}
