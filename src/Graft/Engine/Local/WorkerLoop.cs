using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text.Json;
using Graft.Runtime;

namespace Graft.Engine.Local;

/// <summary>
/// The inside of a worker process: takes jobs from its input until that ends, and tells on its output how they go. When the input ends, the process that gave
/// the jobs is gone, and a job under way is broken off with a checkpoint.
/// </summary>
/// <param name="input">Jobs, one JSON document a line.</param>
/// <param name="output">Messages, one JSON document a line.</param>
/// <param name="time">The clock.</param>
internal sealed class WorkerLoop(TextReader input, TextWriter output, TimeProvider time)
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(200);

    private readonly Lock _writing = new();

    /// <summary>
    /// Runs jobs until the input ends, on the calling thread: let it be the process's first, whose memory glibc takes from its main arena. On another thread
    /// the same training takes half as long again, as large blocks are given back and faulted in at every step there (see <see cref="NativeRuntime.Tune"/>).
    /// </summary>
    /// <param name="executor">Makes what runs the steps; called once, at the first job. What it throws is the outcome of every job.</param>
    public void Run(Func<StepExecutor> executor)
    {
        var made = new Lazy<StepExecutor>(executor);
        // Neither is disposed of: where an executor dies of what nobody foresaw, the reader outlives this call.
        var ended = new CancellationTokenSource();
        var lines = new BlockingCollection<string>();
        var reader = new Thread(() => ReadLines(lines, ended)) { IsBackground = true, Name = "graft jobs" };
        reader.Start();
        foreach (string line in lines.GetConsumingEnumerable())
        {
            try
            {
                Write(Run(made, JsonSerializer.Deserialize<WorkerRequest>(line)!, ended.Token));
            }
            catch (OperationCanceledException) when (ended.IsCancellationRequested)
            {
                break; // with a checkpoint
            }
        }

        reader.Join();
    }

    private void ReadLines(BlockingCollection<string> lines, CancellationTokenSource ended)
    {
        while (ReadLine() is { } line)
        {
            lines.Add(line);
        }

        lines.CompleteAdding();
        ended.Cancel();
    }

    // Null at the end of the input, and where it cannot be read any more.
    private string? ReadLine()
    {
        while (true)
        {
            try
            {
                return input.ReadLine();
            }
            catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.Interrupted })
            {
                // a signal came while it waited: it waits on
            }
            catch (IOException)
            {
                return null;
            }
        }
    }

    private WorkerMessage Run(Lazy<StepExecutor> executor, WorkerRequest request, CancellationToken lost)
    {
        try
        {
            return new WorkerFinished(executor.Value.Run(request.Keys, request.Threads, new Throttled(time, Write), lost));
        }
        catch (GraftException e)
        {
            return new WorkerAborted(e.Message, e.ExitCode);
        }
        finally
        {
            NativeRuntime.ReturnFreeMemory();
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
