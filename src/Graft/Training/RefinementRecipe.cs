namespace Graft.Training;

/// <summary>
/// How candidates that are worth it are distilled on, once all have been distilled and scored: the idea of successive halving (Jamieson &amp; Talwalkar,
/// AISTATS 2016), with selection to say what is worth it.
/// </summary>
public sealed record RefinementRecipe
{
    /// <summary>Training images that an epoch passes over, drawn by chance; of fewer, all.</summary>
    /// <value>Default: <c>20_000</c>.</value>
    public int Images { get; init; } = 20_000;

    /// <summary>Passes over them.</summary>
    /// <value>Default: <c>1</c>.</value>
    public int Epochs { get; init; } = 1;

    /// <summary>The distillation: the first one's rates and batches, from its weights on.</summary>
    /// <param name="first">The first one.</param>
    internal DistillationRecipe Continue(DistillationRecipe first) => first with { Images = Images, Epochs = Epochs, MinSteps = null };

    /// <summary>Returns what is wrong with the values, one sentence each; empty if nothing is.</summary>
    /// <param name="section">The section of the plan, for the messages.</param>
    public IEnumerable<string> Faults(string section)
    {
        if (Images < 1)
        {
            yield return Invariant($"{section}.images is {Images}; it must be at least 1.");
        }

        if (Epochs is < 1 or > 1000)
        {
            yield return Invariant($"{section}.epochs is {Epochs}; it must be from 1 to 1000.");
        }
    }
}
