using System.Text;

namespace Graft.Engine;

/// <summary>
/// Runs steps in this process and stores what they give. Each step is locked while it runs, so that several processes on one workspace never do the same work
/// twice; while it runs it gives signs of life.
/// </summary>
internal sealed class StepExecutor
{
    private readonly IWorkspace _workspace;
    private readonly StepKinds _kinds;
    private readonly StepServices _services;
    private readonly Func<RunEnvironment> _environment;
    private readonly TimeProvider _time;

    /// <param name="workspace">Where steps are declared and results stored.</param>
    /// <param name="kinds">The kinds of step.</param>
    /// <param name="services">What they use beside their specifications.</param>
    /// <param name="environment">Recorded beside each result.</param>
    /// <param name="time">The clock.</param>
    public StepExecutor(IWorkspace workspace, StepKinds kinds, StepServices services, Func<RunEnvironment> environment, TimeProvider time)
    {
        _workspace = workspace;
        _kinds = kinds;
        _services = services;
        _environment = environment;
        _time = time;
    }

    /// <summary>The file, relative to the artifacts, that the stack trace of a step is kept in that failed with an exception of others.</summary>
    public static string TraceOf(string key) => $"failures/{key}.txt";

    /// <summary>What a process of this machine is called in the record of the steps that it runs.</summary>
    public static string HolderOf(int process) => Invariant($"{Environment.MachineName}, process {process}");

    /// <summary>Runs declared steps: one step, or steps of one group. Steps that are done already are left alone.</summary>
    /// <param name="keys">The steps' keys.</param>
    /// <param name="threads">Threads to compute with.</param>
    /// <param name="progress">Is told how far the steps have come.</param>
    /// <param name="cancellation">Ends the attempt; checkpoints are kept.</param>
    /// <exception cref="GraftException">Something beyond these steps is wrong: a full disk, a workspace that cannot be used, other data.</exception>
    public IReadOnlyDictionary<string, StepOutcome> Run(
        IReadOnlyList<string> keys, int threads, IProgress<StepProgress>? progress = null, CancellationToken cancellation = default)
    {
        var outcomes = new Dictionary<string, StepOutcome>();
        var locks = new List<IDisposable>();
        try
        {
            var steps = new List<Step>();
            foreach (string key in keys)
            {
                if (_workspace.Locks.TryLock(key) is not { } held)
                {
                    outcomes[key] = StepOutcome.Busy;
                    continue;
                }

                locks.Add(held);
                var stored = _workspace.Steps.Find(key) ?? throw new ArgumentException($"Step {key} is not declared.", nameof(keys));
                if (stored.State == StepState.Done)
                {
                    outcomes[key] = StepOutcome.Done;
                    continue;
                }

                var step = _kinds.Parse(stored.Specification);
                if (step.IsOfOtherCode)
                {
                    throw new RunException($"{step.Title}: the code of an operation or a measure has changed since this was planned. Give the command again.");
                }

                steps.Add(step);
            }

            foreach (var (key, outcome) in steps.Count > 0 ? Attempt(steps, threads, progress, cancellation) : new Dictionary<string, StepOutcome>())
            {
                outcomes[key] = outcome;
            }

            return outcomes;
        }
        finally
        {
            locks.ForEach(l => l.Dispose());
        }
    }

    private Dictionary<string, StepOutcome> Attempt(List<Step> steps, int threads, IProgress<StepProgress>? progress, CancellationToken cancellation)
    {
        string environment = StepResults.ToJson(_environment() with { Threads = threads });
        var keys = steps.ConvertAll(s => s.Key);
        foreach (string key in keys)
        {
            _workspace.Steps.MarkRunning(key, environment, HolderOf(Environment.ProcessId));
        }

        using var heartbeat = new Heartbeat(_workspace.Steps, keys, _time, cancellation);
        var context = new StepContext(_workspace, _kinds, _services, steps, threads, _time, Report, () => heartbeat.IsLost, heartbeat.Ended);
        try
        {
            context.TakeInputs();
            _kinds.Of(steps[0]).Run(steps, context);
            FailTheRest("it ended without a result.");
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested && (e is StepLostException || heartbeat.IsLost))
        {
            // another is at them
        }
        catch (OperationCanceledException)
        {
            BreakOff();
            throw;
        }
        catch (RunException)
        {
            BreakOff();
            throw;
        }
        catch (GraftException e)
        {
            FailTheRest(FirstLine(e.Message));
        }
        catch (Exception e)
        {
            // Nobody foresaw it: what kind it is says more than its message, and where it was thrown says most.
            KeepTrace(steps.Where(s => !context.Outcomes.ContainsKey(s.Key)), e);
            FailTheRest($"{e.GetType().Name}: {FirstLine(e.Message)}");
        }

        return keys.ToDictionary(key => key, key => context.Outcomes.GetValueOrDefault(key, StepOutcome.Busy));

        void Report(StepProgress value)
        {
            heartbeat.Fraction = value.Fraction;
            progress?.Report(value);
        }

        // A late sign of life would show steps as running that were broken off. Where that cannot be recorded, signs of life that do not come say it later.
        void BreakOff()
        {
            heartbeat.Stop();
            try
            {
                context.BreakOff();
            }
            catch (GraftException)
            {
            }
        }

        void FailTheRest(string why)
        {
            try
            {
                foreach (var step in steps.Where(s => !context.Outcomes.ContainsKey(s.Key)))
                {
                    context.Fail(step, why);
                }
            }
            catch (StepLostException)
            {
                // another is at them
            }
        }
    }

    // The error counts, not its trace: that it cannot be written is no other error.
    private void KeepTrace(IEnumerable<Step> steps, Exception error)
    {
        foreach (var step in steps)
        {
            try
            {
                _workspace.Artifacts.Write(TraceOf(step.Key), stream => stream.Write(Encoding.UTF8.GetBytes($"{error}\n")));
            }
            catch (Exception e) when (e is GraftException or IOException or UnauthorizedAccessException)
            {
            }
        }
    }

    private static string FirstLine(string message) => message.Split('\n', 2)[0].Trim();
}
