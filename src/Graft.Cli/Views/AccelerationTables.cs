using Graft.Analysis;
using Graft.Jobs.Accelerations;
using Graft.Report;
using Graft.Runtime;

namespace Graft.Cli.Views;

/// <summary>An acceleration's results as tables.</summary>
internal static class AccelerationTables
{
    private const int MostListed = 5;

    public static void Write(Terminal terminal, AccelerationResult result)
    {
        terminal.WriteLine(Invariant($"Budget {(result.BudgetMs > 0 ? Invariant($"{result.BudgetMs:0.000} ms") : "not known yet")} on {result.Target}"));
        WriteAdvice(terminal, result);
        WriteNetworks(terminal, result.Networks);
        if (OpponentWords.Of(result) is { } opponents)
        {
            terminal.WriteLine(opponents);
        }

        foreach (var shown in AccelerationWords.Shown(result))
        {
            WriteOperations(terminal, shown, AccelerationWords.Role(result, shown.Name));
        }

        if (result.Networks.FirstOrDefault(n => n.IsSelected) is { } accelerated)
        {
            WriteTuning(terminal, accelerated);
        }

        if (result.Solutions.Count > 0)
        {
            WriteSelection(terminal, result);
        }

        WriteFailures(terminal, result.Failures);
        if (result.Model is { } model)
        {
            terminal.WriteLine(
                Invariant(
                    $"Exported {(result.Exported is { } name ? $"'{name}' " : "")}to {model}: same classes as the network in fp32 on all test images, logits within {result.ModelMaxDifference:0.0e+0}"
                )
                    + (result.ModelAccuracy is { } accuracy ? $"; {Format.Percent(accuracy)} % of them right." : ".")
            );
        }

        if (result.Provenance is { } provenance && CostWords.Of(provenance) is { } cost)
        {
            terminal.WriteLine($"Cost: {cost}.");
        }

        terminal.WriteLine();
    }

    private static void WriteAdvice(Terminal terminal, AccelerationResult result)
    {
        if (result.Advice is not { } advice)
        {
            return;
        }

        terminal.WriteLine(advice.Headline);
        terminal.WriteLine(AccelerationWords.BestForEachLatency(result, advice));
        advice.Remarks.ToList().ForEach(terminal.WriteNote);
        if (advice.Remedies.Count > 0)
        {
            terminal.WriteLine($"Options of graft accelerate for that: {string.Join(", ", RemedyOptions.OfAcceleration(advice.Remedies))}.");
        }
    }

    private static void WriteNetworks(Terminal terminal, IReadOnlyList<NetworkResult> networks)
    {
        var teacher = networks[0];
        var table = new WideTable(
            1,
            "network",
            ">accuracy, %\n(95 % interval)",
            ">latency, ms\n(95 % interval)",
            ">of\nteacher",
            ">before\nfine-tuning, %",
            ">predicted,\nms",
            ">parameters",
            ">mult-\nadds, M"
        );
        foreach (var network in networks)
        {
            table.AddRow(
                network.Name,
                network.Error is null ? Accuracy(network) : "failed", // why stands below
                network.LatencyMs is { } latency ? Invariant($"{latency.Median:0.000} ({latency.Lower:0.000}–{latency.Upper:0.000})") : "–",
                network.LatencyMs is { } own && teacher.LatencyMs is { } whole ? Invariant($"{100 * own.Median / whole.Median:0} %") : "–",
                Format.Percent(network.AccuracyBefore),
                Format.Number(network.PredictedMs, "0.000"),
                Format.Count(network.Parameters),
                Format.Millions(network.MultiplyAccumulates));
        }

        table.Write(terminal);
        string[] undone = [.. networks.Where(n => n.KeptWhatItWasGiven is true && !n.IsTeacherItself).Select(n => $"'{n.Name}'")];
        if (undone.Length > 0)
        {
            terminal.WriteLine($"Fine-tuning made {string.Join(", ", undone)} worse on held-out images and was undone: the accuracy is that before it.");
        }
    }

    private static void WriteOperations(Terminal terminal, NetworkResult network, string role)
    {
        terminal.WriteLine($"What stands in '{network.Name}'{role}:");
        foreach (var (index, operation) in network.Operations.Index())
        {
            var place = network.Places.Count > 0 ? network.Places[index] : index + 1;
            string own = Unchanged.Is(place, operation) ? ", unchanged"
                : operation == Unchanged.Operation ? ", one block like the network's own in place of all"
                : "";
            terminal.WriteLine(Invariant($"  {(place.IsSingle ? "position" : "positions")} {place}: {operation}{own}"));
        }
    }

