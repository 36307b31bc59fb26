namespace Graft.Analysis.Findings;

/// <summary>A cell of a study's table, as far as the analysis needs it.</summary>
public sealed record AnalysedCell
{
    /// <summary>The position, from 1.</summary>
    public required Place Position { get; init; }

    /// <summary>Whether it is the unchanged network. The network's own operation for a run of positions is a change.</summary>
    public bool IsUnchanged => Unchanged.Is(Position, Operation);

    /// <summary>The operation, e.g. <c>conv-stack(w=2,k=3)</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>How long the network was trained on.</summary>
    public required int Epochs { get; init; }

    /// <summary>Trainable parameters of the whole network.</summary>
    public required long Parameters { get; init; }

    /// <summary>Multiply-accumulates of the whole network for one image.</summary>
    public required long MultiplyAccumulates { get; init; }

    /// <summary>Test accuracies of the finished trials, all finite.</summary>
    public required IReadOnlyList<double> Accuracies { get; init; }

    /// <summary>The answers of the finished trials, by ascending seed; those of an imported record without them are missing.</summary>
    public required IReadOnlyList<TrialOutcome> Outcomes { get; init; }

    /// <summary>
    /// Whether the cell is a control (a re-initialised teacher, a frozen rest, a matched width): judged like any other, but no candidate that claims and
    /// effects are about.
    /// </summary>
    public bool IsControl { get; init; }

    /// <summary>The operation without its parameters, e.g. <c>conv-stack</c> or <c>conv-stack+frozen-rest</c>.</summary>
    public string Family => Operation.Split('(', ')') is [var name, _, var suffix] ? name + suffix : Operation;
}
