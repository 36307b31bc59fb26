using Graft.Jobs.Accelerations;
using Graft.Runtime;
using Graft.Selection;

namespace Graft.Report;

/// <summary>What reports and command line say alike of an acceleration.</summary>
internal static class AccelerationWords
{
    /// <summary>What was measured of whole architectures before fine-tuning, which sums of scores predict.</summary>
    public static string Measured(AccelerationResult result) => result.Score == SelectionPlan.Loss ? "loss" : "KL divergence to the teacher's answers";

    /// <summary>The network that was handed over, or else Graft's own choice; null while there is none, and where it is the teacher.</summary>
    public static NetworkResult? Handed(AccelerationResult result) =>
        result.Networks.Skip(1).FirstOrDefault(n => n.Name == (result.Exported ?? AccelerationResult.Accelerated));

    /// <summary>The networks that no other one beats in both, the fastest first: a whole sentence.</summary>
    public static string BestForEachLatency(AccelerationResult result, AccelerationAdvice advice)
    {
        var front = advice.Front.Select(name => result.Networks.First(n => n.Name == name));
        return $"Best for each latency: {string.Join("; ", front.Select(Point))}.";
    }

    /// <summary>The networks whose operations are shown: what was handed over, then Graft's own choice if that is another; none without positions.</summary>
    public static IReadOnlyList<NetworkResult> Shown(AccelerationResult result) =>
        [.. new[] { Handed(result), Own(result) }.OfType<NetworkResult>().Where(n => n.Operations.Count > 0).DistinctBy(n => n.Name)];

    /// <summary>What a network is to the reader, in brackets after its name; empty where it is neither handed over nor Graft's own choice.</summary>
    public static string Role(AccelerationResult result, string network)
    {
        string?[] roles = [network == result.Exported ? "exported" : null, network == AccelerationResult.Accelerated ? "Graft's own choice" : null];
        return string.Join(", ", roles.OfType<string>()) is { Length: > 0 } role ? $" ({role})" : "";
    }

    /// <summary>What was handed over against the teacher, and Graft's own choice if that is another: whole sentences. Null while there is none.</summary>
    public static string? AgainstTeacher(AccelerationResult result)
    {
        if (Handed(result) is not { } handed)
        {
            return null;
        }

        var teacher = result.Networks[0];
        string own = Own(result) is { } other && other.Name != handed.Name
            ? $" Graft's own choice, '{other.Name}', takes {Milliseconds(other)} and is right for {Format.Percent(other.Accuracy)} %."
            : "";
        return $"'{handed.Name}'{Role(result, handed.Name)} takes {Milliseconds(handed)} where the teacher takes {Milliseconds(teacher)}, "
            + $"and is right for {Format.Percent(handed.Accuracy)} % of the test images where the teacher is for {Format.Percent(teacher.Accuracy)} %.{own}";
    }

    /// <summary>
    /// What scores add up to, fitted on the judged architectures, and how well that orders them: two whole sentences, the second of which says how its count of
    /// changes differs from that of changed positions, which stands beside it.
    /// </summary>
    public static string Of(ScoreModel model)
    {
        string sum = Invariant($"the sum of scores alone with {model.SumTau:0.00}");
        string power = model.Power == 1 ? "" : Invariant($"^{model.Power}");
        string sentence = model switch
        {
            { Scale: 0 } => "Fitted on all of them, the number of changes is all that counts, and scores weigh nothing beside it: "
                + Invariant($"that number puts them into order with tau {model.Tau:0.00}, {sum}."),
            _ when model.Tau <= model.SumTau => "Weighing the number of changes beside the scores does not put them into better order: "
                + Invariant($"with tau {model.Tau:0.00}, {sum}."),
            _ => Invariant($"Fitted on all of them: divergence{power} = {model.Scale:0.00} x sum of scores{power} ")
                + Invariant($"+ {model.PerChange:0.0000} x number of changes; it puts them into order with tau {model.Tau:0.00}, {sum}."),
        };
        return $"{sentence} Here one operation for a run of positions is one change; by changed positions, each of them counts.";
    }

    /// <summary>
    /// How far predicted latencies are from measured ones, and how many of these are left out: whole sentences. Null where none was measured. Worked out anew,
    /// as the mean in documents of earlier builds is over disturbed ones, too.
    /// </summary>
    public static string? LatencyError(AccelerationResult result)
    {
        var measured = result.Solutions.Concat(result.Front).Concat(result.Random).Where(a => a.LatencyMs is not null)
            .DistinctBy(a => ArchitectureResult.NameOf(a.Places, a.Operations)).ToList();
        int disturbed = measured.Count(a => a.LatencyMs!.IsDisturbed);
        string left = disturbed == 0 ? "" : $" (without {Plural.Of(disturbed, "architecture")} that other programs disturbed)";
        string? apart = ArchitectureAgreement.LatencyErrorOf(measured) is { } error ? Invariant($"{100 * error:0.0} % apart on average{left}")
            : disturbed > 0 ? "other programs disturbed all of them"
            : null;
        double factor = Math.Round(result.OperationFactor, 2);
        string scaled = factor == 1 ? "" : Invariant(
            $" In a network operations take {factor:0.00} times what they take by themselves, by teacher and smallest network: predictions have that.");
        return apart is null ? null : Invariant(
            $"Predicted against measured latency: {apart}; the teacher's operations add up to {result.TeacherTableSumMs:0.000} ms, the whole took {result.TeacherTableMs:0.000} ms when they were measured.{scaled}"
        );
    }

    private static NetworkResult? Own(AccelerationResult result) => result.Networks.FirstOrDefault(n => n.Name == AccelerationResult.Accelerated);

    private static string Milliseconds(NetworkResult network) => $"{Format.Number(network.LatencyMs?.Median, "0.000")} ms";

    private static string Point(NetworkResult network) =>
        $"{Format.Number(network.LatencyMs?.Median, "0.000")} ms {network.Name} ({Format.Percent(network.Accuracy)} %)";
}
