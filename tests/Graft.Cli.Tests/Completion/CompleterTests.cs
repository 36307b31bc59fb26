using System.CommandLine;
using System.CommandLine.Completions;
using Graft.Cli.Completion;
using Graft.Cli.Tests.Support;

namespace Graft.Cli.Tests.Completion;

public sealed class CompleterTests
{
    private static readonly RootCommand Program = GraftApp.Root(new Terminal(TextWriter.Null, TextWriter.Null));

    [Theory]
    [InlineData("graft stu", "study")]
    [InlineData("graft comp", "completions")] // and no hidden command
    [InlineData("graft show ", "studies study step")]
    [InlineData("graft study --n", "--network --normalization")]
    [InlineData("graft study --network resnet-20 --n", "--normalization")] // once is enough
    [InlineData("graft study --dry-run --pre", "--preset --precision --predictors")]
    [InlineData("graft -", "--help --version --verbose")] // no aliases
    [InlineData("graft nothing --he", "--help")]
    [InlineData("graft study --preset ", "quick standard cifar10-lite paper")]
    [InlineData("graft accelerate --preset q", "quick-acceleration")]
    [InlineData("graft study --precision ", "auto fp32 bf16")]
    [InlineData("graft evaluate x --device cu", "cuda")]
    [InlineData("graft export --granularity b", ":files .safetensors .pt .pth .th .ckpt")] // it has no such option
    [InlineData("graft study --granularity b", "block")]
    [InlineData("graft study --normalization=im", "--normalization=imagenet")]
    [InlineData("graft study --network WRN-4", "wrn-40-2 :files .onnx")]
    [InlineData("graft catalog network wrn-4", "wrn-40-2 :files .onnx")]
    [InlineData("graft bench --network wrn-4", "wrn-40-2")]
    [InlineData("graft bench --only train conv --r", "--rounds")] // --only takes several words
    [InlineData("graft study --on ", "slurm :files .yaml .yml")]
    [InlineData("graft study --data cifar", "cifar10 cifar100 :directories")]
    [InlineData("graft data get mni", "mnist")]
    [InlineData("graft data get fashion", "fashion-mnist")] // the embedded images need no download
    [InlineData("graft study --measures cka,nas", "cka,naswot")]
    [InlineData("graft accelerate --score kl-", "kl-divergence")]
    [InlineData("graft study --operations ide", "identity")]
    [InlineData("graft study --operations teacher,ide", "teacher,identity")]
    [InlineData("graft study --operations identity,ide", "")] // it is there already
    [InlineData("graft study --operations 'conv-stack(w=2,k=3),fused", "conv-stack(w=2,k=3),fused-inverted-residual(e=6,k=3)")]
    [InlineData("graft catalog operations se", "seed")]
    [InlineData("graft evaluate ", ":files .safetensors .pt .pth .th .ckpt .onnx")]
    [InlineData("graft evaluate x.onnx --th", "--threads")]
    [InlineData("graft evaluate -- ", ":files .safetensors .pt .pth .th .ckpt .onnx")]
    [InlineData("graft study --plan ", ":files .yaml .yml")]
    [InlineData("graft study --workspace ", ":directories")]
    [InlineData("graft study --seeds ", "")] // a number
    [InlineData("graft", "")] // the program itself is the shell's to complete
    [InlineData("/opt/graft/graft completions f", "fish")]
    public async Task Complete_Line_OffersWhatCanStandThere(string line, string expected)
    {
        var result = await InProcess.RunAsync("complete", line);

        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Equal(expected, string.Join(' ', result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.TrimEnd('\r').Split('\t')[0])));
    }

    [Fact]
    public async Task Complete_Command_SaysWhatItMeans()
    {
        var result = await InProcess.RunAsync("complete", "graft pre");

        Assert.Equal("predict\tPredict substitutions that a study (default: the newest) has not tried.", result.Output.TrimEnd());
    }

    [Fact]
    public async Task Complete_BehindACommandWithoutArguments_OffersItsOptions()
    {
        var behindBlank = await InProcess.RunAsync("complete", "graft doctor ");
        var behindDash = await InProcess.RunAsync("complete", "graft doctor -");

        Assert.Equal("--workspace --data-directory --json --help --verbose", string.Join(' ', Offered("graft doctor ").Select(i => i.Label)));
        Assert.Equal(behindDash.Output, behindBlank.Output);
    }

    [Fact]
    public void Complete_Dash_OffersEachVisibleOptionOfEachCommandOnce()
    {
        foreach (var (path, command) in Commands("graft", Program))
        {
            var offered = Offered($"{path} --").Select(i => i.Label).ToList();

            Assert.Equal(offered.Distinct(), offered);
            Assert.All(offered, name => Assert.Matches("^--[a-z-]+$", name));
            Assert.Superset(command.Options.Where(o => !o.Hidden).Select(o => o.Name).ToHashSet(), offered.ToHashSet());
        }
    }

    [Fact]
    public void Complete_OptionForAFile_AsksForFiles()
    {
        foreach (var (path, command) in Commands("graft", Program))
        {
            foreach (var option in command.Options.Where(o => o.HelpName is "FILE" or "DIR"))
            {
                string kind = option.HelpName == "FILE" ? Offers.FileKind : Offers.DirectoryKind;

                Assert.True(Offered($"{path} {option.Name} ").Any(i => i.Kind == kind), $"{path} {option.Name} offers no files");
            }
        }
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("graft", "graft")]
    [InlineData("graft ", "graft|")]
    [InlineData("graft  a\tb", "graft|a|b")]
    [InlineData("graft 'a b' \"c 'd\" e\\ f", "graft|a b|c 'd|e f")]
    [InlineData("graft 'a b", "graft|a b")]
    [InlineData("graft 'a\\' \"b\\\"c\"", "graft|a\\|b\"c")]
    [InlineData("graft '' x", "graft||x")]
    [InlineData("graft a\\", "graft|a\\")]
    public void Split_Line_PartsItAsShellsDo(string line, string expected) => Assert.Equal(expected, string.Join('|', CommandLineText.Split(line)));

    private static IReadOnlyList<CompletionItem> Offered(string line) => Completer.Complete(Program, line);

    private static IEnumerable<(string Path, Command Command)> Commands(string path, Command command) => command.Subcommands.Where(c => !c.Hidden)
        .SelectMany(c => Commands($"{path} {c.Name}", c)).Prepend((path, command));
}
