using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Graft.Analysis;

/// <summary>A cell of a study's table: one operation at one position, trained on for a number of epochs, over all seeds.</summary>
public abstract record Cell
{
    /// <summary>The position, from 1, or the run of positions that one operation stands for.</summary>
    [JsonPropertyOrder(-1)]
    public required Place Position { get; init; }

    /// <summary>The position's module path, e.g. <c>block1.layer.0</c>.</summary>
    [JsonPropertyOrder(-1)]
    public required string Path { get; init; }

    /// <summary>The operation, e.g. <c>conv-stack(w=2,k=3)</c>; <c>teacher</c> is the unchanged network trained on for as long.</summary>
    [JsonPropertyOrder(-1)]
    public required string Operation { get; init; }

    /// <summary>How many epochs the swapped network is trained on.</summary>
    [JsonPropertyOrder(-1)]
    public required int Epochs { get; init; }

    /// <summary>Trainable parameters of the whole network with this operation.</summary>
    [JsonPropertyOrder(-1)]
    public required long Parameters { get; init; }

    /// <summary>Multiply-accumulates of the whole network with this operation, for one image.</summary>
    [JsonPropertyOrder(-1)]
    public required long MultiplyAccumulates { get; init; }

    /// <summary>Whether it is the unchanged network trained on. The network's own operation for a run of positions is a change.</summary>
    [JsonIgnore]
    public bool IsUnchanged => Unchanged.Is(Position, Operation);

    /// <summary>What tells it from others: cells of the unchanged network with one training length are one.</summary>
    internal CellKey Key => CellKey.Of(Position, Operation, Epochs);

    /// <summary>A cell with nothing said.</summary>
    protected Cell()
    {
    }

    /// <summary>What another view of the same cell says of it.</summary>
    [SetsRequiredMembers]
    protected Cell(Cell cell)
    {
        Position = cell.Position;
        Path = cell.Path;
        Operation = cell.Operation;
        Epochs = cell.Epochs;
        Parameters = cell.Parameters;
        MultiplyAccumulates = cell.MultiplyAccumulates;
    }
}
