using System.Text.Json.Serialization;
using Graft.Engine;

namespace Graft.Cli.Tests.Cluster;

/// <summary>A step that lets time pass and computes nothing: what a cluster of many nodes on a machine of few cores can run side by side.</summary>
public sealed record PausingStep() : Step("pausing", revision: 1)
{
    public required int Seconds { get; init; }

    /// <summary>Tells steps of one length apart.</summary>
    public required int Number { get; init; }

    [JsonIgnore]
    public override string Title => $"pause {Number} for {Seconds} s";

    [JsonIgnore]
    public override IReadOnlyList<string> Needs => [];
}

public sealed record PausingResult(int Number);

public sealed class PausingKind : StepKind<PausingStep, PausingResult>
{
    public override string Name => "pausing";

    public override int Revision => 1;

    protected override double WorkOf(PausingStep step, StepServices services) => step.Seconds;

    protected override string Summarize(PausingResult result) => $"pause {result.Number} is over";

    protected override void Run(IReadOnlyList<PausingStep> steps, StepContext context)
    {
        Thread.Sleep(TimeSpan.FromSeconds(steps[0].Seconds));
        context.Complete(steps[0], new PausingResult(steps[0].Number));
    }
}
