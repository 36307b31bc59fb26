using System.Text.Json;

namespace Graft.Engine;

/// <summary>The kinds of step that a program knows, by name.</summary>
internal sealed class StepKinds
{
    private readonly Dictionary<string, StepKind> _kinds = [];

    /// <param name="kinds">The kinds.</param>
    public StepKinds(IEnumerable<StepKind> kinds)
    {
        foreach (var kind in kinds)
        {
            Add(kind);
        }
    }

    /// <summary>The kinds, in the order in which they were added.</summary>
    public IReadOnlyCollection<StepKind> All => _kinds.Values;

    /// <summary>Adds a kind.</summary>
    /// <exception cref="ConfigurationException">There is another of its name.</exception>
    public void Add(StepKind kind)
    {
        if (!_kinds.TryAdd(kind.Name, kind))
        {
            throw new ConfigurationException($"two kinds of step are called '{kind.Name}': {_kinds[kind.Name].GetType()} and {kind.GetType()}.");
        }
    }

    /// <summary>The kind of a step.</summary>
    /// <exception cref="ConfigurationException">It is not known.</exception>
    public StepKind Of(Step step) => Find(step.Kind);

    /// <summary>The kind of that name.</summary>
    /// <exception cref="ConfigurationException">It is not known.</exception>
    public StepKind Find(string name) =>
        _kinds.GetValueOrDefault(name)
        ?? throw new ConfigurationException(
            $"there is no kind of step '{name}' here: the workspace was written by a newer Graft, or with an extension that is not loaded. Known: {string.Join(", ", _kinds.Keys)}."
        );

    /// <summary>Reads a specification.</summary>
    /// <exception cref="ConfigurationException">Its kind is not known.</exception>
    public Step Parse(string specification)
    {
        using var document = JsonDocument.Parse(specification);
        return Step.FromJson(specification, Find(document.RootElement.GetProperty("kind").GetString()!).StepType);
    }

    /// <summary>What a stored step does, in a few words (<see cref="Step.TitleAmong(Func{string, Step})"/>).</summary>
    /// <param name="stored">The step.</param>
    /// <param name="record">Has the steps that it stands on.</param>
    public string TitleOf(StoredStep stored, IStepRecord record) =>
        Parse(stored.Specification).TitleAmong(key => record.Find(key) is { } needed ? Parse(needed.Specification) : null);

    /// <summary>Whether a stored result is of an older revision of its kind than this program's.</summary>
    public bool IsOutdated(StoredStep stored) => _kinds.TryGetValue(stored.Kind, out var kind) && Parse(stored.Specification).Revision < kind.Revision;
}
