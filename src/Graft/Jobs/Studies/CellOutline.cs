namespace Graft.Jobs.Studies;

/// <summary>What the record keeps of a cell.</summary>
public sealed record CellOutline
{
    /// <summary>The position, from 1, or the run of positions that one operation stands for.</summary>
    public required Place Position { get; init; }

    /// <summary>The position's module path.</summary>
    public required string Path { get; init; }

    /// <summary>The operation.</summary>
    public required string Operation { get; init; }

    /// <summary>How long the network is trained on.</summary>
    public required int Epochs { get; init; }

    /// <summary>Trainable parameters of the network with the operation.</summary>
    public required long Parameters { get; init; }

    /// <summary>Its multiply-accumulates for one image.</summary>
    public required long MultiplyAccumulates { get; init; }

    /// <summary>The trials, by ascending seed.</summary>
    public required IReadOnlyList<TrialOutline> Trials { get; init; }

    internal static CellOutline Of(StudyCell cell, StudyMeasurements measurements) => new()
    {
        Position = cell.Position.Place,
        Path = cell.Position.Path,
        Operation = cell.Operation.Text,
        Epochs = cell.Epochs,
        Parameters = cell.Parameters,
        MultiplyAccumulates = cell.MultiplyAccumulates,
        Trials = [.. cell.Trials.Select(t => measurements.Outline(cell, t))],
    };
}
