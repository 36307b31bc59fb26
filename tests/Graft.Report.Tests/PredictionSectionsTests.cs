using System.Xml.Linq;
using Graft.Analysis.Prediction;
using Graft.Jobs.Studies;
using Graft.Measures;

namespace Graft.Report.Tests;

public sealed class PredictionSectionsTests
{
    private static readonly string[] Operations = ["identity", "conv-stack(w=1,k=3)", "conv-stack(w=2,k=3)", "residual(w=2,k=3)", "bottleneck(w=2,k=3)"];
    private static readonly PredictorName[] Names = [.. MeasureCatalog.All.Select(p => new PredictorName(p.Name, p.Title))];

    [Fact]
    public async Task RenderAsync_WithoutPredictors_HasNeitherSection()
    {
        string html = await StudyReport.RenderAsync(SyntheticStudy.Published());

        Assert.DoesNotContain("been predicted", html, StringComparison.Ordinal);
        Assert.DoesNotContain("Similar operation", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RenderAsync_WithPredictors_ShowsEachAndWhatWasPredicted()
    {
        StudyResult study = SyntheticStudy.Published();
        Predictability length = Predictability.Of(25, Substitutions(positions: 3), Names);

        XDocument page = HtmlPage.Parse(await StudyReport.RenderAsync(study with { Predictability = [length] }));

        string text = page.Root!.Value;
        Assert.All(MeasureCatalog.All, p => Assert.Contains(p.Title, text, StringComparison.Ordinal));
        Assert.Contains("Left out: held-out accuracy after the first epoch (it has no value).", text, StringComparison.Ordinal);
        Assert.Contains(Invariant($"they err by {100 * length.Ridge.Value!.Rmse:0.00} points"), text, StringComparison.Ordinal);
        Assert.Contains(page.Descendants(), e => (string?)e.Attribute("aria-label") == "Predicted against measured accuracy differences");
        Assert.DoesNotContain("NaN", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "better than guessing the mean (6.00) and the same operation's mean elsewhere (2.00)")]
    [InlineData(3, "better than guessing the mean (6.00), no better than the same operation's mean elsewhere (2.00)")]
    [InlineData(7, "no better than guessing the mean (6.00) and the same operation's mean elsewhere (2.00)")]
    public void Together_BetterThanOneGuess_SaysThanWhich(double points, string expected) => Assert.Equal(
        Invariant($"All together, learned at the other positions, they err by {points:0.00} points: {expected}."),
        PredictionWords.Together(new()
        {
            Rmse = points / 100,
            RmseOfMean = 0.06,
            RmseOfOperationMean = 0.02,
            Penalty = 1,
            Coefficients = new Dictionary<string, double>(),
            Predictions = [],
        }));

    [Fact]
    public async Task RenderAsync_OnePosition_SaysWhyNothingIsPredicted()
    {
        StudyResult study = SyntheticStudy.Published() with { Predictability = [Predictability.Of(25, Substitutions(positions: 1), Names)] };

        Assert.Contains(
            "not computable: one position cannot be left out: there is no other to learn from.",
            HtmlPage.Parse(await StudyReport.RenderAsync(study)).Root!.Value,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task RenderAsync_Similarity_ShowsBothMapsOfEachPositionAndTheAnswer()
    {
        double[] places = [0, 1, 3, 6, 10];
        PositionSimilarity position = new(7, Operations, Map(places, (a, b) => 1 - (0.01 * Math.Abs(a - b))), Map(places, (a, b) => 0.002 * Math.Abs(a - b)));
        StudyResult study = SyntheticStudy.Published() with { Similarity = [SimilarityMap.Of(25, [position])] };

        XDocument page = HtmlPage.Parse(await StudyReport.RenderAsync(study));

        XElement[] maps = [.. page.Descendants().Where(e => (string?)e.Attribute("class") == "map")];
        Assert.Equal(2, maps.Length);
        Assert.Equal(25 + 1, maps[0].Descendants().Count(e => e.Name.LocalName == "td")); // and the corner
        Assert.Contains("0.990", maps[0].Value, StringComparison.Ordinal);
        Assert.Contains("It holds here: Spearman's ρ", page.Root!.Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SimilarityAnswer.Holds, "holds here")]
    [InlineData(SimilarityAnswer.DoesNotHold, "does not hold here: the contrary")]
    [InlineData(SimilarityAnswer.Undecided, "is undecided here")]
    public void Of_Answer_GoesOnWithIt(SimilarityAnswer answer, string words) => Assert.Equal(words, SimilarityWords.Of(answer));

    [Fact]
    public async Task RenderAsync_SimilarityWithoutResults_HasOneMap()
    {
        PositionSimilarity position = new(
            7,
            Operations,
            Map([0, 1, 2, 3, 4], (_, _) => 1),
            [.. Operations.Select(_ => Operations.Select(_ => (double?)null).ToList())]
        );
        StudyResult study = SyntheticStudy.Published() with { Similarity = [SimilarityMap.Of(25, [position])] };

        XDocument page = HtmlPage.Parse(await StudyReport.RenderAsync(study));

        Assert.Contains("Not computable: no position has 4 operations", page.Root!.Value, StringComparison.Ordinal);
        Assert.Equal("Linear CKA", page.Descendants("caption").Single().Value);
    }

    private static List<Substitution> Substitutions(int positions) =>
        [
            .. from position in ((int[])[1, 7, 18]).Take(positions)
            from operation in Operations.Index()
            let x = operation.Index + (position / 10.0)
            select new Substitution(
                position,
                operation.Item,
                [-0.01 * x, (-0.01 * x) + 0.001],
                MeasureCatalog.All.ToDictionary(p => p.Name, p => x + p.Name.Length)
            ),
        ];

    private static List<List<double?>> Map(double[] places, Func<double, double, double> value) =>
        [.. places.Select(a => places.Select(b => (double?)value(a, b)).ToList())];
}
