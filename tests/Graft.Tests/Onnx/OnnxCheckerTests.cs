using System.Diagnostics;
using Graft.Onnx;
using Graft.Tests.Data;

namespace Graft.Tests.Onnx;

/// <summary>The reference implementation's own opinion of exported files; runs where a Python with the package onnx is found.</summary>
public sealed class OnnxCheckerTests : IDisposable
{
    private const string Script = "import onnx, sys\nfor path in sys.argv[1:]: onnx.checker.check_model(path, full_check=True)";

    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public async Task Serialize_EveryKindOfNetwork_IsAcceptedByTheChecker()
    {
        string? python = null;
        foreach (string candidate in new[] { "python3", "/usr/bin/python3" })
        {
            python ??= await RunAsync(candidate, "-c", "import onnx") is (0, _) ? candidate : null;
        }

        Assert.SkipWhen(python is null, "No python3 with the package onnx is found (Debian: apt-get install python3-onnx).");
        string[] paths = [.. Models().Select((model, i) => Write(Path.Combine(_directory.Path, $"{i}.onnx"), model))];

        var (code, error) = await RunAsync(python, ["-c", Script, .. paths]);

        Assert.True(code == 0, error);
    }

    public void Dispose() => _directory.Dispose();

    private static IEnumerable<byte[]> Models()
    {
        using var wide = OnnxNetworks.Create("wrn-16-1", (1, "inverted-residual(e=6,k=3)"), (2, "identity"));
        using var residual = OnnxNetworks.Create("resnet-8", (3, "bottleneck(w=2,k=3)"));
        foreach (bool fold in new[] { true, false })
        {
            yield return OnnxExport.Serialize(wide, OnnxNetworks.Options with { FoldBatchNorm = fold });
            yield return OnnxExport.Serialize(residual, OnnxNetworks.Options with { FoldBatchNorm = fold });
        }

        yield return OnnxExport.Serialize(wide.OperationAt(wide.Positions[0]), wide.Positions[0].Input);
        yield return OnnxExport.Serialize(wide.OperationAt(wide.Positions[1]), wide.Positions[1].Input);
    }

    private static string Write(string path, byte[] model)
    {
        File.WriteAllBytes(path, model);
        return path;
    }

    private static async Task<(int Code, string Error)> RunAsync(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (process.ExitCode, error);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return (-1, e.Message);
        }
    }
}
