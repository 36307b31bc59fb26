using Graft.Analysis.Prediction;

namespace Graft.Report.Plots;

/// <summary>Accuracy differences as predicted from the other positions, against what was measured.</summary>
internal static class PredictionFigure
{
    private const double SmallestSpan = 1; // points

    /// <summary>One point for each cell; on the diagonal the prediction is right.</summary>
    public static Panel Panel(StudyView view, int epochs, RidgeAssessment ridge)
    {
        double[] all = [.. ridge.Predictions.SelectMany(p => new[] { 100 * p.Measured, 100 * p.Predicted })];
        AxisScale axis = AxisScale.Linear(all, 6, SmallestSpan);
        using PlotFrame frame = new(axis, axis, 300, "Predicted difference, points", "Measured difference, points");
        frame.AddLine([(axis.Min, axis.Min), (axis.Max, axis.Max)], SeriesStyle.Teacher.Color, 1);
        foreach (var operation in ridge.Predictions.GroupBy(p => p.Operation))
        {
            frame.AddMarkers([.. operation.Select(p => (100 * p.Predicted, 100 * p.Measured))], view.StyleOf(operation.Key), 8);
        }

        return new Panel("All positions", frame.ToSvg(Invariant($"prediction-{epochs}"), "Predicted against measured accuracy differences"));
    }

    /// <summary>The operations that have points, in the study's order.</summary>
    public static IReadOnlyList<string> Operations(StudyView view, RidgeAssessment ridge) =>
        [.. view.Operations.Where(o => ridge.Predictions.Any(p => p.Operation == o))];
}
