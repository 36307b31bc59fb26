using Graft.Cli.Views;

namespace Graft.Cli.Tests.Views;

public sealed class WideTableTests
{
    [Fact]
    public void Write_MoreColumnsThanRoom_ContinuesBelowWithTheKeysRepeated()
    {
        using StringWriter output = new(), error = new();
        var terminal = new Terminal(output, error);
        terminal.Out.Profile.Width = 34;
        var table = new WideTable(1, [">position", ">accuracy", ">parameters", ">loss"]);
        table.AddRow("1", "90.12", "1,234,567", "0.5");

        table.Write(terminal);

        string[] lines = [.. output.ToString().Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '─')];
        Assert.Equal(["position   accuracy", "1      90.12", "position   parameters   loss", "1    1,234,567    0.5"], lines);
    }

    [Fact]
    public void LeaveOutEmpty_ColumnsWithoutAValue_AreNotWrittenButThoseThatNameRowsAre()
    {
        using StringWriter output = new(), error = new();
        var terminal = new Terminal(output, error);
        var table = new WideTable(2, ["operation", "note", ">accuracy", ">loss"]);
        table.AddRow("identity", "", "–", "–");
        table.AddRow("residual", "", "", "0.5");

        table.LeaveOutEmpty();
        table.Write(terminal);

        Assert.Equal(["operation", "note", "loss"], output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Trim()).First(line => line.Length > 0).Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }
}
