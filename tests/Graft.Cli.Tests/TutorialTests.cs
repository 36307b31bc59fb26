using System.Text.RegularExpressions;
using Graft.Cli.Tests.Support;
using Graft.Data;
using Graft.Networks;
using Graft.Onnx;
using Graft.Tests.Fixtures;

namespace Graft.Cli.Tests;

/// <summary>docs/tutorial.md from its first command to its last, as printed; with fewer and smaller photographs and a smaller network.</summary>
[Collection("studies")]
public sealed partial class TutorialTests
{
    [Fact]
    public async Task Tutorial_EveryCommandAsPrinted_Works()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("GRAFT_TEST_SAMPLES") == "1", "Takes minutes: set GRAFT_TEST_SAMPLES=1.");
        string page = await File.ReadAllTextAsync(SourceTree.PathOf("docs", "tutorial.md"), TestContext.Current.CancellationToken);
        var commands = Commands(page);
        Playground.WriteImages("photos", classes: 3, train: 24, test: 4, size: 16);
        SaveNetwork("model.onnx");
        await File.WriteAllTextAsync("fast.yaml", Plan().Match(page).Groups[1].Value, TestContext.Current.CancellationToken);

        Assert.True(commands.Count >= 8, "the tutorial has its commands");
        foreach (string command in commands)
        {
            var result = await InProcess.RunAsync(command.Replace("\"", "", StringComparison.Ordinal)); // as a shell takes quotes off

            Assert.True(result.Code == 0, $"graft {command}\n{result.Output}{result.Error}");
        }

        Assert.All(["fast.onnx", "study.html", "fast.zip", "tables/dictionary.csv"], file => Assert.True(File.Exists(file), file));
    }

    private static void SaveNetwork(string path)
    {
        using var network = Network.Create("resnet-14", new(3, 16, 16), classes: 3, seed: 1);
        OnnxExport.Save(network, new() { Normalization = Normalization.Parse("imagenet"), ClassNames = ["class0", "class1", "class2"] }, path, null);
    }

    private static List<string> Commands(string page) =>
        [.. Shell().Matches(page).SelectMany(block => Command().Matches(block.Groups[1].Value).Select(m => m.Groups[1].Value.Trim()))];

    [GeneratedRegex(@"```bash\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Shell();

    [GeneratedRegex("^graft ([^#\n]+)", RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex(@"```yaml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Plan();
}
