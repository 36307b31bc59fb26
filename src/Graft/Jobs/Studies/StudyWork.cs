using Graft.Data;
using Graft.Engine;
using Graft.Steps;

namespace Graft.Jobs.Studies;

/// <summary>Estimates how much each step of a study computes, to foretell how long it takes.</summary>
/// <param name="graph">The study.</param>
/// <param name="data">Its data set.</param>
public sealed class StudyWork(StudyGraph graph, ImageData data)
{
    // Of an image through the network: teacher and swapped network in both modes, one with gradients, the teacher's features, pixels' gradients for half of the images.
    private const double PredictorPasses = 9;

    private readonly Dictionary<string, StudyCell> _cells = graph.Cells
        .SelectMany(c => c.Trials, (cell, trial) => (trial.Key, cell))
        .DistinctBy(x => x.Key)
        .ToDictionary(x => x.Key, x => x.cell);

    private readonly double _heldOut = data.Train.Count * graph.Plan.HeldOut.Fraction;

    /// <summary>Multiply-accumulates of a step. A training step of an image costs three forward passes: forward, gradient of inputs, gradient of weights.</summary>
    public double MultiplyAccumulates(Step step) => step switch
    {
        TeacherStep teacher => Training(teacher.Epochs, graph.NetworkCost.MultiplyAccumulates) + data.Test.Count * (double)graph.NetworkCost.MultiplyAccumulates,
        TrialStep trial => Training(trial.Epochs, _cells[trial.Key].MultiplyAccumulates) + 2.0 * data.Test.Count * _cells[trial.Key].MultiplyAccumulates,
        PredictorStep predictors => predictors.Recipe.Images * PredictorPasses * graph.NetworkCost.MultiplyAccumulates,
        SimilarityStep similarity => similarity.Recipe.Images * (1.0 + similarity.Candidates.Count / (double)graph.Network.Positions.Count) * graph.NetworkCost.MultiplyAccumulates,
        DistillationStep distillation => distillation.Recipe.Epochs * (data.Train.Count - _heldOut) * DistillationImage(distillation),
        _ => data.Test.Count * (double)graph.NetworkCost.MultiplyAccumulates,
    };

    private double Training(int epochs, double network) => epochs * network * (3 * (data.Train.Count - _heldOut) + _heldOut);

    // The candidate's own training, and its share of the teacher's pass.
    private double DistillationImage(DistillationStep step)
    {
        double network = graph.NetworkCost.MultiplyAccumulates;
        var trial = graph.Cells.First(c => c.Position.Index == step.Position && c.Operation.Unmodified.Text == step.Operation);
        double own = network / graph.Network.Positions.Count; // of the operation that it replaces, about
        double candidate = Math.Max(trial.MultiplyAccumulates - network + own, own / 4);
        return 3 * candidate + network / graph.Distillations.Count;
    }
}
