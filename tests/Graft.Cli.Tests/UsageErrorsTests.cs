using Graft.Cli.Tests.Support;

namespace Graft.Cli.Tests;

public sealed class UsageErrorsTests
{
    [Theory]
    [InlineData("stduy", "'graft' has no command 'stduy'. Did you mean 'study'? See 'graft --help'.")]
    [InlineData(
        "frobnicate",
        "'graft' has no command 'frobnicate'. Known: study, accelerate, train, evaluate, export, catalog, data, show, cancel, report, pack, unpack, workspace, predict, bench, doctor, completions. See 'graft --help'."
    )]
    [InlineData("catalog", "'graft catalog' needs a command: networks, network, operations, data. See 'graft catalog --help'.")]
    [InlineData("stduy --help", "'graft' has no command 'stduy'. Did you mean 'study'? See 'graft --help'.")]
    [InlineData("show stduy", "'graft show' has no command 'stduy'. Did you mean 'study'? See 'graft show --help'.")]
    [InlineData(
        "show zzz",
        "'graft show' has no command 'zzz', and nothing that was run has that identifier. Known: studies, study, step. See 'graft show --help'."
    )]
    [InlineData("show stduy --help", "'graft show' has no command 'stduy'. Did you mean 'study'? See 'graft show --help'.")]
    [InlineData("catalog netwroks", "'graft catalog' has no command 'netwroks'. Did you mean 'networks'? See 'graft catalog --help'.")]
    [InlineData("study --sedes 3", "'graft study' has no option '--sedes'. Did you mean '--seeds'? See 'graft study --help'.")]
    [InlineData("predict --frobnicate", "'graft predict' has no option '--frobnicate'. See 'graft predict --help'.")]
    [InlineData("report --margn 1", "'graft report' has no option '--margn'. Did you mean '--margin'? See 'graft report --help'.")]
    [InlineData("study --frobnicate", "'graft study' has no option '--frobnicate'. See 'graft study --help'.")]
    [InlineData("study --seeds", "--seeds needs a value. See 'graft study --help'.")]
    [InlineData("show --csv --workspace w", "--csv needs a value, and '--workspace' is an option. See 'graft show --help'.")]
    [InlineData("study --data --dry-run", "--data needs a value, and '--dry-run' is an option. See 'graft study --help'.")]
    [InlineData("study --seeds many", "--seeds is 'many'; it must be a whole number of at most 9 digits. See 'graft study --help'.")]
    [InlineData("study --workers 1.5", "--workers is '1.5'; it must be a whole number of at most 9 digits. See 'graft study --help'.")]
    [InlineData("study --seeds 1 --seeds 2", "--seeds is given 2 times; give it once. See 'graft study --help'.")]
    [InlineData("train --held-out some", "--held-out is 'some'; it must be a number with a decimal point, like 0.5. See 'graft train --help'.")]
    [InlineData("train --held-out 0,01", "--held-out is '0,01'; it must be a number with a decimal point, like 0.5. See 'graft train --help'.")]
    [InlineData("study --margin 0,5", "--margin is '0,5'; it must be a number with a decimal point, like 0.5. See 'graft study --help'.")]
    [InlineData("show study 1 --margin 1,000", "--margin is '1,000'; it must be a number with a decimal point, like 0.5. See 'graft show study --help'.")]
    [InlineData("report --margin ٠٫٥", "--margin is '٠٫٥'; it must be a number with a decimal point, like 0.5. See 'graft report --help'.")]
    [InlineData("evaluate", "'graft evaluate' needs FILE. See 'graft evaluate --help'.")]
    [InlineData(
        "study --positions 2 5 --epochs 1",
        "'5' is one word too many for 'graft study'. If it belongs to --positions, put a comma between: --positions 2,5. See 'graft study --help'."
    )]
    [InlineData(
        "catalog network --network wrn-16-1",
        "'graft catalog network' has no option '--network'. It stands alone: 'graft catalog network NAME'. See 'graft catalog network --help'."
    )]
    [InlineData("evaluate --file a", "'graft evaluate' has no option '--file'. It stands alone: 'graft evaluate FILE'. See 'graft evaluate --help'.")]
    [InlineData("show studies more", "'more' is one word too many for 'graft show studies'. See 'graft show studies --help'.")]
    public Task Run_WrongCommandLine_SaysWhatAndWhereToRead(string line, string expected) => AssertFails(line, expected);

