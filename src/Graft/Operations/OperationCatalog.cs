using System.Text.RegularExpressions;

namespace Graft.Operations;

/// <summary>The operation families that names are looked up in.</summary>
/// <param name="families">The families; their names differ.</param>
public sealed partial class OperationCatalog(params IReadOnlyList<OperationFamily> families)
{
    /// <summary>The families that come with Graft.</summary>
    public static OperationCatalog Default { get; } = new(
        new TeacherOperation(),
        new ReinitializedTeacher(),
        new IdentityOperation(),
        new InvertedResidual(),
        new ConvStack(),
        new ResidualBlock(),
        new Bottleneck());

    /// <summary>The seven candidates of <b>Seo &amp; Lee</b>, in the study's order.</summary>
    public static IReadOnlyList<string> SeedCandidates { get; } =
    [
        "teacher", "identity", "inverted-residual(e=6,k=3)", "conv-stack(w=1,k=3)", "conv-stack(w=2,k=3)", "residual(w=2,k=3)", "bottleneck(w=2,k=3)",
    ];

    /// <summary>
    /// Controls for the study's candidates. The teacher's own block with new weights shows what re-initialising costs whatever the operation; matched widths take away
    /// the difference in parameters; a frozen rest shows what the candidate makes up for alone.
    /// </summary>
    public static IReadOnlyList<string> Controls { get; } =
    [
        ReinitializedTeacher.FamilyName,
        "inverted-residual(e=match,k=3)", "conv-stack(w=match,k=3)", "residual(w=match,k=3)", "bottleneck(w=match,k=3)",
        $"{ReinitializedTeacher.FamilyName}+frozen-rest", .. SeedCandidates.Skip(2).Select(name => $"{name}+frozen-rest"),
    ];

    /// <summary>All families, in the catalogue's order.</summary>
    public IReadOnlyList<OperationFamily> Families => families;

    /// <summary>A catalogue with one more family.</summary>
    public OperationCatalog With(OperationFamily family) => new([.. families, family]);

    /// <summary>The operation of that name, e.g. <c>identity</c> or <c>conv-stack(w=2,k=3)</c>; parameters that are left out take their defaults.</summary>
    /// <exception cref="ConfigurationException">The family or a parameter is unknown, or a value is out of range.</exception>
    public OperationSpec Parse(string text)
    {
        var (name, parameters, freezesRest) = OperationSpec.Split(text);
        var family = families.FirstOrDefault(f => f.Name == name)
            ?? throw new ConfigurationException($"Unknown operation '{name}'.{NearestName.Hint(name, families.Select(f => f.Name))}");
        var operation = family.With(parameters);
        return !freezesRest ? operation
            : name != TeacherOperation.FamilyName ? operation.WithFrozenRest()
            : throw new ConfigurationException($"'{text}' would swap nothing and train one position alone. Use {ReinitializedTeacher.FamilyName}+frozen-rest.");
    }

    /// <summary>Splits names at the commas between them: <c>identity,conv-stack(w=2,k=3)</c> are two.</summary>
    public static IReadOnlyList<string> SplitNames(string text) => [.. CommaBetweenNames().Split(text).Select(t => t.Trim()).Where(t => t.Length > 0)];

    /// <summary>Reads a list of operations: names separated by commas, or <c>seed</c> (the study's seven), <c>controls</c> (<see cref="Controls"/>), or <c>all</c> (the seven, and each family with its defaults).</summary>
    /// <exception cref="ConfigurationException">As for <see cref="Parse"/>, or the list is empty.</exception>
    public IReadOnlyList<OperationSpec> ParseList(IEnumerable<string> names)
    {
        var operations = names.SelectMany(name => name switch
        {
            "seed" => SeedCandidates.Select(Parse),
            "controls" => Controls.Select(Parse),
            "all" => SeedCandidates.Select(Parse).Concat(families.Select(f => f.With())),
            _ => [Parse(name)],
        }).Distinct().ToList();
        return operations.Count > 0 ? operations : throw new ConfigurationException("No operation is given. Name some, or write 'seed', 'controls' or 'all'.");
    }

    [GeneratedRegex(@",(?![^(]*\))")]
    private static partial Regex CommaBetweenNames();
}
