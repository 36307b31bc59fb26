using System.CommandLine;
using Graft.Cli.Commands;

namespace Graft.Cli.Tests;

public sealed class ClusterOptionTests
{
    // The cluster's last job gives the command again: latencies that were measured anew are not to be forgotten by it.
    [Fact]
    public void StartNext_CommandWithWordsThatHoldOnce_LeavesThemOut()
    {
        var cluster = new ClusterOption();
        var command = new Command("accelerate") { new Option<bool>(AccelerateCommand.MeasureAgain), new Option<string>("--out") };
        cluster.All.ToList().ForEach(command.Options.Add);
        File.WriteAllText("once.yaml", "partition: cpu");
        var parsed = new RootCommand { command }.Parse("accelerate --measure-again --on once.yaml --wait --next 3 --out x.onnx");
        Assert.Empty(parsed.Errors);

        var next = cluster.Read(parsed)!.StartNext!(5);

        Assert.Equal(["accelerate", "--on", "once.yaml", "--out", "x.onnx", "--next", "5"], next.ArgumentList.SkipWhile(word => word != "accelerate"));
    }
}
