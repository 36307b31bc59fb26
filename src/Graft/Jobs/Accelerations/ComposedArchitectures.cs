using Graft.Steps;

namespace Graft.Jobs.Accelerations;

/// <summary>An architecture that is put together from distilled candidates and judged without training.</summary>
/// <param name="Choice">The operation of each place.</param>
/// <param name="Step">The step that judges it.</param>
/// <param name="Index">Where its latency stands among those of <see cref="JudgingPhase.Latency"/>.</param>
internal sealed record ComposedArchitecture(ArchitectureChoice Choice, ArchitectureStep Step, int Index);

/// <summary>The architectures of an acceleration that are put together and judged, by what they are for.</summary>
internal sealed class ComposedArchitectures
{
    private readonly Lazy<Dictionary<string, string>> _names; // by the key of a step

    private ComposedArchitectures() => _names = new(() => Named().GroupBy(a => a.Architecture.Step.Key, a => a.Name)
        .ToDictionary(step => step.Key, step => string.Join(", ", step.Distinct())));

    /// <summary>The best within the budget.</summary>
    public IReadOnlyList<ComposedArchitecture> Solutions { get; private init; } = [];

    /// <summary>Random ones of about the same latency.</summary>
    public IReadOnlyList<ComposedArchitecture> Random { get; private init; } = [];

    /// <summary>The best for each of several budgets.</summary>
    public IReadOnlyList<ComposedArchitecture> Front { get; private init; } = [];

    /// <summary>The best that change single positions only.</summary>
    public IReadOnlyList<ComposedArchitecture> SinglePositions { get; private init; } = [];

    /// <summary>What is fine-tuned beside the best, by name.</summary>
    public IReadOnlyList<(string Name, ComposedArchitecture Architecture)> Compared { get; private init; } = [];

    /// <summary>All of them, in the order of their indices. One that stands in two groups is here twice.</summary>
    public IReadOnlyList<ComposedArchitecture> All { get; private init; } = [];

    /// <summary>
    /// What the architecture is called that a step judges, e.g. <c>selected 1, front 3</c>, as it may stand in several groups; null for a step of others.
    /// </summary>
    public string? NameOf(string key) => _names.Value.GetValueOrDefault(key);

    private IEnumerable<(string Name, ComposedArchitecture Architecture)> Named()
    {
        return [
            .. Numbered("selected", Solutions),
            .. Numbered(OpponentNames.Random, Random),
            .. Numbered("front", Front),
            .. Numbered(OpponentNames.SinglePositions, SinglePositions),
            .. Compared,
        ];

        static IEnumerable<(string, ComposedArchitecture)> Numbered(string name, IReadOnlyList<ComposedArchitecture> some) =>
            some.Select((architecture, i) => (Invariant($"{name} {i + 1}"), architecture));
    }

    /// <summary>Those of a selection.</summary>
    /// <param name="selected">What was selected.</param>
    /// <param name="compared">What is fine-tuned beside the best, by name.</param>
    /// <param name="stepOf">Makes the step that judges an architecture.</param>
    public static ComposedArchitectures Of(
        SelectionStepResult selected, IEnumerable<(string Name, ArchitectureChoice Choice)> compared, Func<ArchitectureChoice, ArchitectureStep> stepOf)
    {
        var all = new List<ComposedArchitecture>();
        return new()
        {
            Solutions = Each(selected.Solutions),
            Random = Each(selected.Random),
            Front = Each(selected.Front),
            SinglePositions = Each(selected.SinglePositions),
            Compared = [.. compared.Select(c => (c.Name, Compose(c.Choice)))],
            All = all,
        };

        IReadOnlyList<ComposedArchitecture> Each(IEnumerable<ArchitectureChoice> choices) => [.. choices.Select(Compose)];

        ComposedArchitecture Compose(ArchitectureChoice choice)
        {
            all.Add(new(choice, stepOf(choice), all.Count));
            return all[^1];
        }
    }
}
