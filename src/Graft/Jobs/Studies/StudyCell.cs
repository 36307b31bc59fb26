using Graft.Analysis;
using Graft.Operations;
using Graft.Steps;

namespace Graft.Jobs.Studies;

/// <summary>A cell of a study that is worked out, with the steps of its trials.</summary>
internal sealed record StudyCell : Cell
{
    /// <summary>The candidate that is put at the position.</summary>
    public required OperationSpec Candidate { get; init; }

    /// <summary>Trainable parameters of the candidate alone.</summary>
    public required long OperationParameters { get; init; }

    /// <summary>One trial for each seed.</summary>
    public required IReadOnlyList<TrialStep> Trials { get; init; }
}
