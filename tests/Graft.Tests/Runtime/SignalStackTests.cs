using System.Runtime.InteropServices;
using Graft.Operations;
using Graft.Runtime;
using static TorchSharp.torch;

namespace Graft.Tests.Runtime;

public sealed class SignalStackTests
{
    // Without that room a null reference ends the process on processors with AMX, so it is tried only where there is room.
    [Fact]
    public void Convolution_InBFloat16_LeavesANullReferenceAnException()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64, "Of Linux for x64.");
        long before = 0, after = 0;
        Exception? caught = null;
        var thread = new Thread(() =>
        {
            using var scope = NewDisposeScope();
            before = SignalStack.OfThisThread();
            using var layer = nn.Conv2d(32, 32, 3, padding: 1L, bias: false);
            var x = randn(8, 16, 16, 32).to(ScalarType.BFloat16).permute(0, 3, 1, 2);
            TensorLayers.BFloat16.Convolution(layer, x);
            TensorLayers.BFloat16.Convolution(layer, x);
            after = SignalStack.OfThisThread();
            if (after >= SignalStack.Size)
            {
                caught = Record.Exception(() => LengthOf(null!));
            }
        });
        thread.Start();
        thread.Join();

        Assert.Equal(SignalStack.Size, after);
        Assert.InRange(before, 1, after - 1);
        Assert.IsType<NullReferenceException>(caught);
    }

    private static int LengthOf(string text) => text.Length;
}
