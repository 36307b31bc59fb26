using System.Text.Json;
using System.Text.Json.Serialization;
using System.Xml.Linq;
using Graft.Jobs;
using Graft.Jobs.Accelerations;
using Graft.Report.Plots;

namespace Graft.Report.Tests;

/// <summary>The page of an acceleration that ran (its JSON document, shortened): ResNet-20 from an ONNX file at half of its latency.</summary>
public sealed class AccelerationReportTests
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    [Fact]
    public async Task RenderAsync_IsWellFormedAndRefersToNothingOutside()
    {
        string html = await AccelerationReport.RenderAsync(Acceleration());

        var page = HtmlPage.Parse(html);
        Assert.DoesNotContain(page.Descendants(), e => e.Name.LocalName is "script" or "link" or "img" or "iframe" or "object");
        Assert.DoesNotContain("://", html, StringComparison.Ordinal);
        var ids = page.Descendants().Attributes("id").Select(a => a.Value).ToList();
        Assert.Equal(ids.Distinct().Count(), ids.Count);
    }

    [Fact]
    public async Task RenderAsync_Front_NamesEveryPoint()
    {
        var result = Acceleration();
        var page = HtmlPage.Parse(await AccelerationReport.RenderAsync(result));

        var plots = page.Descendants()
            .Where(e => e.Name.LocalName == "svg" && e.Attribute("aria-label")!.Value == "Test accuracy against measured latency")
            .ToList();

        Assert.Equal(2, plots.Count); // for wide and for narrow screens
        Assert.All(plots, plot => Assert.Equal(result.Networks.Select(n => n.Name).Order(StringComparer.Ordinal), Labels(plot).Order(StringComparer.Ordinal)));
        Assert.Contains("accelerated: 77.05 % in 0.231 ms", page.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RenderAsync_Strip_HasAFieldForEachPlaceBelowTheTeachersPositions()
    {
        var page = HtmlPage.Parse(await AccelerationReport.RenderAsync(Acceleration()));

        Assert.Equal(
            [
                ("1 2", "one block like the network's own"),
                ("3 4", "one block like the network's own"),
                ("5 6", "one block like the network's own"),
                ("7", "own"),
                ("8 9", "conv-stack(w=1/2,k=3)"),
            ],
            Strips(page).Single().Elements().Select(field => field.Elements().ToList())
                .Select(field => (string.Join(" ", field[0].Elements().Select(e => e.Value)), field[1].Value.Trim())));
    }

    [Fact]
    public async Task RenderAsync_AnotherThanGraftsOwnExported_ShowsBoth()
    {
        var page = HtmlPage.Parse(await AccelerationReport.RenderAsync(Acceleration() with { Exported = "single positions" }));

        Assert.Equal(
            ["single positions (exported)", "accelerated (Graft's own choice)"],
            Strips(page).Select(strip => strip.ElementsBeforeSelf().Last().Value.Trim())
        );
        Assert.Contains(page.Descendants(), e => e.Value.StartsWith("'single positions' (exported) takes 0.229 ms", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RenderAsync_DisturbedLatencyOfTheFront_IsMarkedWithItsInterval()
    {
        var result = Acceleration();

        string html = await AccelerationReport.RenderAsync(result with { Front = [result.Front[0] with { LatencyMs = new(1.849, 0.440, 2.649, 9) }] });

        Assert.Contains(HtmlPage.Parse(html).Descendants(), e => e.Name.LocalName == "td" && e.Value == "0.440–2.649, disturbed");
    }

    // A heading stands where what is below it does.
    [Fact]
    public async Task RenderAsync_HeadingsOfTables_AreAlignedAsTheirColumns()
    {
        var page = HtmlPage.Parse(await AccelerationReport.RenderAsync(Acceleration()));

        var tables = page.Descendants().Where(e => e.Name.LocalName == "table" && e.Attribute("class")?.Value == "plain").ToList();

        Assert.Equal(4, tables.Count);
        Assert.All(tables, table =>
        {
            var rows = table.Descendants().Where(e => e.Name.LocalName == "tr").Select(row => row.Elements().Select(IsWord)).ToList();
            Assert.All(rows, row => Assert.Equal(rows[0], row));
        });

        static bool IsWord(XElement cell) => cell.Attribute("class")?.Value.Split(' ').Contains("word") is true;
    }

    [Fact]
    public async Task RenderAsync_FailedSteps_SaysWhichAndWhy()
    {
        var result = Acceleration() with { Failures = ["fine-tuning of random-1: the loss is not a number"] };
        result = result with { Networks = [.. result.Networks, result.Networks[^1] with { Name = "random-1", Error = "the loss is not a number" }] };

        var page = HtmlPage.Parse(await AccelerationReport.RenderAsync(result));

        Assert.Contains(page.Descendants(), e => e.Value == "Failed: fine-tuning of random-1: the loss is not a number");
        var row = page.Descendants().Single(e => e.Name.LocalName == "tr" && e.Elements().First().Value.Trim() == "random-1");
        Assert.Contains("failed", row.Elements().Select(e => e.Value.Trim()));
    }

    [Theory]
    [InlineData(JobState.Failed, "No network was selected: steps failed, and why stands below. The same command tries them again.")]
    [InlineData(JobState.Incomplete, "No network has been selected yet: the same command goes on.")]
    public async Task RenderAsync_NothingSelected_SaysSo(JobState state, string expected)
    {
        var whole = Acceleration();
        var result = whole with { State = state, BudgetMs = 0, Advice = null, Exported = null, Networks = [whole.Networks[0]] };
        result = result with { Solutions = [], Random = [], Front = [] };

        var page = HtmlPage.Parse(await AccelerationReport.RenderAsync(result));

        Assert.Contains(page.Descendants(), e => e.Value == expected);
        Assert.EndsWith("fits into its latency budget", page.Descendants().Single(e => e.Name.LocalName == "h1").Value.Trim());
    }

    // The teacher is the best for its own latency: predicted and measured divergence are 0, which a logarithmic axis does not hold.
    [Fact]
    public void Scores_TeacherOnTheFront_DoesNotStretchTheAxis()
    {
        var result = Acceleration();
        var teacher = result.Front[0] with { Score = 0, KullbackLeibler = 3e-9 };

        Assert.Equal(AccelerationFigure.Scores(result).Svg, AccelerationFigure.Scores(result with { Front = [.. result.Front, teacher] }).Svg);
    }

    // Not measured yet, or never: one dash, and no words around numbers that are not there.
    [Fact]
    public async Task RenderAsync_WhatWasNotMeasured_HasADashAndNoNumberThatIsNone()
    {
        var whole = Acceleration();
        var result = whole with
        {
            Networks = [.. whole.Networks.Select(n => n with { LatencyMs = null, AccuracyInterval = null })],
            Order = [.. whole.Order.Select(o => o with { Accuracy = null })],
        };

        string html = await AccelerationReport.RenderAsync(result);

        Assert.NotEmpty(result.Order);
        foreach (string none in (string[])["NaN", "Infinity", "∞", "–––", "– to –"])
        {
            Assert.DoesNotContain(none, html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task RenderAsync_Provenance_SaysHowTheNumbersCameAbout()
    {
        var result = Acceleration();
        var page = HtmlPage.Parse(await AccelerationReport.RenderAsync(result));

        var facts = page.Descendants().Where(e => e.Name.LocalName == "dt").ToDictionary(e => e.Value, e => e.ElementsAfterSelf().Single().Value);

        Assert.Contains(result.Provenance!.DataFingerprint, facts["Data"], StringComparison.Ordinal);
        Assert.Equal($"{result.Target}", facts["Latencies measured on"]);
        Assert.Equal($"{result.Provenance.Device}, {result.Provenance.Precision}", facts["Device, precision"]);
        Assert.Contains(result.Provenance.Versions.Keys.First(), facts["Versions"], StringComparison.Ordinal);
    }

    private static IEnumerable<XElement> Strips(XDocument page) => page.Descendants().Where(e => e.Attribute("class")?.Value == "strip");

    // The text of names, which stand in an element that has a title; the title is not part of it.
    private static IEnumerable<string> Labels(XElement plot) =>
        plot.Descendants()
            .Where(e => e.Name.LocalName == "text" && e.Elements().Any(t => t.Name.LocalName == "title"))
            .Select(e => string.Concat(e.Nodes().OfType<XText>().Select(t => t.Value)));

    internal static AccelerationResult Acceleration() =>
        JsonSerializer.Deserialize<AccelerationResult>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fixtures", "acceleration.json")), Json)!;
}
