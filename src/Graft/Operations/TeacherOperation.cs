namespace Graft.Operations;

/// <summary>
/// Candidate 1 of <b>Seo &amp; Lee</b>: the network's own operation. Substituting it changes nothing; trained on, it is the baseline of all others.
/// </summary>
internal sealed class TeacherOperation : OperationFamily
{
    /// <summary>The family's name.</summary>
    public const string FamilyName = Unchanged.Operation;

    /// <inheritdoc/>
    public override string Name => FamilyName;

    /// <inheritdoc/>
    public override string Description => "the network's own operation, unchanged: the baseline";

    /// <inheritdoc/>
    public override string? WhyUnavailable(OperationSpec operation, Position position) => WhyNoneOfItsOwn(position);

    /// <inheritdoc/>
    public override Operation Create(OperationSpec operation, Position position, LayerFactory layers) => position.CreateOwn!(layers);

    /// <summary>Why a run of positions cannot hold an operation of the network's own, in words; null where it can.</summary>
    internal static string? WhyNoneOfItsOwn(Position position) => position.CreateOwn is null
        ? Invariant($"none of the network's own operations at {position.Place} turns {position.Input} into {position.Output}")
        : null;
}
