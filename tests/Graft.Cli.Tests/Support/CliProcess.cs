using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Graft.Cli.Tests.Support;

/// <summary>A command in a process of its own, for tests that end it.</summary>
internal sealed class CliProcess : IAsyncDisposable
{
    public const int Interrupt = 2, Terminate = 15;

    private readonly Process _process;
    private readonly List<string> _errors = [];
    private readonly Task<string> _output;

    public CliProcess(string line, params (string Name, string Value)[] environment)
    {
        string host = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
        string[] arguments = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var start = new ProcessStartInfo(host, ["exec", Path.Combine(AppContext.BaseDirectory, "Graft.Cli.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _output = _process.StandardOutput.ReadToEndAsync();
    }

    /// <summary>Whether processes that this one starts inherit that a signal is ignored.</summary>
    public static bool Ignores(int signal)
    {
        const string Mask = "SigIgn:";
        string line = File.ReadLines("/proc/self/status").First(l => l.StartsWith(Mask, StringComparison.Ordinal));
        return (Convert.ToUInt64(line[Mask.Length..].Trim(), 16) >> (signal - 1) & 1) == 1;
    }

    /// <summary>Reads the error output up to a line that starts so.</summary>
    public async Task WaitForLineAsync(string start)
    {
        while (await _process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            _errors.Add(line);
            if (line.StartsWith(start, StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail($"The command ended before it wrote '{start}': {string.Join('\n', _errors)}");
    }

    public void Signal(int signal) => Assert.Equal(0, Kill(_process.Id, signal));

    /// <summary>Sends a signal to the process and to those that it started, as a terminal does.</summary>
    public void SignalTree(int signal)
    {
        int[] workers =
        [
            .. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, CultureInfo.InvariantCulture, out _))
                .Select(name => int.Parse(name!, CultureInfo.InvariantCulture)).Where(id => ParentOf(id) == _process.Id),
        ];
        Assert.NotEmpty(workers);
        Assert.All(workers.Append(_process.Id), id => Assert.Equal(0, Kill(id, signal)));
    }

    public void KillTree() => _process.Kill(entireProcessTree: true);

    public async Task<CliResult> EndAsync()
    {
        string rest = await _process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new(_process.ExitCode, await _output, string.Join('\n', _errors.Append(rest)));
    }

    public ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            KillTree();
        }

        _process.Dispose();
        return ValueTask.CompletedTask;
    }

    // The second field behind the name, which stands in brackets; -1 for a process that is gone.
    private static int ParentOf(int process)
    {
        try
        {
            return int.Parse(File.ReadAllText(Invariant($"/proc/{process}/stat")).Split(") ")[^1].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return -1;
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
