using Graft.Cli.Views;
using Graft.Engine;
using Graft.Jobs;
using Graft.Jobs.Studies;

namespace Graft.Cli.Tests.Views;

public sealed class StudyTablesTests
{
    [Fact]
    public void Write_NoTrialDone_SaysHowMuchIsThereAndLeavesOutWhatHasNoValue()
    {
        string text = Write(Cell("identity", StepState.Pending, StepState.Pending), Cell("residual", StepState.Running, StepState.Pending));

        Assert.Contains("0 of 4 trials done; no cell has all its seeds yet. The command that began the study goes on.", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Test accuracy after", text, StringComparison.Ordinal);
        Assert.DoesNotContain("–", text, StringComparison.Ordinal);
        Assert.Matches(@"\n +position +operation +parameters +mult-\s", text);
    }

    [Fact]
    public void Write_SomeTrialsDone_SaysHowManyCellsAreWholeAndShowsThese()
    {
        string text = Write(Cell("identity", StepState.Done, StepState.Done), Cell("residual", StepState.Pending, StepState.Pending));

        Assert.Contains("2 of 4 trials done; 1 of 2 cells have all their seeds. ", text, StringComparison.Ordinal);
        Assert.Matches(@"Test accuracy after 1 epoch, %: mean ± std \(n\)\s+position +identity\s", text);
    }

    [Fact]
    public void Write_SomeTrialsFailed_CountsTheseAsFailed()
    {
        string text = Write(Cell("identity", StepState.Done, StepState.Failed), Cell("residual", StepState.Done, StepState.Pending));

        Assert.Contains("2 of 4 trials done, 1 failed; no cell has all its seeds yet. ", text, StringComparison.Ordinal);
    }

    private static CellResult Cell(string operation, params StepState[] states)
    {
        double[] accuracies = [.. states.Where(s => s == StepState.Done).Select(_ => 0.5)];
        return new()
        {
            Position = 1,
            Path = "block1.layer.0",
            Operation = operation,
            Epochs = 1,
            Parameters = 1000,
            MultiplyAccumulates = 2_000_000,
            Accuracies = accuracies,
            Mean = accuracies.Length > 0 ? 0.5 : null,
            State = states[0],
            Trials = [.. states.Select((state, i) => new TrialResult
            {
                Key = $"{operation}{(i == 0 ? "a" : "b")}",
                Seed = i + 1,
                State = state,
                DistillationHistory = [],
                History = [],
                Measures = new Dictionary<string, double>(),
            })],
        };
    }

    private static string Write(params CellResult[] cells)
    {
        using StringWriter output = new(), error = new();
        var terminal = new Terminal(output, error);
        terminal.Out.Profile.Width = 60;
        StudyTables.Write(terminal, new()
        {
            Study = "0123456789ab",
            State = JobState.Incomplete,
            Network = "wrn-10-1",
            Data = "images",
            Operations = [.. cells.Select(c => c.Operation)],
            Teacher = new() { Key = "t", State = StepState.Done, Accuracy = 0.6, Parameters = 1000, MultiplyAccumulates = 2_000_000, History = [] },
            Cells = cells,
            Unavailable = [],
            Provenance = new()
            {
                Plan = "",
                DataFingerprint = "",
                Versions = new Dictionary<string, string>(),
                Machine = "",
                Device = "cpu",
                Precision = "fp32",
                Workers = 1,
                ThreadsPerWorker = 1,
                Started = default,
                StepSeconds = 0,
            },
        });
        return output.ToString();
    }
}
