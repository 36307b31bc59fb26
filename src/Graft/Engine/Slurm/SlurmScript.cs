using System.Text;

namespace Graft.Engine.Slurm;

/// <summary>The scripts that <c>sbatch</c> is given.</summary>
internal static class SlurmScript
{
    /// <summary>The script of an array of tasks.</summary>
    /// <param name="profile">How the cluster is asked.</param>
    /// <param name="name">The array's name.</param>
    /// <param name="array">The array.</param>
    /// <param name="dependency">What it waits for; null for nothing.</param>
    /// <param name="command">The program and its arguments; the number of the task is added.</param>
    /// <param name="logs">The directory of what tasks print.</param>
    public static string OfArray(SlurmProfile profile, string name, SlurmArray array, string? dependency, IReadOnlyList<string> command, string logs)
    {
        string throttle = profile.Throttle is { } most ? Invariant($"%{most}") : "";
        var text = Head(profile, profile.For(array.Demand), name, dependency)
            .Line(Invariant($"#SBATCH --array=0-{array.Tasks.Count - 1}{throttle}"))
            .Line($"#SBATCH --output=\"{logs}/%x-%a.log\"")
            .Line("#SBATCH --requeue")
            .Line("#SBATCH --kill-on-invalid-dep=yes")
            .Line(Invariant($"#SBATCH --signal=B:USR1@{profile.CheckpointSeconds}"));
        if (array.Demand == ThreadDemand.QuietMachine)
        {
            text.Line("#SBATCH --exclusive");
        }

        // USR1 comes before the time limit: save a checkpoint, then be queued again. TERM is the end: save a checkpoint and leave the rest to whoever sent it.
        return text.SetUp(profile)
            .Line("again=")
            .Line("""trap 'again=1; kill -TERM "$program" 2>/dev/null' USR1""")
            .Line("""trap 'kill -TERM "$program" 2>/dev/null' TERM""")
            .Line($"""{Quote(command)} --task "$SLURM_ARRAY_TASK_ID" &""")
            .Line("program=$!")
            .Line("""wait "$program"; code=$?""")
            .Line("""while kill -0 "$program" 2>/dev/null; do wait "$program"; code=$?; done""")
            .Line("""[ -n "$again" ] && [ "$code" -ne 0 ] && scontrol requeue "${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}" && sleep 60""")
            .Line("""exit "$code" """.TrimEnd())
            .ToString();
    }

    /// <summary>The script that gives the command again once all tasks have ended, however they did.</summary>
    /// <param name="profile">How the cluster is asked.</param>
    /// <param name="name">Its name.</param>
    /// <param name="dependency">What it waits for; null for nothing.</param>
    /// <param name="command">The command.</param>
    /// <param name="logs">The directory of what it prints.</param>
    public static string OfNext(SlurmProfile profile, string name, string? dependency, IReadOnlyList<string> command, string logs) =>
        Head(profile, profile.ForNext(), name, dependency)
            .Line($"#SBATCH --output=\"{logs}/%x.log\"")
            .Line("#SBATCH --requeue")
            .SetUp(profile)
            .Line($"exec {Quote(command)}")
            .ToString();

    private static StringBuilder Head(SlurmProfile profile, SlurmResources resources, string name, string? dependency)
    {
        var text = new StringBuilder()
            .Line("#!/bin/bash")
            .Line($"#SBATCH --job-name={name}")
            .Line("#SBATCH --open-mode=append")
            .Line("#SBATCH --nodes=1 --ntasks=1");
        (string Option, string? Value)[] options =
        [
            ("dependency", dependency),
            ("account", profile.Account),
            ("partition", resources.Partition),
            ("constraint", resources.Constraint),
            ("nodelist", resources.Node),
            ("time", resources.Time),
            ("mem", resources.Memory),
            ("cpus-per-task", resources.Cpus is { } cpus ? Invariant($"{cpus}") : null),
            ("gres", resources.Gpus is > 0 ? Invariant($"gpu:{resources.Gpus}") : null),
        ];
        foreach (var (option, value) in options.Where(o => o.Value is not null))
        {
            text.Line($"#SBATCH --{option}={value}");
        }

        foreach (string option in profile.Options)
        {
            text.Line($"#SBATCH {option}");
        }

        return text;
    }

    private static StringBuilder SetUp(this StringBuilder text, SlurmProfile profile) =>
        profile.Setup is { Length: > 0 } setup ? text.Line().Line(setup.TrimEnd()).Line() : text.Line();

    private static StringBuilder Line(this StringBuilder text, string line = "") => text.Append(line).Append('\n');

    private static string Quote(IEnumerable<string> words) => string.Join(" ", words.Select(Quote));

    private static string Quote(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./=:,+@%".Contains(c, StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
