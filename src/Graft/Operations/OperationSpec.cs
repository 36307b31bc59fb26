using System.Text.RegularExpressions;

namespace Graft.Operations;

/// <summary>
/// The name of an operation: its family and the value of each of the family's parameters. Written <c>conv-stack(w=2,k=3)</c>; equal names are equal operations.
/// </summary>
public sealed partial record OperationSpec
{
    private readonly OperationFamily _family;
    private readonly double[] _values;

    internal OperationSpec(OperationFamily family, double[] values)
    {
        _family = family;
        _values = values;
        Text = family.Parameters.Count == 0
            ? family.Name
            : $"{family.Name}({string.Join(',', family.Parameters.Select((p, i) => $"{p.Name}={Format(values[i])}"))})";
    }

    /// <summary>The operation's canonical name, with every parameter in its family's order.</summary>
    public string Text { get; }

    /// <summary>The family that makes the operation.</summary>
    public OperationFamily Family => _family;

    /// <summary>The value of a parameter.</summary>
    /// <exception cref="ArgumentException">The family has no such parameter.</exception>
    public double this[string parameter]
    {
        get
        {
            for (int i = 0; i < _values.Length; i++)
            {
                if (_family.Parameters[i].Name == parameter)
                {
                    return _values[i];
                }
            }

            throw new ArgumentException($"{_family.Name} has no parameter '{parameter}'.", nameof(parameter));
        }
    }

    /// <inheritdoc/>
    public bool Equals(OperationSpec? other) => other is not null && Text == other.Text;

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>Splits <c>name(a=1,b=1/4)</c> into its parts.</summary>
    /// <exception cref="ConfigurationException">The text is not of that form.</exception>
    internal static (string Name, IReadOnlyList<(string Name, double Value)> Parameters) Split(string text)
    {
        var match = Form().Match(text);
        if (!match.Success)
        {
            throw new ConfigurationException($"'{text}' is not the name of an operation. Write it like 'identity' or 'conv-stack(w=2,k=3)'.");
        }

        var parameters = match.Groups["key"].Captures.Zip(match.Groups["value"].Captures, (key, value) => (key.Value, ParseValue(value.Value))).ToList();
        return (match.Groups["name"].Value, parameters);
    }

    private static double ParseValue(string text) =>
        text.Split('/') is [var numerator, var denominator] ? double.Parse(numerator) / double.Parse(denominator) : double.Parse(text);

    // 2 -> "2", 0.25 -> "1/4", 0.3 -> "0.3"
    private static string Format(double value)
    {
        double inverse = 1 / value;
        return value != Math.Round(value) && Math.Abs(inverse - Math.Round(inverse)) < 1e-9 ? $"1/{Math.Round(inverse)}" : $"{value}";
    }

    [GeneratedRegex(@"^\s*(?<name>[a-z][a-z0-9-]*)\s*(\(\s*((?<key>[a-z]+)\s*=\s*(?<value>\d+(\.\d+|/[1-9]\d*)?)\s*(,\s*(?=[a-z])|(?=\))))*\))?\s*$")]
    private static partial Regex Form();
}
