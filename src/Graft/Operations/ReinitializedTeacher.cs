namespace Graft.Operations;

/// <summary>
/// A control: the teacher's own block with new weights, distilled and trained on like any candidate. What it loses is lost by starting anew, not by the kind of
/// operation; <b>Seo &amp; Lee</b> have no such control.
/// </summary>
internal sealed class ReinitializedTeacher : OperationFamily
{
    /// <summary>The family's name.</summary>
    public const string FamilyName = "teacher-reinitialized";

    /// <inheritdoc/>
    public override string Name => FamilyName;

    /// <inheritdoc/>
    public override string Description => "control: the network's own operation with new weights";

    /// <summary>None: a control is no way to make a network faster.</summary>
    public override IReadOnlyList<OperationSpec> Pool => [];

    /// <inheritdoc/>
    public override string? WhyUnavailable(OperationSpec operation, Position position) => TeacherOperation.WhyNoneOfItsOwn(position);

    /// <inheritdoc/>
    public override Operation Create(OperationSpec operation, Position position, LayerFactory layers) => position.CreateOwn!(layers);
}
