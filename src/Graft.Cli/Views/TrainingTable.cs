using Graft.Training;
using Spectre.Console;

namespace Graft.Cli.Views;

/// <summary>The epochs of a training.</summary>
internal static class TrainingTable
{
    public static void Write(Terminal terminal, IReadOnlyList<EpochResult> history)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (string heading in new[] { "epoch", "training loss", "training accuracy, %", "held-out accuracy, %", "learning rate", "time" })
        {
            table.AddColumn(new TableColumn(heading).RightAligned());
        }

        foreach (var epoch in history)
        {
            table.AddRow(
                $"{epoch.Epoch}",
                $"{epoch.TrainingLoss:0.0000}",
                Format.Percent(epoch.TrainingAccuracy),
                Format.Percent(epoch.HeldOutAccuracy),
                $"{epoch.LearningRate:0.0000}",
                Format.Duration(epoch.Seconds));
        }

        terminal.Out.Write(table);
    }
}
