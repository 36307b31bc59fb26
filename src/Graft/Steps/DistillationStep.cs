using System.Text.Json.Serialization;
using Graft.Engine;
using Graft.Training;

namespace Graft.Steps;

/// <summary>Distils one candidate at one position from the teacher. Steps of one <see cref="Group"/> share the teacher's passes.</summary>
public sealed record DistillationStep : Step
{
    private const long ParametersPerJob = 100_000_000;

    /// <summary>The key of the step that made the teacher.</summary>
    public required string Teacher { get; init; }

    /// <summary>The position.</summary>
    public required int Position { get; init; }

    /// <summary>The candidate operation.</summary>
    public required string Operation { get; init; }

    /// <summary>How it is distilled.</summary>
    public required DistillationRecipe Recipe { get; init; }

    /// <summary>Decides the candidate's initial values.</summary>
    public required int Seed { get; init; }

    /// <summary>Decides order and augmentation of the images: shared by all candidates, so that they can share the teacher's passes.</summary>
    public required int OrderSeed { get; init; }

    /// <summary>What is held out of training.</summary>
    public required HeldOutPart HeldOut { get; init; }

    /// <summary>Equal for steps that see the same images in the same order through the same teacher.</summary>
    [JsonIgnore]
    public (string, DistillationRecipe, int, HeldOutPart) Group => (Teacher, Recipe, OrderSeed, HeldOut);

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => "distillation";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => Invariant($"distil {Operation} at {Position}, seed {Seed}");

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<string> Needs => [Teacher];

    /// <summary>
    /// Cuts steps of one group into jobs. Candidates that are distilled together hold parameters, gradients and two moments of Adam: 16 bytes a parameter, 1.6 GB a job.
    /// </summary>
    /// <param name="steps">The steps.</param>
    /// <param name="parameters">The candidate's parameters.</param>
    /// <param name="threads">Threads of each job.</param>
    internal static IEnumerable<Job> Jobs(IEnumerable<DistillationStep> steps, Func<DistillationStep, long> parameters, int threads)
    {
        var group = new List<string>();
        long size = 0;
        foreach (var step in steps)
        {
            group.Add(step.Key);
            size += parameters(step);
            if (size >= ParametersPerJob)
            {
                yield return new(group, threads);
                group = [];
                size = 0;
            }
        }

        if (group.Count > 0)
        {
            yield return new(group, threads);
        }
    }
}
