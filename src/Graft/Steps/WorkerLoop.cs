using System.Text.Json;

namespace Graft.Steps;

/// <summary>
/// The inside of a worker process: takes jobs from its input until that ends, and tells on its output how they go. When the input ends, the process that gave the
/// jobs is gone, and a job under way is broken off with a checkpoint.
/// </summary>
/// <param name="input">Jobs, one JSON document a line.</param>
/// <param name="output">Messages, one JSON document a line.</param>
/// <param name="time">The clock.</param>
public sealed class WorkerLoop(TextReader input, TextWriter output, TimeProvider time)
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(200);

    private readonly Lock _writing = new();

    /// <summary>Runs jobs until the input ends.</summary>
    /// <param name="executor">Makes what runs the steps; called once, at the first job. What it throws is the outcome of every job.</param>
    public async Task RunAsync(Func<StepExecutor> executor)
    {
        var made = new Lazy<StepExecutor>(executor);
        var next = input.ReadLineAsync();
        while (await next is { } line)
        {
            next = input.ReadLineAsync();
            var job = JsonSerializer.Deserialize<Job>(line)!;
            using var lost = new CancellationTokenSource();
            var running = Task.Run(() => Run(made, job, lost.Token));
            if (await Task.WhenAny(running, EndOf(next)) != running)
            {
                await lost.CancelAsync();
            }

            try
            {
                Write(await running);
            }
            catch (OperationCanceledException)
            {
                return; // with a checkpoint
            }
        }
    }

    private WorkerMessage Run(Lazy<StepExecutor> executor, Job job, CancellationToken lost)
    {
        try
        {
            return new WorkerFinished(executor.Value.Run(job.Keys, job.Threads, new Throttled(time, Write), lost));
        }
        catch (GraftException e)
        {
            return new WorkerAborted(e.Message, e.ExitCode);
        }
    }

    // Completes when the input has ended, never when a line comes: the sender waits for the outcome before it sends the next job.
    private static async Task EndOf(Task<string?> next)
    {
        if (await next is not null)
        {
            await Task.Delay(Timeout.Infinite);
        }
    }

    // That nobody listens any more is no failure of a step: the end of the input, which comes with it, breaks the step off with a checkpoint.
    private void Write(WorkerMessage message)
    {
        try
        {
            lock (_writing)
            {
                output.WriteLine(message.ToJson());
                output.Flush();
            }
        }
        catch (IOException)
        {
        }
    }

    private sealed class Throttled(TimeProvider time, Action<WorkerMessage> write) : IProgress<StepProgress>
    {
        private long? _last;

        public void Report(StepProgress value)
        {
            if (_last is { } last && time.GetElapsedTime(last) < ProgressInterval)
            {
                return;
            }

            _last = time.GetTimestamp();
            write(new WorkerProgress(value));
        }
    }
}
