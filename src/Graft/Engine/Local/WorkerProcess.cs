using System.Diagnostics;
using System.Text.Json;

namespace Graft.Engine.Local;

/// <summary>A worker process, seen from outside: it runs one job at a time (see <see cref="WorkerLoop"/>).</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private string? _firstError;

    private WorkerProcess(Process process)
    {
        _process = process;
        Id = process.Id;
        process.ErrorDataReceived += (_, line) => _firstError ??= IsError(line.Data) ? line.Data!.Trim() : null;
        process.BeginErrorReadLine();
    }

    /// <summary>The number of the process.</summary>
    public int Id { get; }

    /// <summary>Whether the process is gone.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>Starts a worker.</summary>
    /// <param name="program">The program and its arguments; its input, output and error output are taken over.</param>
    public static WorkerProcess Start(ProcessStartInfo program)
    {
        program.RedirectStandardInput = program.RedirectStandardOutput = program.RedirectStandardError = true;
        program.UseShellExecute = false;
        return new(Process.Start(program) ?? throw new RunException($"cannot start a worker: {program.FileName}."));
    }

    /// <summary>Runs a job; null if the process ended before it did.</summary>
    /// <exception cref="GraftException">The worker says that something beyond the job's steps is wrong.</exception>
    internal async Task<IReadOnlyDictionary<string, StepOutcome>?> RunAsync(
        WorkerRequest request,
        IProgress<StepProgress> progress,
        CancellationToken cancellation
    )
    {
        try
        {
            await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(request).AsMemory(), cancellation);
            await _process.StandardInput.FlushAsync(cancellation);
        }
        catch (IOException)
        {
            return null; // it died while it was idle
        }

        while (await _process.StandardOutput.ReadLineAsync(cancellation) is { } line)
        {
            switch (WorkerMessage.TryParse(line))
            {
                case WorkerProgress message:
                    progress.Report(message.Progress);
                    break;
                case WorkerFinished message:
                    return message.Outcomes;
                case WorkerAborted message:
                    throw message.ExitCode == 2 ? new DataException(message.Message) : new RunException(message.Message);
            }
        }

        return null;
    }

    /// <summary>Says how the process ended, once its output has.</summary>
    public async Task<string> DescribeDeathAsync()
    {
        await _process.WaitForExitAsync();
        string words = _firstError is { } error ? $": {error}" : "";
        return Invariant($"the worker process ended with code {_process.ExitCode}{(_process.ExitCode == 137 ? " (killed; out of memory?)" : "")}{words}");
    }

    /// <summary>Ends the process.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.StandardInput.Close(); // a worker ends with its input
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(15));
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    // libtorch begins its warnings, which are no reason to die, with [W.
    private static bool IsError(string? line) => !string.IsNullOrWhiteSpace(line) && !line.StartsWith("[W", StringComparison.Ordinal);
}
