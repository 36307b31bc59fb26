using Graft.Operations.Kernels;
using Graft.Tests.Data;
using static TorchSharp.torch;

namespace Graft.Tests.Operations.Kernels;

public sealed class BFloat16SelfCheckTests : IDisposable
{
    private static readonly ConvolutionShape Shape = new(16, 16, 3, 1, 1, 1, 8, 8);

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(16, 16, 3, 1, 1, 1, 32, 32)]
    [InlineData(96, 96, 3, 1, 1, 96, 14, 14)]
    [InlineData(64, 128, 1, 2, 0, 1, 16, 16)]
    [InlineData(16, 96, 1, 1, 0, 1, 32, 32)]
    public void IsRight_ConvolutionThatTheRuleAllows_IsRightAndKept(
        int inputs,
        int outputs,
        int kernel,
        int stride,
        int padding,
        int groups,
        int height,
        int width
    )
    {
        var shape = new ConvolutionShape(inputs, outputs, kernel, stride, padding, groups, height, width);

        Assert.True(BFloat16Convolution.CanRun(shape));
        Assert.True(Check().IsRight(shape));
        Assert.Contains($"\"{shape}\":true", File.ReadAllText(KeptFile()), StringComparison.Ordinal);
    }

    [Fact]
    public void ComputesRight_OneDnnLeavesChannelsOut_IsFalse()
    {
        // What the rule excludes is wrong on processors with AVX512-BF16 (Zen 4 and 5), in part on those without it, and right on those with AMX.
        ConvolutionShape[] shapes =
        [
            new(16, 16, 3, 1, 1, 1, 1, 1),
            new(32, 320, 1, 1, 0, 1, 8, 8),
            new(16, 17, 3, 1, 1, 1, 8, 8),
            new(1, 16, 3, 1, 1, 1, 28, 28),
        ];

        Assert.DoesNotContain(shapes, BFloat16Convolution.CanRun);
        Assert.SkipWhen(shapes.All(BFloat16SelfCheck.ComputesRight), "This processor computes them right.");
    }

    [Fact]
    public void ComputesRight_LastChannelLeftOut_IsFalse()
    {
        Assert.True(BFloat16SelfCheck.ComputesRight(Shape, Convolve));
        Assert.False(BFloat16SelfCheck.ComputesRight(Shape, (x, weight) => Convolve(x.narrow(1, 0, 15), weight.narrow(1, 0, 15))));
        Assert.False(BFloat16SelfCheck.ComputesRight(Shape, (x, weight) => Convolve(x, weight.detach().requires_grad_()) + (0 * weight.sum())));

        static Tensor Convolve(Tensor x, Tensor weight) => nn.functional.conv2d(x, weight, padding: [1, 1]);
    }

    [Fact]
    public void IsRight_KeptAsWrong_IsNotComparedAgainAndIsNamed()
    {
        Check().IsRight(Shape);
        File.WriteAllText(KeptFile(), File.ReadAllText(KeptFile()).Replace("true", "false", StringComparison.Ordinal));
        var check = Check();

        Assert.Empty(check.Wrong);
        Assert.False(check.IsRight(Shape));
        Assert.Equal(["16-16-k3-s1-p1-g1-8x8"], check.Wrong);
    }

    [Fact]
    public void IsRight_KeptByAnotherMachine_IsComparedHere()
    {
        Check().IsRight(Shape);
        File.WriteAllText(KeptFile(), File.ReadAllText(KeptFile()).Replace("true", "false", StringComparison.Ordinal));

        Assert.True(Check("another machine").IsRight(Shape));
    }

    [Fact]
    public void IsRight_DamagedFile_IsComparedAgain()
    {
        Check().IsRight(Shape);
        File.WriteAllText(KeptFile(), "{");

        Assert.True(Check().IsRight(Shape));
        Assert.Contains(Shape.ToString(), File.ReadAllText(KeptFile()), StringComparison.Ordinal);
    }

    [Fact]
    public void IsRight_TwoProcesses_KeepWhatBothFound()
    {
        var (one, other) = (Check(), Check());
        one.IsRight(Shape);
        other.IsRight(Shape with { Height = 4 });
        one.IsRight(Shape with { Width = 4 });

        string kept = File.ReadAllText(KeptFile());
        Assert.All(["8x8", "4x8", "8x4"], size => Assert.Contains($"-g1-{size}", kept, StringComparison.Ordinal));
    }

    [Fact]
    public void IsRight_NothingCanBeKept_IsComparedAllTheSame()
    {
        File.WriteAllText(_directory["cache"], "a file where the directory should be");

        Assert.True(Check().IsRight(Shape));
    }

    [Fact]
    public void IsRight_InsideOfNoGrad_IsCompared()
    {
        using var _ = no_grad();

        Assert.True(Check().IsRight(Shape));
    }

    private BFloat16SelfCheck Check(string machine = "this machine") => new(_directory["cache"], machine);

    private string KeptFile() => Assert.Single(Directory.GetFiles(_directory["cache"]));
}
