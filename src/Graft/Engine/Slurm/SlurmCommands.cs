using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Graft.Engine.Slurm;

/// <summary>Slurm by its commands: <c>sbatch</c>, <c>squeue</c>, <c>scancel</c>. A controller that does not answer is asked again.</summary>
internal sealed class SlurmCommands(TimeProvider time) : ISlurm
{
    // What squeue lists until it is forgotten, though it has ended.
    private static readonly HashSet<string> Ended =
        ["BOOT_FAIL", "CANCELLED", "COMPLETED", "DEADLINE", "FAILED", "NODE_FAIL", "OUT_OF_MEMORY", "TIMEOUT"];

    private static readonly TimeSpan[] Pauses = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(10)];

    public string Submit(string script) => Run("sbatch", ["--parsable"], script, retry: false).Trim().Split(';')[0];

    // Of all states, as some versions leave out what was just queued again; -r lists each waiting task of an array by itself. The name is last: it is free
    // text.
    public IReadOnlyList<SlurmTask> ActiveTasks() =>
        [
            .. Run("squeue", ["--me", "-h", "-r", "-t", "all", "-o", "%F|%K|%T|%j"], null, retry: true)
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Trim().Split('|', 4))
                .Where(parts => parts.Length == 4 && !Ended.Contains(parts[2]))
                .Select(parts => new SlurmTask(
                    parts[0],
                    int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int task) ? task : null,
                    parts[3],
                    parts[2]
                )),
        ];

    public void Cancel(IReadOnlyCollection<string> jobs)
    {
        foreach (string[] some in jobs.Chunk(500))
        {
            Run("scancel", ["--quiet", .. some], null, retry: true);
        }
    }

    // A submission is never repeated: it may have been taken although no answer came. Whoever submits notes the name first and looks for it.
    private string Run(string program, IReadOnlyList<string> arguments, string? input, bool retry)
    {
        for (int attempt = 0; ; attempt++)
        {
            var (code, output, error) = RunOnce(program, arguments, input);
            if (code == 0)
            {
                return output;
            }

            if (!retry || attempt == Pauses.Length)
            {
                throw new RunException($"{program} failed: {Words(error, code)}");
            }

            Task.Delay(Pauses[attempt], time).Wait();
        }
    }

    private static (int Code, string Output, string Error) RunOnce(string program, IReadOnlyList<string> arguments, string? input)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var error = process.StandardError.ReadToEndAsync();
            process.StandardInput.Write(input ?? "");
            process.StandardInput.Close();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output, error.Result);
        }
        catch (Win32Exception e)
        {
            throw new RunException($"{program} cannot be run: {e.Message}. Give the command where Slurm is: on a login node of the cluster.", e);
        }
    }

    private static string Words(string error, int code) =>
        error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? Invariant($"it ended with code {code}.");
}
