using Graft.Engine;
using Graft.Jobs.Studies;
using Graft.Operations;
using Graft.Steps;

namespace Graft.Tests.Jobs.Studies;

public sealed class StudyPredictionTests
{
    [Fact]
    public void Substitutions_Cells_DifferFromTheTeacherOfTheSameSeed()
    {
        CellResult[] cells = [Cell(1, "teacher", [0.9, 0.8]), Cell(2, "identity", [0.7, 0.7])];

        var substitution = Assert.Single(StudyPrediction.Substitutions(cells, epochs: 5, teacherAccuracy: 0.5));

        Assert.Equal((2, "identity"), (substitution.Position.First, substitution.Operation));
        Assert.Equal([-0.2, -0.1], substitution.Differences, (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(0.75, substitution.Values["cka"]); // the mean of 0.5 and 1
        Assert.DoesNotContain("naswot", substitution.Values.Keys); // had no finite value
    }

    [Fact]
    public void Substitutions_TeachersTrialOfASeedIsNotThere_TheSeedDoesNotCount()
    {
        CellResult[] cells = [Cell(1, "teacher", [0.9, null]), Cell(2, "identity", [0.7, 0.8])];

        Assert.Equal([-0.2], Assert.Single(StudyPrediction.Substitutions(cells, 5, 0.5)).Differences, (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void Substitutions_NoTeacherOfThatLength_DifferFromTheTeacherItself() =>
        Assert.Equal([0.25], Assert.Single(StudyPrediction.Substitutions([Cell(2, "identity", [0.75])], 5, 0.5)).Differences);

    [Fact]
    public void Substitutions_FrozenRestOtherLengthAndWithoutPredictors_AreNotAmongThem()
    {
        CellResult[] cells =
        [
            Cell(2, "residual(w=2,k=3)+frozen-rest", [0.75]), Cell(2, "residual(w=2,k=3)", [0.75]) with { Epochs = 6 },
            Cell(2, "identity", [0.75]) with { Trials = [new() { Key = "k", Seed = 1, State = StepState.Done, Accuracy = 0.75 }] },
        ];

        Assert.Empty(StudyPrediction.Substitutions(cells, 5, 0.5));
    }

    [Fact]
    public void Substitutions_PendingTrial_IsUntried() =>
        Assert.Empty(Assert.Single(StudyPrediction.Substitutions([Cell(2, "identity", [null])], 5, 0.5)).Differences);

    // Two seeds of one operation, one of the other: between operations over both pairs, within the first between its seeds.
    [Fact]
    public void Similarity_Seeds_AreAveragedOver()
    {
        var step = new SimilarityStep
        {
            Data = "d",
            Network = "n",
            Precision = Precision.Float32,
            Teacher = "t",
            Place = 2,
            Recipe = new(),
            HeldOut = new(),
            Candidates = [new("identity", null), new("residual(w=2,k=3)", "a"), new("residual(w=2,k=3)", "b")],
        };
        var cka = new SimilarityStepResult([[1, 0.5, 0.7], [0.5, 1, 0.9], [0.7, 0.9, 1]]);

        var map = StudyPrediction.Similarity(step, cka, [Cell(2, "identity", [0.7]), Cell(2, "residual(w=2,k=3)", [0.8, 0.9])]);

        Assert.Equal(["identity", "residual(w=2,k=3)"], map.Operations);
        Assert.Equal([1, 0.6, 0.6, 0.9], map.Cka.SelectMany(row => row).Select(v => Math.Round(v!.Value, 12)));
        Assert.Equal([0, 0.15, 0.15, 0], map.AccuracyGaps.SelectMany(row => row).Select(v => Math.Round(v!.Value, 12)));
    }

    private static CellResult Cell(int position, string operation, double?[] accuracies) => new()
    {
        Position = position,
        Path = "p",
        Operation = operation,
        Epochs = 5,
        Accuracies = [.. accuracies.OfType<double>()],
        Mean = accuracies.Average(),
        Parameters = 0,
        MultiplyAccumulates = 0,
        State = StepState.Done,
        Trials =
        [
            .. accuracies.Select((accuracy, i) => new TrialResult
            {
                Key = $"{i}",
                Seed = i + 1,
                State = StepState.Done,
                Accuracy = accuracy,
                Measures = new Dictionary<string, double> { ["parameters"] = 1, ["multiplyAccumulates"] = 2, ["cka"] = 0.5 * (i + 1) },
            }),
        ],
    };
}
