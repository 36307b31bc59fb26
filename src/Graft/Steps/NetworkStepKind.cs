using Graft.Data;
using Graft.Engine;
using static TorchSharp.torch;

namespace Graft.Steps;

/// <summary>A kind of step about a network and a data set: tensors are let go when it ends, and the data must be those of its specification.</summary>
/// <typeparam name="TStep">The specification.</typeparam>
/// <typeparam name="TResult">The result.</typeparam>
internal abstract class NetworkStepKind<TStep, TResult> : StepKind<TStep, TResult>
    where TStep : NetworkStep
    where TResult : class
{
    /// <inheritdoc/>
    protected sealed override void Run(IReadOnlyList<TStep> steps, StepContext context)
    {
        var data = context.Services.Get<ImageData>();
        if (steps.FirstOrDefault(s => s.Data != data.Fingerprint) is { } other)
        {
            throw new RunException(
                Invariant(
                    $"step {other.Key} is about other data (fingerprint {other.Data[..Math.Min(12, other.Data.Length)]}…) than '{data.Name}' ({data.Fingerprint[..12]}…)."
                )
            );
        }

        set_num_threads(context.Threads);
        using var scope = NewDisposeScope();
        Run(steps, new NetworkStepContext(context));
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<string> InputsOf(TStep step) => OnnxArtifacts.FilesOf(step.Network);

    /// <inheritdoc/>
    protected sealed override double WorkOf(TStep step, StepServices services) => WorkOf(step, services.Get<NetworkCosts>());

    /// <inheritdoc cref="StepKind.Run"/>
    protected abstract void Run(IReadOnlyList<TStep> steps, NetworkStepContext context);

    /// <summary>The work of a step (<see cref="Operations.OperationCost.Work"/>), about.</summary>
    protected abstract double WorkOf(TStep step, NetworkCosts costs);
}
