namespace Graft.Operations;

/// <summary>The operation families that names are looked up in.</summary>
/// <param name="families">The families; their names differ.</param>
public sealed class OperationCatalog(params IReadOnlyList<OperationFamily> families)
{
    /// <summary>The families that come with Graft.</summary>
    public static OperationCatalog Default { get; } = new(
        new TeacherOperation(),
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

    /// <summary>All families, in the catalogue's order.</summary>
    public IReadOnlyList<OperationFamily> Families => families;

    /// <summary>A catalogue with one more family.</summary>
    public OperationCatalog With(OperationFamily family) => new([.. families, family]);

    /// <summary>The operation of that name, e.g. <c>identity</c> or <c>conv-stack(w=2,k=3)</c>; parameters that are left out take their defaults.</summary>
    /// <exception cref="ConfigurationException">The family or a parameter is unknown, or a value is out of range.</exception>
    public OperationSpec Parse(string text)
    {
        var (name, parameters) = OperationSpec.Split(text);
        var family = families.FirstOrDefault(f => f.Name == name)
            ?? throw new ConfigurationException($"Unknown operation '{name}'.{NearestName.Hint(name, families.Select(f => f.Name))}");
        return family.With(parameters);
    }

    /// <summary>Reads a list of operations: names separated by commas, or <c>seed</c> (the study's seven), or <c>all</c> (each family with its defaults, and the seven).</summary>
    /// <exception cref="ConfigurationException">As for <see cref="Parse"/>, or the list is empty.</exception>
    public IReadOnlyList<OperationSpec> ParseList(IEnumerable<string> names)
    {
        var operations = names.SelectMany(name => name switch
        {
            "seed" => SeedCandidates.Select(Parse),
            "all" => SeedCandidates.Select(Parse).Concat(families.Select(f => f.With())),
            _ => [Parse(name)],
        }).Distinct().ToList();
        return operations.Count > 0 ? operations : throw new ConfigurationException("No operation is given. Name some, or write 'seed' or 'all'.");
    }
}
