using System.CommandLine;
using System.CommandLine.Invocation;
using System.Runtime.InteropServices;
using Graft.Jobs;
using Graft.Onnx;

namespace Graft.Cli;

/// <summary><c>graft --version</c>: version, commit and what computes, as a report of a fault needs them.</summary>
internal sealed class VersionAction : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        var output = parseResult.InvocationConfiguration.Output;
        var versions = MachineInformation.Read("cpu").Versions;
        output.WriteLine($"graft {WithCommit(versions["graft"])}");
        output.WriteLine(
            $"backend {Backend()}: libtorch {versions["libtorch"]}, TorchSharp {WithCommit(versions["TorchSharp"])}; ONNX Runtime {OnnxModel.RuntimeVersion}"
        );
        output.WriteLine($".NET {versions[".NET"]}, {RuntimeInformation.RuntimeIdentifier}");
        return 0;
    }

    private static string Backend()
    {
        try
        {
            return ComputeDevice.Backend();
        }
        catch (ConfigurationException)
        {
            return "that cannot be loaded ('graft doctor' says more)";
        }
    }

    // "0.1.0+f9efbc25a527…" is a version and the commit that it was built from.
    private static string WithCommit(string version) =>
        version.Split('+', 2) is [var number, { Length: >= 10 } commit] ? $"{number} (commit {commit[..10]})" : version;
}
