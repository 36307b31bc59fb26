using Graft.Analysis;
using Graft.Analysis.Prediction;
using Graft.Jobs.Studies;
using Graft.Report;
using Graft.Runtime;

namespace Graft.Cli.Views;

/// <summary>Whether a study's accuracies could have been predicted, and what is predicted of substitutions that were not tried.</summary>
internal static class PredictionTables
{
    private const string FarOutside = "far outside";
    private const double MostThatAccuraciesDiffer = 2; // from one network's 0 and 1 to the other's 1 and 0

    public static void Write(Terminal terminal, StudyResult result)
    {
        foreach (var length in result.Predictability)
        {
            terminal.WriteLine();
            Write(terminal, length);
        }

        foreach (var map in result.Similarity)
        {
            string answer = PredictionWords.Answer(map, Format.Minus);
            terminal.WriteLine($"Similar operation, similar accuracy ({Plural.Of(map.Epochs, "epoch")}): {answer}");
        }

        if (result.Predictability.Count + result.Similarity.Count > 0)
        {
            terminal.WriteLine();
        }
    }

    public static void Write(Terminal terminal, ForecastResult result, int epochs)
    {
        terminal.WriteLine(Invariant($"Expected accuracy after {Plural.Of(epochs, "epoch")} less the teacher's that is trained as long, points"));
        bool anyOutside = result.Forecasts.Any(f => f.IsFarOutside);
        string[] remarks = anyOutside ? [">leverage", "remark"] : [];
        var table = new WideTable(2, [">position", "operation", ">expected", ">95 % interval", .. remarks]);
        foreach (var forecast in result.Forecasts)
        {
            table.AddRow([
                Invariant($"{forecast.Position}"),
                forecast.Operation,
                Format.Points(forecast.Predicted),
                forecast.Upper - forecast.Lower > MostThatAccuraciesDiffer ? "says nothing" : Format.Interval(forecast.Lower, forecast.Upper),
                .. anyOutside ? [Format.Number(forecast.Leverage, "0.00"), forecast.IsFarOutside ? FarOutside : ""] : Array.Empty<string>(),
            ]);
        }

        table.Write(terminal);
        if (anyOutside)
        {
            terminal.WriteLine(
                Invariant($"'{FarOutside}': predictors lie far from those of all cells that were learned from (leverage above {result.LeverageLimit:0.00}). ")
                    + "Such a prediction is an extrapolation, and says little."
            );
        }

        foreach (var substitution in result.Unpredictable)
        {
            terminal.WriteLine(Invariant($"Not predicted: {substitution.Operation} at {substitution.Position}: a predictor has no finite value there."));
        }

        terminal.WriteLine($"How far to trust it: {Ridge(result.Model)}");
        terminal.WriteLine("The most informative runs (they lower the mean variance of the fit over all of these, in units of the residual variance):");
        foreach (var run in result.MostInformative)
        {
            string outside = result.IsFarOutside(run) ? $", {FarOutside}: it is much like nothing that was measured" : "";
            terminal.WriteLine(Invariant($"  {run.Operation} at {run.Position}: from {run.UncertaintyBefore:G3} to {run.UncertaintyAfter:G3}{outside}"));
        }
    }

    private static void Write(Terminal terminal, Predictability length)
    {
        terminal.WriteLine(
            Invariant(
                $"Predictors of accuracy after {Plural.Of(length.Epochs, "epoch")}: Kendall's tau (95 % interval) with the difference to the teacher, {Plural.Of(length.Substitutions, "cell")}"
            )
        );
        var computable = length.Predictors.Where(p => p.Within.HasValue || p.Across.HasValue).ToList();
        if (computable.Count > 0 || length.NoiseCeiling.HasValue)
        {
            var table = new WideTable(1, "~predictor", ">within positions", ">across positions");
            foreach (var predictor in computable)
            {
                table.AddRow(predictor.Title, Rank(predictor.Within), Rank(predictor.Across));
            }

            var ceiling = length.NoiseCeiling.Value;
            table.AddRow("noise ceiling: half of the seeds for the other", Number(ceiling?.Within), Number(ceiling?.Across));
            table.Write(terminal);
        }

        foreach (string what in PredictionWords.NotComputable(length, all: "all of them"))
        {
            terminal.WriteLine($"Not computable: {what}.");
        }

        terminal.WriteLine(
            $"All predictors at positions not seen: {(length.Ridge.HasValue ? Ridge(length.Ridge.Value) : PredictionWords.NotComputable(length.Ridge.Reason))}"
        );
    }

    private static string Ridge(RidgeAssessment ridge) =>
        Invariant(
            $"ridge regression errs by {100 * ridge.Rmse:0.00} points (guessing the mean {100 * ridge.RmseOfMean:0.00}, the same operation's mean elsewhere {100 * ridge.RmseOfOperationMean:0.00}); "
        ) + Invariant($"tau within positions {Number(ridge.TauWithin)}, across {Number(ridge.TauAcross)}.");

    private static string Rank(Computed<RankCorrelation> rank) => RankWords.Of(rank.Value, Format.Minus);

    private static string Number(double? value) => Format.Number(value, "0.00");
}
