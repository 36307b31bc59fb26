using Graft.Analysis;

namespace Graft.Cli.Views;

/// <summary>The epochs of a training.</summary>
internal static class TrainingTable
{
    public static void Write(Terminal terminal, IReadOnlyList<EpochResult> history)
    {
        var table = new WideTable(1, ">epoch", ">training\nloss", ">training\naccuracy, %", ">held-out\naccuracy, %", ">learning\nrate", ">time");
        foreach (var epoch in history)
        {
            table.AddRow(
                Invariant($"{epoch.Epoch}"),
                Invariant($"{epoch.TrainingLoss:0.0000}"),
                Format.Percent(epoch.TrainingAccuracy),
                Format.Percent(epoch.HeldOutAccuracy),
                Invariant($"{epoch.LearningRate:0.0000}"),
                Format.Duration(epoch.Seconds));
        }

        table.Write(terminal);
    }
}
