using System.IO.Pipes;
using System.Text.Json;
using Graft.Engine;
using Graft.Engine.Local;
using Graft.Jobs.Studies;
using Graft.Tests.Jobs.Studies;

namespace Graft.Tests.Engine.Local;

public sealed class WorkerLoopTests : IDisposable
{
    // Far longer than the test: only its end, not its result, is of interest.
    private static readonly StudyGraph Endless = SmallStudy.Graph(SmallStudy.Plan with { Teacher = SmallStudy.Plan.Teacher with { Epochs = 100_000 } });

    private readonly TemporaryDirectory _directory = new();
    private readonly Workspace _workspace;
    private readonly AnonymousPipeServerStream _jobs = new(PipeDirection.Out), _messages = new(PipeDirection.In);
    private readonly StreamReader _input, _output;
    private readonly StreamWriter _give, _tell;

    public WorkerLoopTests()
    {
        _workspace = Workspace.Open(_directory.File("workspace"), TimeProvider.System);
        _give = new(_jobs) { AutoFlush = true };
        _input = new(new AnonymousPipeClientStream(PipeDirection.In, _jobs.ClientSafePipeHandle));
        _tell = new(new AnonymousPipeClientStream(PipeDirection.Out, _messages.ClientSafePipeHandle));
        _output = new(_messages);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_Job_TellsProgressThenTheOutcome()
    {
        var graph = SmallStudy.Graph();
        SmallStudy.Declare(_workspace, [graph.Teacher]);
        var loop = RunAsync(_tell);

        await GiveAsync(graph.Teacher.Key);
        var messages = await MessagesAsync();

        Assert.All(messages.SkipLast(1), message => Assert.IsType<WorkerProgress>(message));
        Assert.True(messages.Count > 1);
        Assert.Equal(StepOutcome.Done, Assert.IsType<WorkerFinished>(messages[^1]).Outcomes[graph.Teacher.Key]);
        await EndAsync(loop);
    }

    [Fact]
    public async Task Run_SecondJob_IsRunByTheSameExecutor()
    {
        var graph = SmallStudy.Graph();
        SmallStudy.FakeTeacher(_workspace, graph);
        SmallStudy.Declare(_workspace, graph.Steps);
        int made = 0;
        var loop = RunAsync(_tell, () =>
        {
            made++;
            return SmallStudy.Executor(_workspace);
        });

        foreach (string key in new[] { graph.Teacher.Key, graph.Distillations[0].Key })
        {
            await GiveAsync(key);
            Assert.Equal(StepOutcome.Done, Assert.IsType<WorkerFinished>((await MessagesAsync())[^1]).Outcomes[key]);
        }

        Assert.Equal(1, made);
        await EndAsync(loop);
    }

    [Fact]
    public async Task Run_InputEndsDuringAJob_EndsWithACheckpoint()
    {
        SmallStudy.Declare(_workspace, [Endless.Teacher]);
        var loop = RunAsync(_tell);
        await GiveAsync(Endless.Teacher.Key);
        await _output.ReadLineAsync(Cancellation); // it is under way

        await EndAsync(loop);

        AssertBrokenOffWithACheckpoint();
    }

    [Fact]
    public async Task Run_NobodyReadsItsOutputAnyMore_EndsWithACheckpointAndDoesNotFailTheStep()
    {
        SmallStudy.Declare(_workspace, [Endless.Teacher]);
        using var broken = new BrokenWriter();
        var loop = RunAsync(broken);
        await GiveAsync(Endless.Teacher.Key);
        await broken.Written.WaitAsync(Cancellation);

        await EndAsync(loop);

        AssertBrokenOffWithACheckpoint();
    }

    [Fact]
    public async Task Run_ExecutorThatCannotBeMade_TellsWhy()
    {
        var loop = RunAsync(_tell, () => throw new ConfigurationException("no such data"));

        await GiveAsync("any");

        Assert.Equal(new WorkerAborted("no such data", 2), Assert.Single(await MessagesAsync()));
        await EndAsync(loop);
    }

    [Fact]
    public async Task Run_ExecutorThatCannotBeMadeForNoKnownReason_DiesOfIt()
    {
        var loop = RunAsync(_tell, () => throw new IOException("the disk is gone"));

        await GiveAsync("any");

        Assert.Equal("the disk is gone", (await Assert.ThrowsAsync<IOException>(() => loop.WaitAsync(Cancellation))).Message);
        await _give.DisposeAsync();
        await Task.Delay(TimeSpan.FromMilliseconds(50), Cancellation); // the reader's thread ends by itself: what it threw would end this process
    }

    [Fact]
    public async Task Run_NoJob_EndsWithItsInput() => await EndAsync(RunAsync(_tell));

    public void Dispose()
    {
        _give.Dispose();
        _input.Dispose();
        _tell.Dispose();
        _output.Dispose();
        _workspace.Dispose();
        _directory.Dispose();
    }

    private Task RunAsync(TextWriter output, Func<StepExecutor>? executor = null) =>
        Task.Run(() => new WorkerLoop(_input, output, TimeProvider.System).Run(executor ?? (() => SmallStudy.Executor(_workspace))), Cancellation);

    private Task GiveAsync(string key) => _give.WriteLineAsync(JsonSerializer.Serialize(new WorkerRequest([key], Threads: 1)));

    // Up to the one that ends a job.
    private async Task<List<WorkerMessage>> MessagesAsync()
    {
        var messages = new List<WorkerMessage>();
        do
        {
            messages.Add(WorkerMessage.TryParse((await _output.ReadLineAsync(Cancellation))!)!);
        }
        while (messages[^1] is WorkerProgress);
        return messages;
    }

    private async Task EndAsync(Task loop)
    {
        await _give.DisposeAsync();
        await loop.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
    }

    private void AssertBrokenOffWithACheckpoint()
    {
        Assert.Equal(StepState.Interrupted, _workspace.Steps.Find(Endless.Teacher.Key)!.State);
        Assert.True(_workspace.Artifacts.Exists($"checkpoints/{Endless.Teacher.Key}.safetensors"));
    }

    /// <summary>A pipe whose other end is gone.</summary>
    private sealed class BrokenWriter : StringWriter
    {
        private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Written => _written.Task;

        public override void WriteLine(string? value)
        {
            _written.TrySetResult();
            throw new IOException("Broken pipe");
        }
    }
}
