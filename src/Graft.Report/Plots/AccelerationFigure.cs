using Graft.Jobs.Accelerations;

namespace Graft.Report.Plots;

/// <summary>Predictions of an acceleration against measurements, and the front of quality against latency.</summary>
internal static class AccelerationFigure
{
    private const int Height = 260, FullWidth = 1080, FullHeight = 380;
    private const double MostSpread = 1.25; // of the largest median, as far as intervals are drawn

    private static readonly SeriesStyle Teacher = SeriesStyle.Teacher with { Marker = MarkerKind.Diamond };

    private static readonly SeriesStyle Selected = SeriesStyle.OfIndex(0), Random = SeriesStyle.OfIndex(1), Front = SeriesStyle.OfIndex(2);

    /// <summary>Loss before any training against measured latency: the selected architectures, random ones, and the best for each budget.</summary>
    public static Panel Quality(AccelerationResult result)
    {
        ArchitectureResult[] drawn = [.. All(result).Where(a => a is { LatencyMs: not null, Loss: > 0 })];
        AxisScale x = AxisScale.Linear(drawn.Select(a => a.LatencyMs!.Median).Concat(result.BudgetMs > 0 ? [result.BudgetMs] : []), 6, 0.01);
        AxisScale y = AxisScale.Logarithmic(drawn.Select(a => a.Loss!.Value));
        using PlotFrame frame = new(x, y, Height, "Measured latency (ms)", "Loss before fine-tuning");
        if (x.Map(result.BudgetMs) is { } budget)
        {
            frame.AddVertical(budget, SeriesStyle.Teacher.Color, 1);
        }

        AddMarkers(frame, result, a => (x.Map(a.LatencyMs?.Median), y.Map(a.Loss)));
        return new("Quality and latency", frame.ToSvg("quality", "Loss before fine-tuning against measured latency"));
    }

    /// <summary>Test accuracy against measured latency of the networks that were trained, each named, both with 95 % intervals.</summary>
    /// <param name="result">The acceleration.</param>
    /// <param name="full">For the whole width of a page, instead of a narrow screen.</param>
    public static Panel Networks(AccelerationResult result, bool full)
    {
        NetworkResult[] drawn = Drawn(result);
        double most = MostLatency(result);
        AxisScale x = AxisScale.Linear(drawn.SelectMany(n => new[] { n.LatencyMs!.Lower, Math.Min(most, n.LatencyMs.Upper) }).Append(result.BudgetMs), 6, 0.01);
        AxisScale y = AxisScale.Linear(drawn.SelectMany(n => new[] { 100 * n.AccuracyInterval!.Lower, 100 * n.AccuracyInterval.Upper }), 6, 0.1);
        using PlotFrame frame = new(x, y, full ? FullHeight : Height, "Measured latency (ms)", "Test accuracy (%)", full ? FullWidth : PlotFrame.UsualWidth);
        frame.AddVertical(result.BudgetMs, SeriesStyle.Teacher.Color, 1);
        foreach (NetworkResult network in drawn)
        {
            SeriesStyle style = network == result.Networks[0] ? Teacher : network.IsSelected ? Selected : Random;
            double latency = network.LatencyMs!.Median, accuracy = 100 * network.Accuracy!.Value;
            frame.AddInterval((latency, 100 * network.AccuracyInterval!.Lower), (latency, 100 * network.AccuracyInterval.Upper), style.Color);
            frame.AddInterval((network.LatencyMs.Lower, accuracy), (Math.Min(most, network.LatencyMs.Upper), accuracy), style.Color);
            frame.AddMarkers([(latency, accuracy)], style, 8);
            string title = $"{network.Name}: {Format.Percent(network.Accuracy)} % in {Format.Number(latency, "0.000")} ms";
            frame.AddLabel(latency, accuracy, network.Name, title, style.Color);
        }

        return new("Accuracy and latency", frame.ToSvg(full ? "networks" : "networks-narrow", "Test accuracy against measured latency"));
    }

    /// <summary>Whether an interval of latencies runs past the axis of <see cref="Networks"/>, and is cut off.</summary>
    public static bool CutsIntervals(AccelerationResult result) => Drawn(result).Any(n => n.LatencyMs!.Upper > MostLatency(result));

    private static NetworkResult[] Drawn(AccelerationResult result) =>
        [.. result.Networks.Where(n => n is { AccuracyInterval: not null, LatencyMs: not null })];

    // An interval that other programs drew out is cut off: what counts are the medians.
    private static double MostLatency(AccelerationResult result) =>
        MostSpread * Drawn(result).Select(n => n.LatencyMs!.Median).Append(result.BudgetMs).Max();

    /// <summary>Measured against predicted divergence from the teacher.</summary>
    public static Panel Scores(AccelerationResult result)
    {
        // The teacher itself can be the best for its own latency: its score of 0 has no place here, and its divergence, nearly 0, none on the axis.
        ArchitectureResult[] drawn = [.. All(result).Where(a => a is { Score: > 0, KullbackLeibler: > 0 })];
        AxisScale x = AxisScale.Logarithmic(drawn.Select(a => a.Score));
        AxisScale y = AxisScale.Logarithmic(drawn.Select(a => a.KullbackLeibler!.Value));
        using PlotFrame frame = new(x, y, Height, "Predicted: sum of scores", "Measured divergence from the teacher");
        AddMarkers(frame, result, a => (x.Map(a.Score), y.Map(a.KullbackLeibler)));
        return new("Predicted and measured quality", frame.ToSvg("scores", "Measured divergence from the teacher against the sum of scores"));
    }

    /// <summary>Measured against predicted latency, and the line where they are equal.</summary>
    public static Panel Latencies(AccelerationResult result)
    {
        var drawn = All(result).Where(a => a.LatencyMs is not null);
        AxisScale axis = AxisScale.Linear(drawn.SelectMany(a => new[] { a.PredictedMs, a.LatencyMs!.Median }), 6, 0.01);
        using PlotFrame frame = new(axis, axis, Height, "Predicted latency (ms)", "Measured latency (ms)");
        frame.AddLine([(axis.Min, axis.Min), (axis.Max, axis.Max)], SeriesStyle.Teacher.Color, 1);
        AddMarkers(frame, result, a => (axis.Map(a.PredictedMs), axis.Map(a.LatencyMs?.Median)));
        return new("Predicted and measured latency", frame.ToSvg("latencies", "Measured against predicted latency"));
    }

    private static IEnumerable<ArchitectureResult> All(AccelerationResult result) => result.Solutions.Concat(result.Random).Concat(result.Front);

    // All groups: the axes are for all of them.
    private static void AddMarkers(PlotFrame frame, AccelerationResult result, Func<ArchitectureResult, (double? X, double? Y)> place)
    {
        Add(result.Random, Random);
        Add(result.Solutions, Selected);
        Add(result.Front, Front);

        void Add(IReadOnlyList<ArchitectureResult> architectures, SeriesStyle style)
        {
            var points = architectures.Select(place).Where(p => p.X is not null && p.Y is not null).Select(p => (p.X!.Value, p.Y!.Value)).ToList();
            if (points.Count > 0)
            {
                frame.AddMarkers(points, style, 6, 0.8);
            }
        }
    }
}
