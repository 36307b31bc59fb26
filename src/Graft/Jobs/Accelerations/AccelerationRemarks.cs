using Graft.Latency;
using Graft.Runtime;

namespace Graft.Jobs.Accelerations;

/// <summary>What stands in the way of trusting an acceleration's numbers, or of better ones.</summary>
internal sealed class AccelerationRemarks
{
    private const string Cure = "measure again on a quiet machine.";

    private const double GapWorthMoreEpochs = 0.02;
    private const int FewEpochs = 10, FewTestImagesAClass = 50;
    private const double DriftWorthAWord = 0.1, LatencyErrorWorthAWord = 0.15;

    private readonly IReadOnlyList<NetworkResult> _networks;
    private readonly NetworkResult _own;
    private readonly NetworkResult? _best;
    private readonly AccelerationCircumstances _circumstances;

    /// <param name="networks">The networks, the teacher first.</param>
    /// <param name="own">Graft's own choice among them.</param>
    /// <param name="best">The most accurate within the budget; null where none is within it.</param>
    /// <param name="circumstances">How they were trained, tested and measured.</param>
    public AccelerationRemarks(IReadOnlyList<NetworkResult> networks, NetworkResult own, NetworkResult? best, AccelerationCircumstances circumstances) =>
        (_networks, _own, _best, _circumstances) = (networks, own, best, circumstances);

    /// <summary>All of them, the gravest first.</summary>
    public IEnumerable<AccelerationRemark> All() => [.. OnTeacher(), .. OnLatency(), .. OnBudget(), .. OnSameNetworks(), .. OnFineTuning(), .. OnAccuracy()];

    /// <summary>
    /// What is said of predicted latencies that are far off; null where they are not. The teacher may take as long as before, and the operations have been
    /// measured in a bad moment all the same: then the budget is not used, or broken. Predictions for another machine need not hold on this one.
    /// </summary>
    /// <param name="error">The mean relative error; null where it is not known.</param>
    /// <param name="foreign">Of what other machine the operations' latencies are; null for this one.</param>
    /// <param name="example">What is said of one network.</param>
    public static string? OnLatencyError(double? error, LatencyTarget? foreign, string example = "") => foreign is null && error > LatencyErrorWorthAWord
        ? Invariant(
            $"Latencies of operations, by which selection went, do not add up to those of whole networks: predictions are {100 * error:0} % off on average{example}. What was selected may be chance: {Cure}")
        : null;

    private IEnumerable<AccelerationRemark> OnTeacher()
    {
        if (_circumstances.TeacherFault is { } fault)
        {
            yield return new($"{char.ToUpperInvariant(fault[0])}{fault[1..]}");
        }
    }

    private IEnumerable<AccelerationRemark> OnBudget()
    {
        if (_best?.LatencyMs is { IsDisturbed: false } latency && latency.Upper > _circumstances.BudgetMs)
        {
            yield return new(Invariant(
                $"'{_best.Name}' may be above the budget: its latency lies anywhere from {latency.Lower:0.000} to {latency.Upper:0.000} ms. To be surer {Cure}"
            ), new(Setting.LatenciesAgain));
        }
    }

    // On a busy machine latencies, and so the budget and what is within it, are whatever the other programs left.
    private IEnumerable<AccelerationRemark> OnLatency()
    {
        var teacher = _networks[0];
        double drift = _circumstances.LatencyDrift;
        var again = new Remedy(Setting.LatenciesAgain);
        var disturbed = _networks.Skip(1).Where(n => n.LatencyMs is { IsDisturbed: true }).ToList();
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

        var operations = _circumstances.OperationLatencies;
        if (operations.Where(o => o.IsDisturbed).ToList() is { Count: > 0 } unknown)
        {
            yield return new(Invariant(
                $"Latencies of {unknown.Count} of {operations.Count} operations, by which selection went, are not to be relied on, as other programs ran: the worst is known to {100 * unknown.Max(o => o.RelativeHalfWidth):0} % on either side, the goal is {100 * _circumstances.LatencyPrecision:0.##} %. What was selected may be chance: {Cure}"
            ), again);
        }

        if (_circumstances.ForeignTarget is { } foreign)
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

        string example = _own is { LatencyMs: { } whole, PredictedMs: { } predicted }
            ? Invariant($"; '{_own.Name}' takes {whole.Median:0.000} ms, {predicted:0.000} were predicted")
            : "";
        if (OnLatencyError(_circumstances.LatencyError, _circumstances.ForeignTarget, example) is { } text)
        {
            yield return new(text, again);
        }
    }

