using Graft.Data;
using Graft.Measures;
using Graft.Operations;
using Graft.Steps;

namespace Graft.Jobs.Studies;

/// <summary>The steps of a study that look at its distilled candidates before anything is trained.</summary>
internal static class StudyPredictors
{
    /// <summary>The measures of the first version: one step for each candidate, position and seed.</summary>
    public static IReadOnlyList<PredictorStep> Bundles(PredictorRecipe recipe, IEnumerable<StudyCell> cells) =>
    [
        .. Swapped(cells).SelectMany(cell => cell.Trials, (cell, trial) => new PredictorStep
        {
            Data = trial.Data,
            Network = trial.Network,
            Precision = Precision.Float32,
            Teacher = trial.Teacher,
            Place = cell.Position,
            Operation = cell.Candidate.Unmodified.Text,
            Distillation = trial.Distillation,
            Recipe = recipe,
            HeldOut = trial.HeldOut,
            ComparesWholeRun = !cell.Position.IsSingle,
        }).DistinctBy(step => step.Key),
    ];

    /// <summary>
    /// Measures by themselves, those that the recipe names or else those of later versions and of users: one step for each, and for each candidate, position
    /// and seed.
    /// </summary>
    public static IReadOnlyList<MeasureStep> Measures(PredictorRecipe recipe, IEnumerable<StudyCell> cells)
    {
        var measures = recipe.Measures is { } named ? named.Distinct().Select(MeasureCatalog.Find) : MeasureCatalog.All.Except(MeasureCatalog.Bundle);
        return
        [
            .. measures.SelectMany(_ => Swapped(cells), (measure, cell) => (measure, cell)).SelectMany(x => x.cell.Trials, (x, trial) => new MeasureStep
            {
                Data = trial.Data,
                Network = trial.Network,
                Precision = Precision.Float32,
                Teacher = trial.Teacher,
                Candidate = new(x.cell.Position, x.cell.Candidate.Unmodified.Text, trial.Distillation),
                Measure = x.measure.Name,
                MeasureRevision = x.measure.CodeIdentity,
                Recipe = recipe with { Measures = null },
                HeldOut = trial.HeldOut,
            }).DistinctBy(step => step.Key),
        ];
    }

    /// <summary>One step for each position: the teacher's own operation and all candidates of all seeds.</summary>
    public static IReadOnlyList<SimilarityStep> Similarities(PredictorRecipe recipe, IEnumerable<StudyCell> cells) =>
    [
        .. Swapped(cells).GroupBy(c => c.Position).Select(position => position.ToList()).Select(position => new SimilarityStep
        {
            Data = position[0].Trials[0].Data,
            Network = position[0].Trials[0].Network,
            Precision = Precision.Float32,
            Teacher = position[0].Trials[0].Teacher,
            Place = position[0].Position,
            Candidates =
            [
                .. position[0].Position.IsSingle ? [new SimilarityCandidate(TeacherOperation.FamilyName, null)] : Array.Empty<SimilarityCandidate>(),
                .. position.SelectMany(c => c.Trials, (cell, trial) => new SimilarityCandidate(cell.Candidate.Unmodified.Text, trial.Distillation)).Distinct(),
            ],
            Recipe = recipe with { Measures = null },
            HeldOut = position[0].Trials[0].HeldOut,
            TakesDistilled = !position[0].Position.IsSingle,
        }),
    ];

    /// <summary>
    /// The recipe for these data: where fewer images are held out than the default asks for, all of them, in batches of which there are two as before.
    /// </summary>
    /// <exception cref="ConfigurationException">More are asked for than are held out, or fewer than two batches of two are.</exception>
    public static PredictorRecipe Fit(PredictorRecipe recipe, HeldOutPart part, ImageData data)
    {
        int heldOut = part.Split(data).HeldOut.Length;
        if (heldOut >= recipe.Images)
        {
            return recipe;
        }

        return recipe.Images == new PredictorRecipe().Images && heldOut >= 4
            ? recipe with { Images = heldOut, BatchSize = Math.Min(recipe.BatchSize, (heldOut + 1) / 2) }
            : throw new ConfigurationException(
                Invariant(
                    $"predictors.images is {recipe.Images}, but {heldOut} of {data.Train.Count} training images are held out (heldOut.fraction {part.Fraction}). Lower the one or raise the other."
                )
            );
    }

    private static IEnumerable<StudyCell> Swapped(IEnumerable<StudyCell> cells) => cells.Where(c => !c.IsUnchanged);
}