    private static void WriteFailures(Terminal terminal, IReadOnlyList<string> failures)
    {
        foreach (string failure in failures.Take(MostListed))
        {
            terminal.WriteLine($"Failed: {failure}");
        }

        if (failures.Count > MostListed)
        {
            terminal.WriteLine(Invariant($"Failed: {failures.Count - MostListed} more."));
        }
    }

    private static void WriteTuning(Terminal terminal, NetworkResult network)
    {
        if (network.AccuracyRepaired is { } repaired)
        {
            terminal.WriteLine($"Repair of '{network.Name}', without labels: {Format.Percent(network.AccuracyBefore)} to {Format.Percent(repaired)} %.");
        }

        if (network is { LearningRate: { } rate, KeptWhatItWasGiven: not true })
        {
            terminal.WriteLine(Invariant($"'{network.Name}' was fine-tuned with a peak learning rate of {rate}, which a search on held-out images chose."));
        }
    }

    // How well scores order architectures, beside what costs nothing.
    private static void WriteOrder(Terminal terminal, AccelerationResult result)
    {
        if (result.Order.Count == 0)
        {
            return;
        }

        terminal.WriteLine(
            $"Order of architectures before fine-tuning, predicted ('score') against measured ({AccelerationWords.Measured(result)}): Kendall's tau (95 % interval)."
                + " Their accuracies say whether it matters."
                + " Advantage: tau by score less tau by changed positions; where its interval is above 0, the score orders better than counting changes."
        );
        var table = new WideTable(
            1,
            "architectures",
            ">n",
            ">by score",
            ">by changed\npositions",
            ">by\nparameters",
            ">advantage of score\nover counting changes",
            ">training\naccuracy, %\n(median)"
        );
        foreach (var order in ArchitectureWords.Rows(result.Order))
        {
            table.AddRow(
                ArchitectureWords.Of(order.Group),
                Invariant($"{order.Count}"),
                Agreement(order.Score),
                Agreement(order.ChangedPositions),
                Agreement(order.Parameters),
                Agreement(order.OverChangedPositions),
                order.Accuracy is { } a ? Invariant($"{100 * a.Lowest:0.0}–{100 * a.Highest:0.0} ({100 * a.Median:0.0})") : "–");
        }

        table.Write(terminal);
        if (result.ScoreModel is { } model)
        {
            terminal.WriteLine(AccelerationWords.Of(model));
        }
    }

    private static string Agreement(RankAgreement? agreement) => RankWords.Of(agreement, Format.Minus);

    private static void WriteSelection(Terminal terminal, AccelerationResult result)
    {
        int optimal = result.Solutions.Count(s => s.Gap == 0);
        string within = result.Solutions.Any(s => s.LatencyMs is not null)
            ? Invariant($"{result.Solutions.Count(s => s.LatencyMs?.Median <= result.BudgetMs)} within the budget as measured")
            : "their latencies are not measured yet";
        terminal.WriteLine(Invariant($"{Plural.Of(result.Solutions.Count, "architecture")} selected, {optimal} proven optimal; {within}."));
        WriteOrder(terminal, result);
        if (result.ScoreAgreement is null)
        {
            bool areJudged = result.Random.All(a => a.KullbackLeibler is not null);
            string why = areJudged ? "there are too few random architectures" : "random architectures are not judged yet";
            terminal.WriteLine($"Predicted against measured {AccelerationWords.Measured(result)}: not computable, {why}.");
        }
        else if (result.Order.Count == 0)
        {
            var agreement = result.ScoreAgreement;
            terminal.WriteLine(
                Invariant(
                    $"Predicted against measured {AccelerationWords.Measured(result)} of {agreement.Count} random architectures: Kendall's tau {agreement.KendallTau:0.00} (95 % interval {agreement.Lower:0.00} to {agreement.Upper:0.00})."
                )
            );
        }

        if (result.FineTunedAgreement is { } tuned)
        {
            terminal.WriteLine(
                Invariant(
                    $"Predicted {AccelerationWords.Measured(result)} against test error of {tuned.Count} architectures of several latencies after fine-tuning: Kendall's tau {Agreement(tuned)}."
                )
            );
        }

        if (AccelerationWords.LatencyError(result) is { } error)
        {
            terminal.WriteLine(error);
        }
    }

    private static string Accuracy(NetworkResult network) =>
        Invariant(
            $"{Format.Percent(network.Accuracy)}{(network.AccuracyInterval is { } interval ? Invariant($" ({100 * interval.Lower:0.0}–{100 * interval.Upper:0.0})") : "")}"
        );
}
