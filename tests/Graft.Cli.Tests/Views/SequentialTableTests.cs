using Graft.Analysis.Findings;
using Graft.Analysis.Sequential;
using Graft.Cli.Views;

namespace Graft.Cli.Tests.Views;

public sealed class SequentialTableTests
{
    private const string Note = "Intervals that end at -100 or +100 points are cut there: they reach beyond what accuracies can differ by.";

    [Theory]
    [InlineData(-0.9, -1, -0.2, true)]
    [InlineData(-0.9, -0.999, -0.2, false)]
    public void Write_IntervalThatIsCut_SaysSo(double difference, double lower, double upper, bool isCut)
    {
        var cell = new SequentialCell
        {
            Position = 1,
            Operation = "identity",
            Epochs = 1,
            Verdict = VerdictKind.Worse,
            Seeds = 2,
            Interval = new(difference, lower, upper),
        };

        string text = Write(new() { Margin = 0.005, Looks = [2], Cells = [cell], Requests = [] });

        Assert.Equal(isCut, text.Contains(Note, StringComparison.Ordinal));
    }

    [Fact]
    public void Write_CellsWithoutAVerdict_AreNotDecided()
    {
        SequentialCell cell = new() { Position = 1, Operation = "identity", Epochs = 1, Verdict = VerdictKind.Undecided, Seeds = 0, Reason = "no trial ended" };

        string text = Write(new() { Margin = 0.005, Looks = [], Cells = [cell], Requests = [] });

        Assert.Contains("Not looked at yet; 0 of 1 decided, 1 not computable (no trial ended). ", text.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Contains("Not computable: 1 identity: no trial ended.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_CellThatStopped_IsNotCalledOpenAtTheLastLook()
    {
        SequentialCell cell = new() { Position = 1, Operation = "identity", Epochs = 1, Verdict = VerdictKind.Undecided, Seeds = 3 };

        string stopped = Write(new() { Margin = 0.005, Looks = [3], Cells = [cell with { HasStopped = true }], Requests = [] });
        string open = Write(new() { Margin = 0.005, Looks = [3], Cells = [cell], Requests = [] });

        Assert.Contains("1 cell stopped at the last look that it has the seeds of", stopped.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.DoesNotContain("open at the last look", stopped, StringComparison.Ordinal);
        Assert.Contains("1 cell stays open at the last look", open, StringComparison.Ordinal);
    }

    private static string Write(SequentialJudgement judgement)
    {
        using StringWriter output = new(), error = new();
        var terminal = new Terminal(output, error);
        terminal.Out.Profile.Width = 160;
        SequentialTable.Write(terminal, judgement);
        return output.ToString();
    }
}
