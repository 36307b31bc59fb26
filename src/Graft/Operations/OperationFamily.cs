namespace Graft.Operations;

/// <summary>
/// A kind of operation with its parameters. Subclasses are stateless; adding one is a class, and a line in <see cref="OperationCatalog"/> or a call of its
/// Register.
/// </summary>
public abstract class OperationFamily
{
    /// <summary>The name: lower case, words joined by hyphens.</summary>
    public abstract string Name { get; }

    /// <summary>One sentence on what it is and where it comes from.</summary>
    public abstract string Description { get; }

    /// <summary>
    /// Raised when the family's operations compute something else than before under the same name. Results of an older revision are not taken for those of a
    /// newer one. Families outside of Graft need not raise it: their assembly's identity tells.
    /// </summary>
    public virtual int Revision => 1;

    /// <summary>What tells the family's code from another of the same name: nothing (null) for Graft's own of the first revision.</summary>
    internal string? CodeIdentity => Runtime.CodeIdentity.Of(GetType(), Name, Revision);

    /// <summary>The parameters, in the order in which they are written.</summary>
    public virtual IReadOnlyList<OperationParameter> Parameters => [];

    /// <summary>The family's operations in LANA's pool: each combination of the values that its parameters have there.</summary>
    public virtual IReadOnlyList<OperationSpec> Pool => [.. Combinations(Parameters.Select(p => p.Pool))];

    /// <summary>Why a position cannot hold the operation, in words; null where it can.</summary>
    public virtual string? WhyUnavailable(OperationSpec operation, Position position) => null;

    /// <summary>
    /// Makes the operation for a position, with fresh initial values. The caller owns it. Use <see cref="OperationSpec.Create"/>, which also knows
    /// <c>match</c>.
    /// </summary>
    public abstract Operation Create(OperationSpec operation, Position position, LayerFactory layers);

    /// <summary>The family's operation with the given values; parameters that are not named take their defaults.</summary>
    /// <exception cref="ConfigurationException">A parameter is unknown, given twice or out of its range.</exception>
    public OperationSpec With(params IReadOnlyList<(string Name, double Value)> values)
    {
        foreach (var (name, _) in values)
        {
            if (Parameters.All(p => p.Name != name))
            {
                string known =
                    Parameters.Count == 0 ? "It has none." : Invariant($"It has: {string.Join(", ", Parameters.Select(p => $"{p.Name} ({p.Meaning})"))}.");
                throw new ConfigurationException($"Operation '{Name}' has no parameter '{name}'. {known}");
            }
        }

        return new(this, [.. Parameters.Select(Value)]);

        double Value(OperationParameter parameter)
        {
            var given = values.Where(v => v.Name == parameter.Name).Select(v => v.Value).ToList();
            return given switch
            {
                [] => parameter.Default,
                [var value] when parameter.IsValid(value) || (double.IsNaN(value) && parameter.Unit is not null) => value,
                [double.NaN] => throw new ConfigurationException(
                    $"Operation '{Name}': {parameter.Name}={OperationParameter.MatchText} is not possible, only a width can be matched; {parameter.Name} ({parameter.Meaning}) is {parameter.Range}."
                ),
                [var value] => throw new ConfigurationException(
                    Invariant($"Operation '{Name}': {parameter.Name}={value} is out of range; {parameter.Name} ({parameter.Meaning}) is {parameter.Range}.")),
                _ => throw new ConfigurationException($"Operation '{Name}': parameter '{parameter.Name}' is given twice."),
            };
        }
    }

    /// <summary>The operations for each combination of values, the last parameter changing first.</summary>
    /// <param name="values">The values of each parameter, in the order of <see cref="Parameters"/>.</param>
    internal IEnumerable<OperationSpec> Combinations(IEnumerable<IReadOnlyList<double>> values)
    {
        IEnumerable<double[]> none =
        [
            [],
        ];
        return values
            .Aggregate(none, (all, next) => all.SelectMany(_ => next, (before, value) => (double[])[.. before, value]))
            .Select(v => new OperationSpec(this, v));
    }

    /// <summary>Hidden channels for a width of <paramref name="width"/> output channels; at least one.</summary>
    protected static int HiddenChannels(double width, Position position) => Math.Max(1, (int)Math.Round(width * position.Output.Channels));
}
