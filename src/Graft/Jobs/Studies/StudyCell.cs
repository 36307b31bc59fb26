using Graft.Operations;
using Graft.Steps;

namespace Graft.Jobs.Studies;

/// <summary>A cell of a study's table, with its trials.</summary>
/// <param name="Position">The position.</param>
/// <param name="Operation">The operation that is put there.</param>
/// <param name="Epochs">How long the network is trained on.</param>
/// <param name="Parameters">Trainable parameters of the network with that operation.</param>
/// <param name="MultiplyAccumulates">Its multiply-accumulates for one image.</param>
/// <param name="OperationParameters">Trainable parameters of the operation alone.</param>
/// <param name="Trials">One trial for each seed.</param>
public sealed record StudyCell(
    Position Position,
    OperationSpec Operation,
    int Epochs,
    long Parameters,
    long MultiplyAccumulates,
    long OperationParameters,
    IReadOnlyList<TrialStep> Trials
)
{
    /// <summary>Whether it is the unchanged network. The network's own operation for a run of positions is a change.</summary>
    public bool IsUnchanged => Unchanged.Is(Position.Place, Operation.Text);
}
