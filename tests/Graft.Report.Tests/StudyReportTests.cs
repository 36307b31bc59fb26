using System.Text.RegularExpressions;
using System.Xml.Linq;
using Graft.Analysis;
using Graft.Analysis.Findings;
using Graft.Analysis.Sequential;
using Graft.Engine;
using Graft.Jobs;
using Graft.Jobs.Studies;

namespace Graft.Report.Tests;

public sealed partial class StudyReportTests
{
    public static TheoryData<string> States =>
        [
            "published",
            "pending",
            "failed",
            "empty",
            "one",
            "no-teacher",
            "not-finite",
            "analysed",
            "analysed-pending",
            "analysed-empty",
            "analysed-one",
            "analysed-no-teacher",
        ];

    [Theory]
    [MemberData(nameof(States))]
    public async Task RenderAsync_AnyState_IsWellFormedAndRefersToNothingOutside(string state)
    {
        string html = await StudyReport.RenderAsync(Study(state));

        XDocument page = HtmlPage.Parse(html);
        Assert.StartsWith("<!DOCTYPE html>", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(page.Descendants(), e => e.Name.LocalName is "script" or "link" or "img" or "iframe" or "object");
        Assert.DoesNotContain(page.Descendants().Attributes(), a => a.Name.LocalName is "src" or "href" or "srcset");
        Assert.DoesNotContain("://", html, StringComparison.Ordinal);
        Assert.DoesNotMatch(ExternalStyle(), html);
    }

    [Theory]
    [MemberData(nameof(States))]
    public async Task RenderAsync_AnyState_HasNoNumberThatIsNone(string state)
    {
        string html = await StudyReport.RenderAsync(Study(state));

        Assert.DoesNotContain("NaN", html, StringComparison.Ordinal);
        Assert.DoesNotContain("Infinity", html, StringComparison.Ordinal);
        Assert.DoesNotContain("∞", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RenderAsync_Twice_GivesTheSameText()
    {
        Assert.Equal(await StudyReport.RenderAsync(SyntheticStudy.Published()), await StudyReport.RenderAsync(SyntheticStudy.Published()));
    }

    [Fact]
    public async Task RenderAsync_ManyPlots_HaveUniqueIdentifiersThatAllResolve()
    {
        XDocument page = await PageAsync(SyntheticStudy.Published());

        string[] ids = [.. page.Descendants().Attributes("id").Select(a => a.Value)];
        string[] used = [.. page.Descendants().Attributes("clip-path").Select(a => a.Value["url(#".Length..^1])];
        Assert.NotEmpty(used);
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.Empty(used.Except(ids));
    }

    [Fact]
    public async Task RenderAsync_Published_ShowsEveryCellInTheHeatMapOfItsLength()
    {
        StudyResult study = SyntheticStudy.Published();
        XDocument page = await PageAsync(study);

        string[] titles = [.. Cells(page).Select(td => td.Attribute("title")!.Value)];
        foreach (CellResult cell in study.Cells)
        {
            string where = cell.Operation == "teacher" ? "every position" : $"position {cell.Position}";
            string expected = Invariant($"{cell.Operation}, {where}, {cell.Epochs} epochs: {100 * cell.Mean:0.00} ± {100 * cell.Std:0.00} %, n = 3");
            Assert.Single(titles, title => title.StartsWith(expected, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task RenderAsync_UnavailableCells_AreBlankAndSayWhy()
    {
        StudyResult study = SyntheticStudy.Published();
        XElement[] blank = [.. Cells(await PageAsync(study)).Where(td => td.Attribute("class")!.Value == "unavailable")];

        Assert.Equal(study.Unavailable.Count * 2, blank.Length); // two training lengths
        Assert.All(blank, td => Assert.EndsWith(study.Unavailable[0].Reason, td.Attribute("title")!.Value, StringComparison.Ordinal));
    }

    [Fact]
    public async Task RenderAsync_Published_ListsEveryCellAndTrialOnce()
    {
        StudyResult study = SyntheticStudy.Published();
        XElement[] tables = [.. (await PageAsync(study)).Descendants("table").Where(t => t.Attribute("class")!.Value == "plain")];

        Assert.Equal([study.Cells.Count, study.Cells.Sum(c => c.Trials.Count)], tables.Select(t => t.Element("tbody")!.Elements("tr").Count()));
    }

    [Fact]
    public async Task RenderAsync_Published_NumbersAgreeWithTheModel()
    {
        StudyResult study = SyntheticStudy.Published();
        CellResult cell = study.Cells.Single(c => c.Position == 7 && c is { Epochs: 50, Operation: "residual(w=2,k=3)" });
        XDocument page = await PageAsync(study);

        string[][] rows = [.. page.Descendants("table").First(t => t.Attribute("class")!.Value == "plain").Element("tbody")!.Elements("tr")
            .Select(tr => tr.Elements().Select(cell => cell.Value.Trim()).ToArray())];
        string[] row = Assert.Single(rows, r => r[0] == "7 · block2.layer.0" && r[1] == cell.Operation && r[2] == "50");
        Assert.Equal(Invariant($"{100 * cell.Mean:0.00}"), row[3]);
        Assert.Equal("3", row[5]);
        Assert.Equal(Invariant($"−{-100 * cell.DifferenceToTeacher:0.00}"), row[6]);
        Assert.Equal(Invariant($"{cell.Parameters:N0}"), row[7]);
        Assert.Equal(Invariant($"{cell.DistillationLoss:0.0000}"), row[9]);
    }

    [Fact]
    public async Task RenderAsync_FailedSteps_AreListedWithTheirErrors()
    {
        XDocument page = await PageAsync(SyntheticStudy.Failed());

        XElement banner = Assert.Single(page.Descendants("div"), e => e.Attribute("class")?.Value == "banner bad");
        Assert.Contains("98 of 102 trials are done", banner.Value, StringComparison.Ordinal);
        Assert.Equal(4, banner.Descendants("li").Count());
        Assert.All(banner.Descendants("li"), li => Assert.Contains("training diverged at epoch 3", li.Value, StringComparison.Ordinal));
        Assert.Single(Cells(page), td => td.Attribute("class")!.Value == "failed");
        Assert.Single(Cells(page), td => td.Value.Contains('✕') && td.Attribute("class")!.Value == "measured");
    }

    [Fact]
    public async Task RenderAsync_FailedTeacher_IsListed()
    {
        StudyResult study = SyntheticStudy.Pending();
        XDocument page = await PageAsync(
            study with
            {
                State = JobState.Failed,
                Teacher = study.Teacher with { State = StepState.Failed, Error = "disk full" },
            }
        );

        Assert.Single(page.Descendants("li"), li => li.Value.StartsWith("teacher: disk full", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RenderAsync_TeacherAtChance_SaysSoAtTheTop()
    {
        StudyResult study = SyntheticStudy.Published();

        string html = await StudyReport.RenderAsync(study with { Teacher = study.Teacher with { Remark = "the teacher gets 9.00 % of the images right" } });

        Assert.Contains("the teacher gets 9.00 %", HtmlPage.Parse(html).Descendants().First(e => e.Name.LocalName == "header").Value, StringComparison.Ordinal);
        Assert.Contains("Look at the teacher:", html, StringComparison.Ordinal);
        Assert.DoesNotContain("Look at the teacher:", await StudyReport.RenderAsync(study), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RenderAsync_Incomplete_SaysSo()
    {
        XDocument page = await PageAsync(SyntheticStudy.Pending());

        XElement banner = Assert.Single(page.Descendants("div"), e => e.Attribute("class")?.Value == "banner warn");
        Assert.Contains("This study is incomplete. 0 of 102 trials are done, 102 have not finished.", banner.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RenderAsync_Done_HasNoBanner()
    {
        XDocument page = await PageAsync(SyntheticStudy.Published());

        Assert.DoesNotContain(page.Descendants("div"), e => e.Attribute("class")?.Value.StartsWith("banner", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task RenderAsync_OneSeed_SaysThatThereIsNoInterval()
    {
        string text = (await PageAsync(Study("one"))).Root!.Element("body")!.Value;

        Assert.Contains("A mean of a single trial has no interval", text, StringComparison.Ordinal);
        Assert.DoesNotContain("confidence interval", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RenderAsync_NamesFromOutside_AreEscaped()
    {
        const string Nasty = "</style><b title='x\"'>&amp;";
        StudyResult study = SyntheticStudy.Failed();
        StudyResult renamed = study with
        {
            Study = Nasty,
            Network = Nasty,
            Data = Nasty,
            Cells = [.. study.Cells.Select(c => c with
            {
                Operation = c.Operation == "identity" ? Nasty : c.Operation,
                Path = Nasty,
                Trials = [.. c.Trials.Select(t => t with { Error = t.Error is null ? null : Nasty })],
            })],
            Unavailable = [.. study.Unavailable.Select(u => u with { Reason = Nasty })],
            Provenance = study.Provenance with { Plan = Nasty, Machine = Nasty },
        };

        string html = await StudyReport.RenderAsync(renamed);

        XDocument page = HtmlPage.Parse(html);
        Assert.Empty(page.Descendants("b"));
        Assert.Equal(Nasty, page.Descendants("pre").Single().Value);
        Assert.DoesNotContain("<b title", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RenderAsync_WholeNetworkAndWholePool_IsComplete()
    {
        StudyResult study = SyntheticStudy.Make(18, 40, [2], seeds: 1);
        XDocument page = await PageAsync(study);

        Assert.Equal((18 * 39) + 1, Cells(page).Count());
        Assert.Equal(18, page.Descendants("tr").Count(tr => tr.Parent!.Parent!.Attribute("class")!.Value == "heat" && tr.Parent.Name == "tbody"));
    }

    [Fact]
    public async Task WriteAsync_ExistingFile_IsReplacedAndNothingElseIsLeft()
    {
        string directory = Directory.CreateTempSubdirectory("graft-report-").FullName;
        try
        {
            string path = Path.Combine(directory, "deep", "report.html");
            await StudyReport.WriteAsync(SyntheticStudy.Pending(), path, TestContext.Current.CancellationToken);
            await StudyReport.WriteAsync(Study("empty"), path, TestContext.Current.CancellationToken);

            Assert.Equal(await StudyReport.RenderAsync(Study("empty")), await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
            Assert.Equal(path, Assert.Single(Directory.GetFiles(directory, "*", SearchOption.AllDirectories)));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task WriteAsync_PlaceThatCannotBeWritten_SaysWhereAndLeavesItAlone()
    {
        string directory = Directory.CreateTempSubdirectory("graft-report-").FullName;
        try
        {
            // A directory of that name: no file can take its place.
            RunException e = await Assert.ThrowsAsync<RunException>(
                () => StudyReport.WriteAsync(Study("empty"), directory, TestContext.Current.CancellationToken));

            Assert.Equal($"{directory} is a folder, where a file is wanted. Choose another path.", e.Message);
            Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(directory)!, Path.GetFileName(directory) + ".*"));
        }
        finally
        {
            Directory.Delete(directory);
        }
    }

    [Fact]
    public async Task RenderAsync_Analysed_TellsTheStoryInOrder()
    {
        XDocument page = await PageAsync(Study("analysed"));

        Assert.Equal(
            [
                "Verdicts",
                "Differences to the unchanged network",
                "Accuracy after the swap",
                "Accuracy by position and candidate",
                "Between cells",
                "What to try next",
                "The claims of Seo & Lee on these data",
                "Every cell in numbers",
                "Training",
                "Distillation of candidates",
                "How these numbers came about",
            ],
            page.Descendants("h2").Select(h => h.Value)
        );
    }

    [Fact]
    public async Task RenderAsync_SeedsUntilDecided_ShowsTheVerdictsThatHoldAndNoOthers()
    {
        StudyResult study = Study("analysed");
        SequentialCell[] cells =
        [
            .. study.Analysis!.Cells.Select(c => new SequentialCell
            {
                Position = c.Position, Operation = c.Operation, Epochs = c.Epochs, Verdict = VerdictKind.Equivalent, Seeds = 2,
                Interval = new(0, -0.004, 0.004),
            }),
        ];
        XDocument page = await PageAsync(study with { Sequential = new() { Margin = 0.005, Looks = [2], Cells = cells, Requests = [] } });

        XElement[] tables = [.. page.Descendants("h2").Single(h => h.Value == "Verdicts").Parent!.Descendants("table")];
        Assert.Equal(2, tables.Length);
        Assert.Contains(tables[0].Descendants("th"), th => th.Value == "Corrected interval (points)");
        Assert.Equal(
            Enumerable.Repeat("verdict equivalent", cells.Length), tables[0].Descendants("span").Select(s => s.Attribute("class")!.Value));
        Assert.Empty(tables[1].Descendants("span"));
        Assert.DoesNotContain(tables[1].Descendants("th"), th => th.Value is "Verdict" or "Corrected interval (points)" or "Corrected p");
        Assert.Contains(tables[1].Descendants("th"), th => th.Value == "Interval (points), not corrected for looking repeatedly");
        int columns = tables[1].Element("thead")!.Descendants("th").Count();
        Assert.All(tables[1].Element("tbody")!.Elements("tr"), row => Assert.Equal(columns, row.Elements().Count()));
    }

    [Theory]
    [InlineData(true, 2)] // the caption and the column
    [InlineData(false, 0)]
    public async Task RenderAsync_SeedsUntilDecided_SeedsToDecideAreExplainedWhereTheyAreShown(bool isOpen, int expected)
    {
        StudyResult study = Study("analysed");
        SequentialCell cell = new()
        {
            Position = 1,
            Operation = "identity",
            Epochs = 25,
            Verdict = VerdictKind.Undecided,
            Seeds = 2,
            SeedsToDecide = isOpen ? Computed<SeedEstimate>.Of(new(7, 0.8)) : null,
        };

        XDocument page = await PageAsync(study with { Sequential = new() { Margin = 0.005, Looks = [2], Cells = [cell], Requests = [] } });

        XElement figure = page.Descendants("figure").First(f => f.Value.Contains("Verdicts seed by seed", StringComparison.Ordinal));
        Assert.Equal(expected, figure.Value.Split("Seeds to decide").Length - 1);
        Assert.Equal("lead", page.Descendants("p").Single(p => p.Value.StartsWith("Seeds were added", StringComparison.Ordinal)).Attribute("class")?.Value);
    }

    [Fact]
    public async Task RenderAsync_RunsOfPositions_LegendOfDistillationNamesTheOwnBlock()
    {
        XDocument page = await PageAsync(SyntheticStudy.WithRun());

        XElement section = page.Descendants("h2").Single(h => h.Value == "Distillation of candidates").Parent!;
        XElement legend = section.Descendants("ul").Single(ul => ul.Attribute("class")?.Value == "legend");
        Assert.Equal(
            ["teacher's own block", "inverted-residual(e=6,k=3)", "conv-stack(w=1,k=3)"],
            legend.Elements("li").Select(li => li.Value.Trim()));
    }

    [Fact]
    public async Task RenderAsync_SameTrialsJudgedOtherwise_IsSaidAboveTheVerdicts()
    {
        StudyResult study = Study("analysed") with { OtherMargins = [new("0123456789ab", 0.01, 3, 10)] };

        XElement verdicts = (await PageAsync(study)).Descendants("h2").Single(h => h.Value == "Verdicts").Parent!;

        Assert.Equal(Verdicts.OtherMargins(study), verdicts.Elements("p").Single(p => p.Attribute("class")!.Value == "note").Value);
    }

    [Fact]
    public async Task RenderAsync_IntervalsThatAreCut_AreSaidToBeWhereverTheyStand()
    {
        StudyResult study = Study("analysed");
        StudyAnalysis analysis = study.Analysis!;
        Comparison cut = analysis.Cells.First(c => c.ToTeacher.CorrectedInterval is not null).ToTeacher with { CorrectedInterval = new(-0.9, -1, -0.2) };
        SequentialCell sequential = new()
        {
            Position = 1,
            Operation = "identity",
            Epochs = 25,
            Verdict = VerdictKind.Worse,
            Seeds = 2,
            Interval = cut.CorrectedInterval,
        };

        Assert.Equal(0, await NotesAsync(analysis));
        Assert.Equal(1, await NotesAsync(analysis with { Cells = [analysis.Cells[0] with { ToTeacher = cut }] }));
        Assert.Equal(1, await NotesAsync(analysis with { Pairs = [analysis.Pairs[0] with { Comparison = cut }] }));
        Comparison cutTwiceAsFar = cut with { CorrectedInterval = new(-0.9, -2, 0.2) }; // a difference of differences
        Assert.Equal(0, await NotesAsync(analysis with { Lengths = [analysis.Lengths[0] with { Recovery = cut }] }));
        Assert.Equal(1, await NotesAsync(analysis with { Lengths = [analysis.Lengths[0] with { Recovery = cutTwiceAsFar }] }));
        Assert.Equal(1, await NotesAsync(analysis, new() { Margin = 0.005, Looks = [2], Cells = [sequential], Requests = [] }));

        async Task<int> NotesAsync(StudyAnalysis analysis, SequentialJudgement? judgement = null) =>
            (await PageAsync(study with { Analysis = analysis, Sequential = judgement })).Root!.Value.Split("points are cut there").Length - 1;
    }

    [Fact]
    public async Task RenderAsync_Remark_StandsInTheHead()
    {
        XDocument page = await PageAsync(SyntheticStudy.Published() with { Remarks = ["the unchanged network fell."] });

        Assert.Contains(page.Descendants("header").Descendants("p"), p => p.Value == "Nothing to compare with: the unchanged network fell.");
    }

    [Fact]
    public async Task RenderAsync_Analysed_ShowsEveryVerdictAndClaim()
    {
        StudyResult study = Study("analysed");
        XDocument page = await PageAsync(study);

        XElement verdicts = page.Descendants("table").First(t => t.Attribute("class")!.Value == "plain");
        Assert.Equal(
            study.Analysis!.Cells.Select(c => ($"{c.Position}: {c.Operation}", c.ToTeacher.Verdict.Kind.ToString().ToLowerInvariant())),
            verdicts.Element("tbody")!.Elements("tr").Select(tr => (tr.Element("th")!.Value.Trim(), tr.Elements("td").First().Value)));
        Assert.Equal(study.Analysis.Claims.Select(c => c.Id), page.Descendants("dl").Single(d => d.Attribute("class")?.Value == "claims").Elements("div")
            .Select(d => d.Element("dt")!.Value.Split('(', ')')[1]));
    }

    [Fact]
    public async Task RenderAsync_WithoutTeacher_SaysWhyNothingIsJudged()
    {
        string text = (await PageAsync(Study("analysed-no-teacher"))).Root!.Element("body")!.Value;

        Assert.Contains("Of 32 cells: 32 not computable.", text, StringComparison.Ordinal);
        Assert.Contains("Left out: 16 cells (the study has no 'teacher' trained on for 25 epochs to compare with", text, StringComparison.Ordinal);
    }

    // What stands in the way is said once, at the end of each section; no row and no column holds nothing but dashes.
    [Fact]
    public async Task RenderAsync_OneSeed_LeavesOutWhatItDoesNotShow()
    {
        XDocument page = await PageAsync(Study("analysed-one"));
        string text = page.Root!.Element("body")!.Value;

        Assert.DoesNotContain(page.Descendants("td"), td => td.Value.Contains("not computable", StringComparison.Ordinal));
        Assert.DoesNotContain("Seeds to decide", text, StringComparison.Ordinal);
        Assert.Contains("Left out: ", text, StringComparison.Ordinal);
        Assert.DoesNotContain(page.Descendants("th"), th => th.Value is "Std (%)" or "Pearson");
        IEnumerable<XElement> rows = page.Descendants("tbody").SelectMany(body => body.Elements("tr"));
        Assert.All(rows, row => Assert.Contains(row.Elements().Skip(1), cell => cell.Value.Trim() != "–"));
        Assert.DoesNotContain("WRN-40-2 and positions", text, StringComparison.Ordinal);
        Assert.Contains("Not judged here: (a) Both the kind of operation and the position matter: ", text, StringComparison.Ordinal);
    }

    // On a narrow screen a row of a wide table is a card, and a value's heading is nowhere else.
    [Fact]
    public async Task RenderAsync_WideTables_CarryTheHeadingOfEachValue()
    {
        XDocument page = await PageAsync(Study("analysed"));

        XElement[] wide = [.. page.Descendants("div").Where(div => div.Attribute("class")?.Value == "scroll cards").Select(div => div.Element("table")!)];
        XElement[] plain = [.. wide.Where(table => table.Attribute("class")!.Value == "plain")];
        Assert.Equal(7, plain.Length); // verdicts, variance, pairs, lengths, correlations, all cells, trials
        foreach (XElement table in plain)
        {
            string[] headings = [.. table.Element("thead")!.Descendants("th").Select(th => th.Value)];
            foreach ((XElement cell, string heading) in table.Element("tbody")!.Elements("tr").SelectMany(row => row.Elements().Zip(headings)))
            {
                bool isName = cell.Attribute("class")?.Value == "word name"; // a position's name goes with its heading, an operation's without
                Assert.Equal(isName && heading is not ("Position" or "Epochs") ? null : heading, LabelOf(cell));
            }
        }

        XElement[] heat = [.. wide.Except(plain)];
        Assert.Equal(2, heat.Length);
        Assert.Equal("teacher, every position", LabelOf(heat[0].Descendants("td").First()));
        Assert.All(heat[0].Descendants("td").Skip(1), td => Assert.StartsWith(LabelOf(td)!, td.Attribute("title")!.Value, StringComparison.Ordinal));

        static string? LabelOf(XElement cell) => cell.Attribute("data-label")?.Value;
    }

    private static StudyResult Study(string state)
    {
        if (state.StartsWith("analysed", StringComparison.Ordinal))
        {
            return SyntheticStudy.WithAnalysis(Study(state == "analysed" ? "published" : state["analysed-".Length..]));
        }

        StudyResult study = SyntheticStudy.Published();
        return state switch
        {
            "pending" => SyntheticStudy.Pending(),
            "failed" => SyntheticStudy.Failed(),
            "empty" => study with { Cells = [], Unavailable = [], Teacher = study.Teacher with { History = [] } },
            "one" => SyntheticStudy.Make(1, 3, [1], seeds: 1),
            "no-teacher" => study with { Cells = [.. study.Cells.Where(c => c.Operation != "teacher")] },
            "not-finite" => NotFinite(study),
            _ => study,
        };
    }

    private static StudyResult NotFinite(StudyResult study) => study with
    {
        Teacher = study.Teacher with { Accuracy = double.NaN },
        Cells = [.. study.Cells.Select(c => c with
        {
            Mean = double.NaN,
            Std = double.PositiveInfinity,
            DifferenceToTeacher = double.NaN,
            DistillationLoss = double.NaN,
            Accuracies = [double.NaN, 0.9, 0.9],
            Trials = [.. c.Trials.Select(t => t with
            {
                DistillationLoss = double.NegativeInfinity,
                Seconds = double.NaN,
                DistillationHistory = [new LossPoint(0, double.NaN), new LossPoint(10, 0)],
                History = [.. t.History.Select(e => e with { TrainingLoss = double.NaN, HeldOutAccuracy = null })],
            })],
        })],
    };

    private static async Task<XDocument> PageAsync(StudyResult study) => HtmlPage.Parse(await StudyReport.RenderAsync(study));

    private static IEnumerable<XElement> Cells(XDocument page)
    {
        return page.Descendants("table").Where(t => t.Attribute("class")!.Value == "heat").Descendants("td");
    }

    [GeneratedRegex(@"@import|url\((?!#)")]
    private static partial Regex ExternalStyle();
}
