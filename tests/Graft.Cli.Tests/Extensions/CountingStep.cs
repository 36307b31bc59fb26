using System.Text.Json.Serialization;
using Graft.Engine;

namespace Graft.Cli.Tests.Extensions;

/// <summary>A kind of step that this assembly adds: it counts to a number. Nothing in Graft knows it.</summary>
public sealed record CountingStep() : Step("counting", revision: 1)
{
    public required int To { get; init; }

    public IReadOnlyList<string> After { get; init; } = [];

    [JsonIgnore]
    public override string Title => $"count to {To}";

    [JsonIgnore]
    public override IReadOnlyList<string> Needs => After;
}

public sealed record CountingResult(int Sum, int Process);

public sealed class CountingKind : StepKind<CountingStep, CountingResult>
{
    public override string Name => "counting";

    public override int Revision => 1;

    protected override double WorkOf(CountingStep step, StepServices services) => 1e6 * step.To;

    protected override string Summarize(CountingResult result) => $"sum {result.Sum}";

    protected override void Run(IReadOnlyList<CountingStep> steps, StepContext context)
    {
        var step = steps[0];
        int before = step.After.Sum(key => context.ResultOf<CountingResult>(key).Sum);
        context.Report(0.5);
        context.Complete(step, new CountingResult(before + step.To, Environment.ProcessId));
    }
}
