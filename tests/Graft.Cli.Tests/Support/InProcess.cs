namespace Graft.Cli.Tests.Support;

/// <summary>Runs commands within the test process.</summary>
internal static class InProcess
{
    /// <summary>Runs a command line as a shell would split it; quotes are not understood.</summary>
    public static Task<CliResult> RunAsync(string line) => RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    public static async Task<CliResult> RunAsync(params string[] args)
    {
        using StringWriter output = new(), error = new();
        int code = await new GraftApp(output, TextWriter.Synchronized(error)).RunAsync(args);
        return new(code, output.ToString(), error.ToString());
    }
}
