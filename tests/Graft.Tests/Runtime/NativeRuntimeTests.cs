using Graft.Runtime;

namespace Graft.Tests.Runtime;

public sealed class NativeRuntimeTests
{
    [Fact]
    public void RequireTorch_WithoutAPackageOfLibtorch_NamesThePackages()
    {
        var cause = new TypeInitializationException("TorchSharp.torch", new NotSupportedException("it needs a package\nand more"));

        var error = Assert.Throws<ConfigurationException>(() => NativeRuntime.RequireTorch(() => throw cause));

        Assert.StartsWith(
            "libtorch cannot be loaded. A program that uses Graft needs the package of its platform: libtorch-cpu-linux-x64, libtorch-cpu-win-x64, ",
            error.Message);
        Assert.EndsWith("(TorchSharp says: it needs a package)", error.Message);
        Assert.Same(cause, error.InnerException);
    }

    [Fact]
    public void RequireTorch_WhereItIs_Passes() => NativeRuntime.RequireTorch();
}