    [Theory]
    [InlineData("study --preset quik", "Unknown preset 'quik'. Did you mean 'quick'?")]
    [InlineData("study --preset quick --plan plan.yaml", "--preset and --plan are both given; choose one (a plan's keys that are left out have defaults).")]
    [InlineData("study --plan missing.yaml", "missing.yaml: there is no such file.")]
    [InlineData("study --plan quick", "quick: there is no such file. The plan of that name is a preset: --preset quick.")]
    [InlineData("study --epochs 1,x", "--epochs: 'x' is not a whole number. Write for instance --epochs 25,50.")]
    [InlineData("study --seeds 0", "seeds is 0; it must be from 1 to 1000.")]
    [InlineData("study --workers 0", "the number of workers is 0; it must be from 1 to 1024.")]
    [InlineData("study --device gpu", "the device is 'gpu'; it must be auto, cpu or cuda.")]
    [InlineData(
        "study --seeds 0 --precision fp8",
        "The plan has 2 faults: (1) seeds is 0; it must be from 1 to 1000. (2) precision is 'fp8'; it must be auto, fp32 or bf16."
    )]
    [InlineData(
        "study --plan plan.yaml --positions 0",
        "'0' is not a position: positions of wrn-10-1 are 1 to 3 or their paths like block1.layer.0, runs of them like 1-2, or 'all'."
    )]
    [InlineData("study --plan plan.yaml --positions 7", "wrn-10-1 has no position 7: its positions are 1 to 3.")]
    [InlineData(
        "study --plan plan.yaml --positions x",
        "'x' is not a position: positions of wrn-10-1 are 1 to 3 or their paths like block1.layer.0, runs of them like 1-2, or 'all'."
    )]
    [InlineData("study --plan plan.yaml --positions ,", "No position is given. Name some, or write 'all'.")]
    [InlineData("study --plan plan.yaml --operations ,", "No operation is given. Name some, or write 'seed', 'controls', 'lana' or 'all'.")]
    [InlineData("study --plan plan.yaml --operations residaul", "Unknown operation 'residaul'. Did you mean 'residual'?")]
    [InlineData(
        "study --plan plan.yaml --network resnet-21 --operations residaul --epochs 0",
        "The plan has 3 faults: (1) epochs is [0]; it must list numbers from 1 to 100000. "
            + "(2) There is no 'resnet-21': the depth of a CIFAR ResNet is 6n + 2 (8, 14, 20, 32, 44, 56, 110, …). "
            + "(3) Unknown operation 'residaul'. Did you mean 'residual'?"
    )]
    [InlineData(
        "study --plan plan.yaml --operations conv-stack(w=99)",
        "Operation 'conv-stack': w=99 is out of range; w (hidden channels / output channels) is above 0 up to 16, or match."
    )]
    [InlineData(
        "study --plan plan.yaml --operations identity --positions 2",
        "No operation is available at any position: identity cannot change the shape, and position 2 turns 16x16x16 into 32x8x8. Name other operations or positions."
    )]
    [InlineData(
        "study --plan plan.yaml --network wrn-12-1",
        "There is no 'wrn-12-1': the depth of a WRN is 6n + 4 (10, 16, 22, 28, 34, 40, …) and its width at least 1."
    )]
    [InlineData(
        "study --plan plan.yaml --teacher missing.safetensors",
        "the teacher's weights missing.safetensors: there is no such file."
    )]
    [InlineData(
        "study --plan plan.yaml --teacher images",
        "the teacher's weights images are a directory. Give a file: .safetensors, or a PyTorch checkpoint like .pth."
    )]
    [InlineData("study --plan plan.yaml --workspace plan.yaml", "workspace <here>/plan.yaml is a file, not a directory. Choose another directory.")]
    [InlineData(
        "study --data nowhere",
        "data 'nowhere' is neither a known data set nor an existing directory. Known: fashion-mnist-mini, cifar10, cifar100, fashion-mnist, mnist."
    )]
    [InlineData("study --data plan.yaml", "data 'plan.yaml' is a file (a text file), expected a directory or a name; unpack an archive first.")]
    [InlineData(
        "catalog network wrn-16",
        "Unknown network 'wrn-16'. Did you mean 'wrn-16-1'? Networks are wrn-DEPTH-WIDTH (wrn-40-2), resnet-DEPTH (resnet-20) and ONNX files (model.onnx)."
    )]
    [InlineData(
        "catalog network wrn-16-1 --channels -1",
        "wrn-16-1 for -1 channels and 10 classes is not possible: channels must be from 1 to 1024, classes from 1 to 1000000."
    )]
    [InlineData("data get cifar11", "data set 'cifar11' is not known. Did you mean 'cifar10'?")]
    [InlineData("data get cifar10 --mirror here", "--mirror is 'here'; it must be an http or https address, like https://example.org/cifar.")]
    [InlineData("train --epochs 0", "epochs is 0; it must be from 1 to 100000.")]
    public Task Run_ImpossibleValue_SaysWhatIsPossible(string line, string expected) => AssertFails(line, expected);

    [Fact]
    public async Task Run_CudaWhereThereIsNone_SaysWhatToDo()
    {
        Assert.SkipWhen(TorchSharp.torch.cuda.is_available(), "this machine has a GPU");
        await AssertFails(
            "study --device cuda",
            "no GPU that CUDA can use was found. Where there is one, use the package TorchSharp-cuda-linux or TorchSharp-cuda-windows in place of libtorch-cpu "
                + "(in Graft's repository: build with -p:TorchBackend=cuda); else compute on the cpu."
        );
    }

    private static async Task AssertFails(string line, string expected)
    {
        var result = await InProcess.RunAsync(line);

        // The first test that loads the playground's images also sees that they are decoded.
        string last = result.Error.TrimEnd().Split('\n')[^1];
        Assert.Equal($"error: {expected}", last.Replace(Environment.CurrentDirectory, "<here>"));
        Assert.Equal((2, ""), (result.Code, result.Output));
    }
}
