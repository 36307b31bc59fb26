using Graft.Analysis.Prediction;
using Graft.Cli.Views;

namespace Graft.Cli.Tests.Views;

public sealed class PredictionTablesTests
{
    [Fact]
    public void Write_ForecastFarOutside_IsMarkedAndExplained()
    {
        string text = Write(Forecasts(far: true));

        Assert.Matches(@"conv-stack\(w=2,k=3\).*76\.27.*27\.00\s+far outside", text);
        Assert.Contains("'far outside': predictors lie far from those of all cells that were learned from (leverage above 0.50).", text);
    }

    [Fact]
    public void Write_NoForecastFarOutside_SaysNothingOfLeverage() => Assert.DoesNotContain("everage", Write(Forecasts(far: false)), StringComparison.Ordinal);

    [Theory]
    [InlineData(true, "  conv-stack(w=2,k=3) at 3: from 9 to 1, far outside: it is much like nothing that was measured")]
    [InlineData(false, "  conv-stack(w=2,k=3) at 3: from 9 to 1")]
    public void Write_InformativeRunFarOutside_IsMarked(bool far, string expected) =>
        Assert.Contains(expected, Write(Forecasts(far)).Split('\n').Select(line => line.TrimEnd()));

    private static ForecastResult Forecasts(bool far) => new()
    {
        Forecasts = [new(3, "conv-stack(w=2,k=3)", -0.15765, -0.7627, 0.4474) { Leverage = far ? 27 : 0.3, IsFarOutside = far }],
        LeverageLimit = 0.5,
        MostInformative = [new(3, "conv-stack(w=2,k=3)", 9, 1)],
        Unpredictable = [],
        Model = new()
        {
            Rmse = 0.01,
            RmseOfMean = 0.02,
            RmseOfOperationMean = 0.02,
            Penalty = 1,
            Coefficients = new Dictionary<string, double>(),
            Predictions = [],
        },
    };

    private static string Write(ForecastResult forecasts)
    {
        using StringWriter output = new(), error = new();
        var terminal = new Terminal(output, error);
        terminal.Out.Profile.Width = 160;
        PredictionTables.Write(terminal, forecasts, epochs: 1);
        return output.ToString();
    }
}
