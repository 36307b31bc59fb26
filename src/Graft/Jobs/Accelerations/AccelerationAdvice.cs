using System.Text.Json.Serialization;
using Graft.Latency;
using Graft.Operations;
using Graft.Runtime;
using Graft.Training;

namespace Graft.Jobs.Accelerations;

/// <summary>What an acceleration advises: which of its networks is best for which latency, whatever made it, and what to beware of.</summary>
public sealed record AccelerationAdvice
{
    private const string Cure = "measure again on a quiet machine.";

    private const double GapWorthMoreEpochs = 0.02;
    private const int FewEpochs = 10, FewTestImagesAClass = 50;
    private const double DriftWorthAWord = 0.1;

    /// <summary>The networks that no other beats, fastest first: each is more accurate than all that are no slower.</summary>
    public required IReadOnlyList<string> Front { get; init; }

    /// <summary>The most accurate network within the budget, as measured; null where none is within it.</summary>
    public string? Best { get; init; }

    /// <summary>Whether Graft's own choice, the network that is named <c>accelerated</c>, is the best.</summary>
    [JsonIgnore]
    public bool IsOwnChoice => Best == AccelerationResult.Accelerated;

    /// <summary>The advice in one or two sentences.</summary>
    public required string Headline { get; init; }

    /// <summary>What stands in the way of trusting the numbers, or of better ones; a sentence each.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>The settings that would mend what is remarked upon.</summary>
    [JsonIgnore]
    public IReadOnlyList<Remedy> Remedies { get; init; } = [];

    /// <summary>Weighs networks.</summary>
    /// <param name="networks">The networks, the teacher first.</param>
    /// <param name="budgetMs">The budget in milliseconds.</param>
    /// <param name="epochs">Epochs of fine-tuning.</param>
    /// <param name="testImages">Images that the networks were tested on.</param>
    /// <param name="classes">Their classes; null where that is not known.</param>
    /// <param name="chance">The test accuracy of guessing, in [0, 1]; null where that is not known.</param>
    /// <param name="latencyDrift">The teacher's latency beside the networks over that beside the operations.</param>
    /// <param name="foreign">Where the operations were measured; null where that is here.</param>
    /// <returns>The advice; null while there is no accelerated network with accuracy and latency.</returns>
    internal static AccelerationAdvice? Of(
        IReadOnlyList<NetworkResult> networks,
        double budgetMs,
        int epochs,
        int testImages,
        int? classes,
        double? chance,
        double latencyDrift = 1,
        LatencyTarget? foreign = null
    )
    {
        if (networks.FirstOrDefault(n => n.Name == AccelerationResult.Accelerated) is not { Accuracy: not null, LatencyMs: not null } own)
        {
            return null;
        }

        var measured = SameNetworks.Distinct(networks).Where(n => n is { Accuracy: not null, LatencyMs: not null }).ToList();
        string? best = BestWithin(measured.Skip(networks[0] == measured[0] ? 1 : 0).Select(n => (n.Name, n.Accuracy!.Value, n.LatencyMs!.Median)), budgetMs);
        var remarks = RemarksOnLatency(networks, budgetMs, latencyDrift, foreign)
            .Concat(RemarksOnBudget(measured.Find(n => n.Name == best), budgetMs))
            .Concat(RemarksOnSameNetworks(networks))
            .Concat(RemarksOnFineTuning(networks, own, epochs))
            .Concat(RemarksOnAccuracy(networks[0], own, testImages, classes, chance)).ToList();
        return new()
        {
            Front = [.. FrontOf(measured).Select(n => n.Name)],
            Best = best,
            Headline = HeadlineOf(own, best is null ? null : measured.First(n => n.Name == best), measured, budgetMs)
                + (measured.Exists(n => n.LatencyMs!.IsDisturbed) ? " These latencies are not to be relied on." : ""),
            Remarks = [.. remarks.Select(r => r.Text)],
            Remedies = [.. remarks.Select(r => r.Remedy).OfType<Remedy>().Distinct()],
        };
    }

    /// <summary>The most accurate within a budget; of equally accurate ones the fastest. Null where none is within it.</summary>
    internal static string? BestWithin(IEnumerable<(string Name, double Accuracy, double Ms)> networks, double budgetMs) => networks
        .Where(n => n.Ms <= budgetMs).OrderByDescending(n => n.Accuracy).ThenBy(n => n.Ms).Select(n => n.Name).FirstOrDefault();

