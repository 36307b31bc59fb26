using System.CommandLine;

namespace Graft.Cli.Tests;

public sealed class RemedyOptionsTests
{
    private static readonly Command Study = new("study")
    {
        new Option<string>("--network"), new Option<int>("--image-size"), new Option<string>("--mean"), new Option<string>("--std"),
        new Option<bool>("--grayscale"), new Option<string[]>("--set"),
    };

    [Fact]
    public void Append_OptionsThatTheCommandHas_StandInBracketsWithTheirValues()
    {
        Assert.Equal("Scale them to 28x28 (--image-size 28).", Append("Scale them to 28x28.", new Remedy(Setting.ImageSize, "28")));
        Assert.Equal("Convert them to grayscale (--grayscale).", Append("Convert them to grayscale.", new Remedy(Setting.ImageChannels, "1")));
        Assert.Equal("Give them here (--mean, --std).", Append("Give them here.", new(Setting.PixelMean), new(Setting.PixelStd)));
    }

    [Fact]
    public void Append_PhotographsInColour_AreThoseWithoutTheOption() =>
        Assert.Equal("Take them in colour (without --grayscale).", Append("Take them in colour.", new Remedy(Setting.ImageChannels, "3")));

    [Fact]
    public void Append_OptionThatTheCommandLacks_IsNotNamed() =>
        Assert.Equal("Name the output.", Append("Name the output.", new Remedy(Setting.OnnxOutput)));

    [Fact]
    public void Append_TrainingWhereTheCommandDoesNotTrain_NamesTheCommandThatDoes() => Assert.Equal(
        "Train it on these (graft train --network a.onnx --from a.onnx).",
        Append("Train it on these.", new Remedy(Setting.InitialWeights, "a.onnx"))
    );

    [Fact]
    public void Append_MirrorWhereTheCommandHasNone_NamesTheCommandThatDownloads() => Assert.Equal(
        "Give a mirror (graft data get cifar10 --mirror URL).",
        Append("Give a mirror.", new Remedy(Setting.DownloadMirror, "cifar10"))
    );

    [Fact]
    public void Append_KeyOfAPlan_IsSet() => Assert.Equal(
        "Make it 0.1 or more (--set heldOut.fraction=0.1).",
        Append("Make it 0.1 or more.", new Remedy(Setting.HeldOutFraction, "0.1"))
    );

    [Fact]
    public void Append_NoRemedy_LeavesTheMessage() => Assert.Equal("It is broken.", Append("It is broken."));

    [Fact]
    public void EverySetting_HasAnOptionOfSomeCommand()
    {
        var options = Commands(GraftApp.Root(new(TextWriter.Null, TextWriter.Null))).SelectMany(c => c.Options).Select(o => o.Name).ToHashSet();

        Assert.All(
            Enum.GetValues<Setting>().Except([Setting.OwnOperations]), // an environment variable
            setting => Assert.Contains(Assert.Single(RemedyOptions.OfAcceleration([new(setting)])), options)
        );
    }

    private static string Append(string message, params Remedy[] remedies) => RemedyOptions.Append(message, remedies, Study.Parse([]).CommandResult);

    private static IEnumerable<Command> Commands(Command command) => command.Subcommands.SelectMany(Commands).Prepend(command);
}
