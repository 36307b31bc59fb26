using System.Text.Json;
using Graft.Cli.Tests.Support;
using Graft.Networks;

namespace Graft.Cli.Tests.Commands;

[Collection("studies")]
public sealed class TrainCommandTests
{
    [Fact]
    public async Task Train_ToItsEnd_HandsOverWeightsThatEvaluateAlike()
    {
        File.WriteAllText("recipe.yaml", "batchSize: 16");

        var trained = await InProcess.RunAsync(
            "train --network wrn-10-1 --data images --epochs 2 --recipe recipe.yaml --precision fp32 --workspace trained --out trained.safetensors --json"
        );

        Assert.True(trained.Code == 0, trained.Error);
        using var result = JsonDocument.Parse(trained.Output);
        var evaluated = await InProcess.RunAsync("evaluate trained.safetensors --data images --precision fp32 --json");
        using var evaluation = JsonDocument.Parse(evaluated.Output);
        Assert.Equal(evaluation.RootElement.GetProperty("accuracy").GetDouble(), result.RootElement.GetProperty("accuracy").GetDouble());
        Assert.Equal("trained.safetensors", result.RootElement.GetProperty("weights").GetString());
    }

    [Fact]
    public async Task Train_FromWeightsThatItMakesWorse_SaysWhatTheyGaveBefore()
    {
        File.WriteAllText("first.yaml", "batchSize: 16");
        File.WriteAllText("ruin.yaml", "batchSize: 16\nlearningRate: 50");
        const string First = "train --network wrn-10-1 --data images --epochs 2 --recipe first.yaml --precision fp32 --workspace worse --out first.safetensors";
        await InProcess.RunAsync(First);
        using var first = JsonDocument.Parse((await InProcess.RunAsync("evaluate first.safetensors --data images --precision fp32 --json")).Output);
        double before = first.RootElement.GetProperty("accuracy").GetDouble();
        const string Command =
            "train --network wrn-10-1 --data images --epochs 1 --recipe ruin.yaml --precision fp32 --workspace worse --from first.safetensors "
            + "--out ruined.safetensors";

        var table = await InProcess.RunAsync(Command);
        using var ruined = JsonDocument.Parse((await InProcess.RunAsync($"{Command} --json")).Output);

        Assert.Contains(FormattableString.Invariant($" % (before: {100 * before:0.00} %)"), table.Output, StringComparison.Ordinal);
        Assert.Equal(before, ruined.RootElement.GetProperty("accuracyBefore").GetDouble());
    }

    [Fact]
    public async Task Train_FromWeightsOfOtherPixels_GoesOnWithTheirs()
    {
        File.WriteAllText("pixels.yaml", "batchSize: 16");
        const string Line = "train --network wrn-10-1 --data images --recipe pixels.yaml --precision fp32 --workspace pixels";
        await InProcess.RunAsync($"{Line} --epochs 8 --normalization pixels --out as-stored.safetensors");
        using var before = JsonDocument.Parse((await InProcess.RunAsync("evaluate as-stored.safetensors --data images --precision fp32 --json")).Output);

        var trained = await InProcess.RunAsync($"{Line} --epochs 1 --from as-stored.safetensors --out as-stored-on.safetensors --json");
        var other = await InProcess.RunAsync($"{Line} --from as-stored.safetensors --normalization imagenet --out other.safetensors --dry-run");

        Assert.True(trained.Code == 0 && other.Code == 0, trained.Error + other.Error);
        using var result = JsonDocument.Parse(trained.Output);
        Assert.Equal(before.RootElement.GetProperty("accuracy").GetDouble(), result.RootElement.GetProperty("accuracyBefore").GetDouble());
        Assert.Equal(NetworkWeights.ReadNormalization("as-stored.safetensors"), NetworkWeights.ReadNormalization("as-stored-on.safetensors"));
        Assert.Contains(
            "note: as-stored.safetensors says that it takes pixels as they are stored, 0–255 ('pixels'), the options say pixels normalised by "
                + "0.485,0.456,0.406/0.229,0.224,0.225: the options are taken.",
            other.Error.Replace('\n', ' '),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Train_GivenAgain_SaysThatItHasRunBefore()
    {
        File.WriteAllText("again.yaml", "batchSize: 16");
        const string Command =
            "train --network wrn-10-1 --data images --epochs 1 --recipe again.yaml --precision fp32 --workspace again --out again.safetensors";

        var first = await InProcess.RunAsync(Command);
        var second = await InProcess.RunAsync(Command);

        Assert.True(first.Code == 0 && second.Code == 0, first.Error + second.Error);
        Assert.DoesNotContain("has run before", first.Output);
        Assert.StartsWith("This training has run before: its result is taken from the workspace.", second.Output);

        var other = await InProcess.RunAsync(Command.Replace("--epochs 1", "--epochs 2", StringComparison.Ordinal));
        Assert.Equal(2, other.Code);
        Assert.EndsWith("error: 'again.safetensors' is there already. Name another file with --out, or replace it with --force.", other.Error.TrimEnd());
        var dry = await InProcess.RunAsync(Command.Replace("--epochs 1", "--epochs 2 --dry-run", StringComparison.Ordinal));
        Assert.Equal(0, dry.Code);
        Assert.Contains("note: 'again.safetensors' is there already; the run itself needs another name", dry.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("is there already", (await InProcess.RunAsync($"{Command} --dry-run")).Error, StringComparison.Ordinal);

        Assert.Equal(0, (await InProcess.RunAsync("workspace --prune --workspace again")).Code);
        var anew = await InProcess.RunAsync($"{Command} --force");
        Assert.True(anew.Code == 0, anew.Error);
        Assert.DoesNotContain("has run before", anew.Output);
    }
}
