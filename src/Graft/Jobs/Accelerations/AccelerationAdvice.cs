using System.Text.Json.Serialization;
using Graft.Operations;
using Graft.Runtime;

namespace Graft.Jobs.Accelerations;

/// <summary>What an acceleration advises: which of its networks is best for which latency, whatever made it, and what to beware of.</summary>
public sealed record AccelerationAdvice
{
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
    /// <param name="circumstances">How they were trained, tested and measured.</param>
    /// <returns>The advice; null while there is no accelerated network with accuracy and latency.</returns>
    internal static AccelerationAdvice? Of(IReadOnlyList<NetworkResult> networks, AccelerationCircumstances circumstances)
    {
        if (networks.FirstOrDefault(n => n.Name == AccelerationResult.Accelerated) is not { Accuracy: not null, LatencyMs: not null } own)
        {
            return null;
        }

        double budgetMs = circumstances.BudgetMs;
        var measured = SameNetworks.Distinct(networks).Where(n => n is { Accuracy: not null, LatencyMs: not null }).ToList();
        string? name = BestWithin(measured.Skip(networks[0] == measured[0] ? 1 : 0).Select(n => (n.Name, n.Accuracy!.Value, n.LatencyMs!.Median)), budgetMs);
        var best = measured.Find(n => n.Name == name);
        var remarks = new AccelerationRemarks(networks, own, best, circumstances).All().ToList();
        return new()
        {
            Front = [.. FrontOf(measured).Select(n => n.Name)],
            Best = name,
            Headline = OfTeacher(networks[0], budgetMs) + HeadlineOf(own, best, measured, budgetMs)
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

    // Said first: whoever gives such a budget need not read on.
    private static string OfTeacher(NetworkResult teacher, double budgetMs) => teacher.LatencyMs?.Median <= budgetMs
        ? Invariant($"The teacher already meets {budgetMs:0.000} ms, as it takes {teacher.LatencyMs.Median:0.000} ms: nothing needs to change. ")
        : "";

    private static string HeadlineOf(NetworkResult own, NetworkResult? best, IReadOnlyList<NetworkResult> all, double budgetMs)
    {
        if (best is null)
        {
            return Invariant($"No network is within {budgetMs:0.000} ms as measured; the fastest is {Words(all.MinBy(n => n.LatencyMs!.Median)!)}.");
        }

        if (best.Name == own.Name)
        {
            var others = all.Where(n => n.Name != own.Name && !(own.IsTeacherItself && n.Name == TeacherOperation.FamilyName));
            var rivals = others.Where(n => n.LatencyMs!.Median <= budgetMs && !AreToldApart(n, own)).OrderByDescending(n => n.Accuracy).Select(Quoted).ToList();
            string chance = rivals.Count == 0 ? "" : $" (not told apart from {Listing.Of(rivals)} on these test images: which is better may be chance)";
            return Invariant($"Best within {budgetMs:0.000} ms: {Words(own)}, Graft's own choice{chance}.");
        }

        string certain = AreToldApart(best, own) ? "" : " (not told apart on these test images: it may be chance)";
        string choice = own.LatencyMs!.Median > budgetMs ? "Graft's own choice is above the budget as measured"
            : own.Accuracy < best.Accuracy ? Invariant($"Graft's own choice is {100 * (best.Accuracy - own.Accuracy):0.00} points below it{certain}")
            : "Graft's own choice is as accurate and slower";
        return Invariant($"Best within {budgetMs:0.000} ms: {Words(best)}. {choice}: {Words(own)}.");
    }

    // Records of earlier versions may lack the answers; intervals tell apart less.
    private static bool AreToldApart(NetworkResult other, NetworkResult own) => other.ToAccelerated is { } comparison
        ? comparison.IsToldApart
        : other.AccuracyInterval?.Lower > own.AccuracyInterval?.Upper || other.AccuracyInterval?.Upper < own.AccuracyInterval?.Lower;

    private static string Quoted(NetworkResult network) => $"'{network.Name}'";

    private static string Words(NetworkResult network)
    {
        string role = network.IsTeacherItself ? " (the teacher, unchanged)" : "";
        return Invariant($"'{network.Name}'{role}, {100 * network.Accuracy:0.00} % in {network.LatencyMs!.Median:0.000} ms");
    }
}
