namespace Graft.Training;

/// <summary>
/// What a student learns from its teacher's logits beside the labels (Hinton et al. 2015, section 2): loss = cross-entropy + w·T²·KL(softmax(t/T) ‖ softmax(s/T)).
/// </summary>
public sealed record KnowledgeDistillation
{
    /// <summary>The weight w of the teacher beside the labels' 1; 0 for labels alone.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>The temperature T, above 0; 1 compares the class probabilities themselves. Hinton et al. find 2.5 to 4 best for small students.</summary>
    public double Temperature { get; init; } = 3;

    /// <summary>Returns what is wrong with the values, one sentence each; empty if nothing is.</summary>
    /// <param name="section">The section of the plan, for the messages.</param>
    public IEnumerable<string> Faults(string section)
    {
        if (Weight is not (>= 0 and <= 1000))
        {
            yield return Invariant($"{section}.weight is {Weight}; it must be from 0 (labels alone) to 1000.");
        }

        if (Temperature is not (> 0 and <= 100))
        {
            yield return Invariant($"{section}.temperature is {Temperature}; it must be above 0, up to 100.");
        }
    }
}