    private static string Spread(NetworkResult network) =>
        Invariant($"'{network.Name}' ({network.LatencyMs!.Lower:0.000} to {network.LatencyMs.Upper:0.000} ms)");

    private IEnumerable<AccelerationRemark> OnSameNetworks()
    {
        foreach (var names in SameNetworks.Names(_networks))
        {
            yield return new($"{Quoted(names.Skip(1))} {(names.Count == 2 ? "is" : "are")} the same network as '{names[0]}'.");
        }
    }

    private IEnumerable<AccelerationRemark> OnFineTuning()
    {
        int epochs = _circumstances.Epochs;
        double before = _own.AccuracyRepaired ?? _own.AccuracyBefore ?? 0;
        string tuning = $"Fine-tuning for {Plural.Of(epochs, "epoch")}";
        var longer = new Remedy(Setting.FineTuningEpochs);
        var unchanged = SameNetworks.Distinct(_networks).Where(n => n.IsTeacherItself).Select(n => n.Name).ToList();
        if (unchanged.Count > 0)
        {
            yield return new(
                $"{Quoted(unchanged)} {(unchanged.Count == 1 ? "is" : "are")} the teacher itself: nothing was changed, and on held-out images fine-tuning made it no better."
            );
        }

        if (_own.IsTeacherItself)
        {
            yield break;
        }

        if (_own.KeptWhatItWasGiven is true)
        {
            yield return new(
                $"{tuning} made '{_own.Name}' worse on held-out images, so it is as it was before: give more epochs or a lower learning rate (fineTuning.learningRate).",
                longer
            );
        }
        else if (_own.Accuracy < before)
        {
            yield return new(Invariant(
                $"{tuning} lowered the accuracy of '{_own.Name}' from {100 * before:0.00} to {100 * _own.Accuracy:0.00} %: give more epochs or a lower learning rate (fineTuning.learningRate)."
            ), longer);
        }
        else if (_networks[0].Accuracy - _own.Accuracy > GapWorthMoreEpochs && epochs < FewEpochs)
        {
            yield return new(Invariant(
                $"{tuning} leaves '{_own.Name}' {100 * (_networks[0].Accuracy - _own.Accuracy):0.00} points below the teacher: more epochs are likely to help."
            ), longer);
        }
    }

    private IEnumerable<AccelerationRemark> OnAccuracy()
    {
        if (_circumstances.Chance is { } level && _own.AccuracyInterval?.Lower <= level)
        {
            yield return new(Invariant(
                $"The accuracy of '{_own.Name}', {100 * _own.Accuracy:0.00} %, is not told from chance, which is {100 * level:0.0#} % (the most frequent class): it has learned nothing that counts."
            ));
        }

        int testImages = _circumstances.TestImages;
        if (_circumstances.Classes is { } count && testImages < FewTestImagesAClass * count)
        {
            yield return new(Invariant(
                $"{testImages:N0} test images are {testImages / (double)count:0.#} a class: accuracies are known to {100 * (_own.AccuracyInterval!.Upper - _own.AccuracyInterval.Lower) / 2:0.0} points or so, and smaller differences say nothing."
            ));
        }
    }

    private static string Quoted(IEnumerable<string> names) => Listing.Of([.. names.Select(name => $"'{name}'")]);
}

/// <summary>A sentence of what stands in the way, and the setting that would mend it.</summary>
/// <param name="Text">The sentence.</param>
/// <param name="Remedy">The setting; null for none.</param>
internal sealed record AccelerationRemark(string Text, Remedy? Remedy = null);
