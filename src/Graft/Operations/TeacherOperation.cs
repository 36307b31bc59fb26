namespace Graft.Operations;

/// <summary>Candidate 1 of <b>Seo &amp; Lee</b>: the network's own operation. Substituting it changes nothing; trained on, it is the baseline of all others.</summary>
public sealed class TeacherOperation : OperationFamily
{
    /// <summary>The family's name.</summary>
    public const string FamilyName = "teacher";

    /// <inheritdoc/>
    public override string Name => FamilyName;

    /// <inheritdoc/>
    public override string Description => "the network's own operation, unchanged: the baseline";

    /// <inheritdoc/>
    public override Operation Create(OperationSpec operation, Position position, LayerFactory layers) => position.CreateOwn(layers);
}
