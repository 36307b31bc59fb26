using Graft.Engine;
using Graft.Steps;

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

    /// <summary>What the network that a step judges or fine-tunes is called; null for other steps.</summary>
    public string? NameOf(Step step) => step switch
    {
        ArchitectureStep => Judging?.Architectures.NameOf(step.Key),
        FineTuningStep when FineTuning?.FineTunings.Where(f => f.Step.Key == step.Key).Select(f => f.Name).ToList() is { Count: > 0 } names =>
            string.Join(", ", names),
        _ => null,
    };

    /// <summary>Takes in what a record has, phase after phase, as far as it goes.</summary>
    /// <param name="resultsOf">The results of the steps that are known; asked again whenever more are.</param>
    /// <returns>Why nothing can follow; null where nothing is in the way.</returns>
    public string? UpdateFrom(Func<IReadOnlyList<Step>, IStepResults> resultsOf)
    {
        for (int known = -1; known != Known.Count;)
        {
            known = Known.Count;
            try
            {
                Update(resultsOf(Known));
            }
            catch (GraftException e)
            {
                return e.Message;
            }
        }

        return null;
    }

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
