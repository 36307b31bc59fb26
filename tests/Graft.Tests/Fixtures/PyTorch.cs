using System.Diagnostics;

namespace Graft.Tests.Fixtures;

/// <summary>Runs the scripts beside this file where python3 has PyTorch (Debian: <c>apt install python3-torch</c>); skips the test elsewhere.</summary>
internal static class PyTorch
{
    private static readonly Lazy<string?> Python = new(() => new[] { "/usr/bin/python3", "python3" }.FirstOrDefault(HasPyTorch));

    /// <summary>Runs a script and returns what it prints; fails the test where the script fails.</summary>
    public static string Run(string script, params string[] arguments)
    {
        Assert.SkipWhen(Python.Value is null, "Needs python3 with PyTorch.");
        var (code, output, error) = Start(Python.Value!, [Fixture.PathOf(script), .. arguments]);
        Assert.True(code == 0, error);
        return output;
    }

    private static bool HasPyTorch(string python)
    {
        try
        {
            return Start(python, ["-c", "import torch"]).Code == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // no such program
        }
    }

    private static (int Code, string Output, string Error) Start(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, ["-B", .. arguments]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.GetAwaiter().GetResult());
    }
}