    private static List<NetworkResult> FrontOf(IReadOnlyList<NetworkResult> networks)
    {
        var front = new List<NetworkResult>();
        foreach (var network in networks.OrderBy(n => n.LatencyMs!.Median).ThenByDescending(n => n.Accuracy))
        {
            if (front.Count == 0 || network.Accuracy > front[^1].Accuracy)
            {
                front.Add(network);
            }
        }

        return front;
    }

    private static string HeadlineOf(NetworkResult own, NetworkResult? best, IReadOnlyList<NetworkResult> all, double budgetMs)
    {
        if (best is null)
        {
            return Invariant($"No network is within {budgetMs:0.000} ms as measured; the fastest is {Words(all.MinBy(n => n.LatencyMs!.Median)!)}.");
        }

        if (best.Name == own.Name)
        {
            var others = all.Where(n => n.Name != own.Name && !(own.IsTeacherItself && n.Name == TeacherOperation.FamilyName));
            var rival = others.Where(n => n.LatencyMs!.Median <= budgetMs && n.AccuracyInterval?.Upper >= own.AccuracyInterval?.Lower).MaxBy(n => n.Accuracy);
            string chance = rival is null ? "" : $" ('{rival.Name}' has an interval that overlaps: which of the two is better may be chance)";
            return Invariant($"Best within {budgetMs:0.000} ms: {Words(own)}, Graft's own choice{chance}.");
        }

        string certain = best.AccuracyInterval?.Lower > own.AccuracyInterval?.Upper ? "" : " (their intervals overlap: it may be chance)";
        string choice = own.LatencyMs!.Median > budgetMs ? "Graft's own choice is above the budget as measured"
            : own.Accuracy < best.Accuracy ? Invariant($"Graft's own choice is {100 * (best.Accuracy - own.Accuracy):0.00} points below it{certain}")
            : "Graft's own choice is as accurate and slower";
        return Invariant($"Best within {budgetMs:0.000} ms: {Words(best)}. {choice}: {Words(own)}.");
    }

    private static string Words(NetworkResult network) =>
        Invariant($"'{network.Name}', {100 * network.Accuracy:0.00} % in {network.LatencyMs!.Median:0.000} ms");

    private static IEnumerable<Remark> RemarksOnBudget(NetworkResult? best, double budgetMs)
    {
        if (best?.LatencyMs is { IsDisturbed: false } latency && latency.Upper > budgetMs)
        {
            yield return new(Invariant(
                $"'{best.Name}' may be above the budget: its latency lies anywhere from {latency.Lower:0.000} to {latency.Upper:0.000} ms. To be surer {Cure}"
            ), new(Setting.LatenciesAgain));
        }
    }

    // On a busy machine latencies, and so the budget and what is within it, are whatever the other programs left.
    private static IEnumerable<Remark> RemarksOnLatency(
        IReadOnlyList<NetworkResult> networks, double budgetMs, double drift, LatencyTarget? foreign)
    {
        var teacher = networks[0];
        if (teacher.LatencyMs?.Median <= budgetMs)
        {
            yield return new(Invariant(
                $"The budget of {budgetMs:0.000} ms is not below the teacher's own latency of {teacher.LatencyMs.Median:0.000} ms: nothing had to change."
            ));
        }

        var again = new Remedy(Setting.LatenciesAgain);
        var disturbed = networks.Skip(1).Where(n => n.LatencyMs is { IsDisturbed: true }).ToList();
        if (teacher.LatencyMs is { IsDisturbed: true } latency)
        {
            yield return new(Invariant(
                $"Latencies are not to be relied on: the teacher's median lies anywhere from {latency.Lower:0.000} to {latency.Upper:0.000} ms, as other programs ran. Which network is best for which latency may be chance: {Cure}"
            ), again);
        }

        else if (disturbed.Count > 0)
        {
            yield return new(Invariant(
                $"Latencies of {string.Join(", ", disturbed.Select(Spread))} are not to be relied on, as other programs ran. Which network is best for which latency may be chance: {Cure}"
            ), again);
        }

        if (foreign is not null)
        {
            yield return new(Invariant(
                $"Selected by latencies of {foreign}. Whole networks were measured here, where the teacher takes {drift:0.00} times as long: what is within the budget there is only predicted."
            ));
        }
        else if (Math.Abs(drift - 1) > DriftWorthAWord)
        {
            yield return new(Invariant(
                $"The machine was not equally fast all the time: when whole networks were measured, the teacher took {drift:0.00} times what it took when operations were. Predictions are scaled by that; for a better selection {Cure}"
            ), again);
        }
    }

