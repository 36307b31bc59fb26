namespace Graft.Operations;

/// <summary>Candidate 2 of <b>Seo &amp; Lee</b>: the output is the input. Impossible where the shape changes.</summary>
internal sealed class IdentityOperation : OperationFamily
{
    /// <summary>The family's name.</summary>
    public const string FamilyName = "identity";

    /// <inheritdoc/>
    public override string Name => FamilyName;

    /// <inheritdoc/>
    public override string Description => "the output is the input: the position is removed";

    /// <inheritdoc/>
    public override string? WhyUnavailable(OperationSpec operation, Position position) => position.KeepsShape
        ? null
        : Invariant($"identity cannot change the shape, and position {position.Place} turns {position.Input} into {position.Output}");

    /// <inheritdoc/>
    public override Operation Create(OperationSpec operation, Position position, LayerFactory layers) => new Identity();

    /// <summary>Makes the operation whose output is its input.</summary>
    internal static Operation Create() => new Identity();

    private sealed class Identity() : Operation(FamilyName)
    {
        public override TValue Apply<TValue>(ILayers<TValue> layers, TValue x) => x;
    }
}
