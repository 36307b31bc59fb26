using System.Text.Json.Serialization;

namespace Graft.Analysis.Findings;

/// <summary>Something to try next, from what is undecided and what is missing.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(AddBaseline), "addBaseline")]
[JsonDerivedType(typeof(CombineSavings), "combineSavings")]
[JsonDerivedType(typeof(SecondSeed), "secondSeed")]
[JsonDerivedType(typeof(MoreSeeds), "moreSeeds")]
[JsonDerivedType(typeof(MoreImages), "moreImages")]
[JsonDerivedType(typeof(LessNoise), "lessNoise")]
[JsonDerivedType(typeof(OtherPositions), "otherPositions")]
[JsonDerivedType(typeof(LongerTraining), "longerTraining")]
public abstract record NextStep
{
    private NextStep()
    {
    }

    /// <summary>Train the unchanged network on for as long: without it nothing can be judged.</summary>
    /// <param name="Operation">The operation that stands for it.</param>
    public sealed record AddBaseline(string Operation) : NextStep;

    /// <summary>Swap several operations at once that make the network cheaper and are not worse, at any training length.</summary>
    /// <param name="Savings">All of them, the cheapest network first.</param>
    public sealed record CombineSavings(IReadOnlyList<Saving> Savings) : NextStep;

    /// <summary>A swap that makes the network cheaper and is not worse: equivalent or better at some training length, worse at none.</summary>
    /// <param name="Position">The position.</param>
    /// <param name="Operation">The operation.</param>
    /// <param name="Share">The share of the network's multiply-accumulates that is saved.</param>
    public sealed record Saving(Place Position, string Operation, double Share);

    /// <summary>Run a second seed: with one, verdicts compare two trained networks, not two operations.</summary>
    public sealed record SecondSeed : NextStep;

    /// <summary>Run more seeds.</summary>
    /// <param name="Undecided">Undecided cells.</param>
    /// <param name="Decidable">Those that seeds can decide.</param>
    /// <param name="Seeds">The fewest seeds that decide half of those: a next step, not the last one.</param>
    /// <param name="DecidedThen">How many of them so many seeds decide.</param>
    /// <param name="SeedsForAll">The seeds that decide all of them.</param>
    public sealed record MoreSeeds(int Undecided, int Decidable, int Seeds, int DecidedThen, int SeedsForAll) : NextStep;

    /// <summary>Test on more images, or take a wider margin.</summary>
    /// <param name="Cells">Cells that seeds alone will not decide.</param>
    /// <param name="MostSeeds">The seeds that were thought of at most.</param>
    /// <param name="Margin">The margin, a fraction.</param>
    public sealed record MoreImages(int Cells, int MostSeeds, double Margin) : NextStep;

    /// <summary>Judge some cells in a study without the one that brings most of the training noise, which is pooled over cells.</summary>
    /// <param name="Cells">Cells of a length that seeds alone will not decide, although there are images enough.</param>
    /// <param name="Epochs">The length.</param>
    /// <param name="MostSeeds">The seeds that were thought of at most.</param>
    /// <param name="Position">The position of the cell that brings most of the noise; none for the unchanged network, which no study can do without.</param>
    /// <param name="Operation">Its operation.</param>
    /// <param name="Share">Its share of the sum of squares of accuracies around their cells' means, of cells of its length, in [0, 1].</param>
    public sealed record LessNoise(int Cells, int Epochs, int MostSeeds, Place Position, string Operation, double Share) : NextStep;

    /// <summary>Try other positions.</summary>
    /// <param name="Untried">Positions that have not been tried.</param>
    /// <param name="Positions">Positions of the network.</param>
    public sealed record OtherPositions(int Untried, int Positions) : NextStep;

    /// <summary>Train longer as well: whether losses shrink with training shows with two lengths.</summary>
    /// <param name="Epochs">The one length of the study.</param>
    public sealed record LongerTraining(int Epochs) : NextStep;
}