    private static string Spread(NetworkResult network) =>
        Invariant($"'{network.Name}' ({network.LatencyMs!.Lower:0.000} to {network.LatencyMs.Upper:0.000} ms)");

    private static IEnumerable<Remark> RemarksOnSameNetworks(IReadOnlyList<NetworkResult> networks)
    {
        foreach (var names in SameNetworks.Names(networks))
        {
            yield return new($"{Listed(names.Skip(1))} {(names.Count == 2 ? "is" : "are")} the same network as '{names[0]}'.");
        }
    }

    private static IEnumerable<Remark> RemarksOnFineTuning(IReadOnlyList<NetworkResult> networks, NetworkResult own, int epochs)
    {
        var teacher = networks[0];
        double before = own.AccuracyRepaired ?? own.AccuracyBefore ?? 0;
        string tuning = $"Fine-tuning for {Plural.Of(epochs, "epoch")}";
        var longer = new Remedy(Setting.FineTuningEpochs);
        var unchanged = SameNetworks.Distinct(networks).Where(n => n.IsTeacherItself).Select(n => n.Name).ToList();
        if (unchanged.Count > 0)
        {
            yield return new(
                $"{Listed(unchanged)} {(unchanged.Count == 1 ? "is" : "are")} the teacher itself: nothing was changed, and on held-out images fine-tuning made it no better."
            );
        }

        if (own.IsTeacherItself)
        {
            yield break;
        }

        if (own.KeptWhatItWasGiven is true)
        {
            yield return new(
                $"{tuning} made '{own.Name}' worse on held-out images, so it is as it was before: give more epochs or a lower learning rate (fineTuning.learningRate).",
                longer
            );
        }
        else if (own.Accuracy < before)
        {
            yield return new(Invariant(
                $"{tuning} lowered the accuracy of '{own.Name}' from {100 * before:0.00} to {100 * own.Accuracy:0.00} %: give more epochs or a lower learning rate (fineTuning.learningRate)."
            ), longer);
        }
        else if (teacher.Accuracy - own.Accuracy > GapWorthMoreEpochs && epochs < FewEpochs)
        {
            yield return new(Invariant(
                $"{tuning} leaves '{own.Name}' {100 * (teacher.Accuracy - own.Accuracy):0.00} points below the teacher: more epochs are likely to help."
            ), longer);
        }
    }

    private static IEnumerable<Remark> RemarksOnAccuracy(NetworkResult teacher, NetworkResult own, int testImages, int? classes, double? chance)
    {
        if (chance is { } guessing && teacher.Accuracy is { } known && ChanceAccuracy.IsGuessed(known, testImages, guessing))
        {
            yield return new(Invariant(
                $"The teacher itself gets {100 * known:0.00} % of the test images right, where guessing the most frequent class gives {100 * guessing:0.0#} %: is it the data that it was trained on, with the same classes in the same order, and the same normalisation?"
            ));
        }

        if (chance is { } level && own.AccuracyInterval?.Lower <= level)
        {
            yield return new(Invariant(
                $"The accuracy of '{own.Name}', {100 * own.Accuracy:0.00} %, is not told from chance, which is {100 * level:0.0#} % (the most frequent class): it has learned nothing that counts."
            ));
        }

        if (classes is { } count && testImages < FewTestImagesAClass * count)
        {
            yield return new(Invariant(
                $"{testImages:N0} test images are {testImages / (double)count:0.#} a class: accuracies are known to {100 * (own.AccuracyInterval!.Upper - own.AccuracyInterval.Lower) / 2:0.0} points or so, and smaller differences say nothing."
            ));
        }
    }

    private static string Listed(IEnumerable<string> names)
    {
        string[] quoted = [.. names.Select(name => $"'{name}'")];
        return quoted.Length == 1 ? quoted[0] : $"{string.Join(", ", quoted[..^1])} and {quoted[^1]}";
    }

    private sealed record Remark(string Text, Remedy? Remedy = null);
}
