using System.Text.RegularExpressions;

namespace Graft.Operations;

/// <summary>The operation families that names are looked up in.</summary>
/// <param name="families">The families; their names differ.</param>
public sealed partial class OperationCatalog(params IReadOnlyList<OperationFamily> families)
{
    /// <summary>
    /// The families that names in plans, files and command lines are looked up in: those that come with Graft, and what <see cref="Register"/> added.
    /// </summary>
    public static OperationCatalog Default { get; private set; } = new(
        new TeacherOperation(),
        new ReinitializedTeacher(),
        new IdentityOperation(),
        new InvertedResidual(),
        new FusedInvertedResidual(),
        new ConvStack(),
        new ResidualBlock(),
        new Bottleneck(),
        new RepVgg());

    /// <summary>The seven candidates of <b>Seo &amp; Lee</b>, in the study's order.</summary>
    public static IReadOnlyList<string> SeedCandidates { get; } =
    [
        "teacher", "identity", "inverted-residual(e=6,k=3)", "conv-stack(w=1,k=3)", "conv-stack(w=2,k=3)", "residual(w=2,k=3)", "bottleneck(w=2,k=3)",
    ];

    /// <summary>
    /// Controls for the study's candidates. The teacher's own block with new weights shows what re-initialising costs whatever the operation; matched widths
    /// take away the difference in parameters; a frozen rest shows what the candidate makes up for alone.
    /// </summary>
    public static IReadOnlyList<string> Controls { get; } =
    [
        ReinitializedTeacher.FamilyName,
        "inverted-residual(e=match,k=3)", "conv-stack(w=match,k=3)", "residual(w=match,k=3)", "bottleneck(w=match,k=3)",
        $"{ReinitializedTeacher.FamilyName}+frozen-rest", .. SeedCandidates.Skip(2).Select(name => $"{name}+frozen-rest"),
    ];

    /// <summary>All families, in the catalogue's order.</summary>
    public IReadOnlyList<OperationFamily> Families => families;

    /// <summary>
    /// The convolution families of <b>LANA</b>'s pool (Molchanov et al. 2022, appendix), with teacher and identity: 216 operations, and those of registered
    /// families. LANA's 197 count attention as well.
    /// </summary>
    public IReadOnlyList<OperationSpec> Pool => [.. families.SelectMany(f => f.Pool)];

    /// <summary>Adds a family to <see cref="Default"/>: to be called once, before anything is looked up there.</summary>
    /// <exception cref="ConfigurationException">There is a family of that name already, or it is no name.</exception>
    public static void Register(OperationFamily family) => Default = Default.With(family);

    // Words that lists of operations have for several.
    private static readonly string[] Lists = ["seed", "controls", "lana", "all"];

    /// <summary>A catalogue with one more family.</summary>
    /// <exception cref="ConfigurationException">There is a family or a list of that name already, or it is no name.</exception>
    public OperationCatalog With(OperationFamily family)
    {
        ArgumentNullException.ThrowIfNull(family);
        return family.Name is not { } name || !FamilyName().IsMatch(name)
            ? throw new ConfigurationException($"'{family.Name}' of {family.GetType()} is no name of an operation: lower-case words joined by hyphens are.")
            : Lists.Contains(name) ? throw new ConfigurationException($"'{name}' stands for a list of operations; {family.GetType()} needs another name.")
            : families.All(f => f.Name != name) ? new([.. families, family])
            : throw new ConfigurationException($"There is an operation '{name}' already; {family.GetType()} needs a name of its own.");
    }

    /// <summary>The operation of that name, e.g. <c>identity</c> or <c>conv-stack(w=2,k=3)</c>; parameters that are left out take their defaults.</summary>
    /// <exception cref="ConfigurationException">The family or a parameter is unknown, or a value is out of range.</exception>
    public OperationSpec Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (name, parameters, freezesRest) = OperationSpec.Split(text);
        var family = families.FirstOrDefault(f => f.Name == name) ?? throw Unknown(name);
        var operation = family.With(parameters);
        return !freezesRest ? operation
            : name != TeacherOperation.FamilyName ? operation.WithFrozenRest()
            : throw new ConfigurationException($"'{text}' would swap nothing and train one position alone. Use {ReinitializedTeacher.FamilyName}+frozen-rest.");
    }

    private ConfigurationException Unknown(string name)
    {
        string[] known = [.. families.Select(f => f.Name), .. Lists];
        return new($"Unknown operation '{name}'.{NearestName.Hint(name, known)}")
        {
            Remedies = NearestName.Of(name, known) is null ? [new(Setting.OwnOperations)] : [],
        };
    }

    /// <summary>
    /// What tells the code of operations from other code under the same names: a revision, or for families outside of Graft the identity of their assembly,
    /// which changes when it is built from other sources. Part of the keys of results.
    /// </summary>
    /// <param name="operations">Names of operations.</param>
    /// <returns>The identities of their families, in order; null where all are Graft's own of the first revision.</returns>
    internal string? RevisionOf(IEnumerable<string> operations)
    {
        var told = families.Where(f => f.CodeIdentity is not null).ToList();
        if (told.Count == 0)
        {
            return null;
        }

        var named = operations.Select(o => OperationSpec.Split(o).Name).ToHashSet(StringComparer.Ordinal);
        string text = string.Join(", ", told.Where(f => named.Contains(f.Name)).Select(f => f.CodeIdentity).Order(StringComparer.Ordinal));
        return text.Length > 0 ? text : null;
    }

    /// <summary>Splits names at the commas between them: <c>identity,conv-stack(w=2,k=3)</c> are two.</summary>
    public static IReadOnlyList<string> SplitNames(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. CommaBetweenNames().Split(text).Select(t => t.Trim()).Where(t => t.Length > 0)];
    }

    /// <summary>
    /// Reads a list of operations: names; patterns such as <c>conv-stack(w=2,*)</c> (see docs/operations.md); <c>seed</c>, the study's seven; <c>controls</c>,
    /// <see cref="Controls"/>; <c>lana</c>, the pool; <c>all</c>, each family with its defaults, and the seven.
    /// </summary>
    /// <exception cref="ConfigurationException">As for <see cref="Parse"/>, a pattern stands for no operation, or the list is empty.</exception>
    public IReadOnlyList<OperationSpec> ParseList(IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var operations = names
            .SelectMany(name =>
                name switch
                {
                    "seed" => SeedCandidates.Select(Parse),
                    "controls" => Controls.Select(Parse),
                    "lana" => Pool,
                    "all" => SeedCandidates.Select(Parse).Concat(families.Select(f => f.With())),
                    _ when OperationPattern.IsPattern(name) => OperationPattern.Expand(name, families),
                    _ => [Parse(name)],
                }
            )
            .Distinct()
            .ToList();
        return operations.Count > 0
            ? operations
            : throw new ConfigurationException("No operation is given. Name some, or write 'seed', 'controls', 'lana' or 'all'.");
    }

    [GeneratedRegex(@",(?![^(]*\))")]
    private static partial Regex CommaBetweenNames();

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex FamilyName();
}
