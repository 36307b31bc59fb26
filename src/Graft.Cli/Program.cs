using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Graft.Runtime;

namespace Graft.Cli;

/// <summary>The program <c>graft</c>.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (args.Contains("--json") && Console.IsOutputRedirected)
        {
            Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false); // JSON is UTF-8, whatever the locale
        }

        // What is printed is the same everywhere. The library does not rely on it: it runs in programs of any culture.
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
        Console.SetOut(new StandardStream(Console.Out, required: true));
        Console.SetError(new StandardStream(Console.Error, required: false));
        NativeRuntime.Tune();
        return await new GraftApp(Console.Out, Console.Error).RunAsync(args);
    }

    /// <summary>How another process of this program is started, with the .NET host that runs this one.</summary>
    public static ProcessStartInfo StartInfo(IReadOnlyList<string> arguments)
    {
        string host = Path.GetFullPath(
            Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet")
        );
        if (!File.Exists(host))
        {
            // Published with a runtime of its own
            return new(Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "graft.exe" : "graft"), arguments);
        }

        return new(host, ["exec", Path.Combine(AppContext.BaseDirectory, "Graft.Cli.dll"), .. arguments]);
    }
}
