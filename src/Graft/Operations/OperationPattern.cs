using System.IO.Enumeration;
using System.Text.RegularExpressions;

namespace Graft.Operations;

/// <summary>
/// Several operations by one name with stars: a star within the family's name stands for any letters, <c>k=*</c> for every value that k has in the pool, and a
/// star of its own for every parameter that is not named. <c>conv-stack(w=2,*)</c>: every kernel size at width 2; <c>*residual(*)</c>: every residual of the
/// pool. Without a star of its own, parameters that are not named take their defaults.
/// </summary>
internal sealed partial class OperationPattern
{
    private readonly string _text, _family;
    private readonly IReadOnlyList<(string Name, double? Value)> _parameters; // null: every value of the pool
    private readonly bool _othersFree;

    private OperationPattern(string text)
    {
        var match = Form().Match(text);
        if (!match.Success)
        {
            throw new ConfigurationException(
                $"'{text}' is not a pattern of operations. Write it like 'conv-stack(*)', 'conv-stack(w=2,*)', 'conv-stack(w=*,k=3)' or '*residual(*)'."
            );
        }

        _text = text.Trim();
        _family = match.Groups["name"].Value;
        _parameters =
        [
            .. match
                .Groups["key"]
                .Captures.Zip(
                    match.Groups["value"].Captures,
                    (key, value) => (key.Value, value.Value == "*" ? (double?)null : OperationSpec.ParseValue(value.Value))
                ),
        ];
        _othersFree = match.Groups["others"].Success;
    }

    /// <summary>Whether a text is a pattern and not a name.</summary>
    public static bool IsPattern(string text) => text.Contains('*', StringComparison.Ordinal);

    /// <summary>The operations that a pattern stands for, in the order of the families and of their pools.</summary>
    /// <exception cref="ConfigurationException">It is no pattern, or stands for none.</exception>
    public static IReadOnlyList<OperationSpec> Expand(string text, IReadOnlyList<OperationFamily> families)
    {
        var pattern = new OperationPattern(text);
        var named = families.Where(f => FileSystemName.MatchesSimpleExpression(pattern._family, f.Name, ignoreCase: false)).ToList();
        if (named.Count == 0)
        {
            throw new ConfigurationException(
                $"No operation is called like '{pattern._family}' in '{pattern._text}'.{NearestName.Hint(pattern._family, families.Select(f => f.Name))}"
            );
        }

        // A family of that very name shall say what is wrong; of several, those that cannot have such parameters are left out.
        var fitting = named is [var only] ? [only] : named.Where(pattern.Fits).ToList();
        return fitting.Count > 0
            ? [.. fitting.SelectMany(pattern.Expand)]
            : throw new ConfigurationException(
                $"No operation matches '{pattern._text}': none of {string.Join(", ", named.Select(f => f.Name))} has such parameters."
            );
    }

    private bool Fits(OperationFamily family) => _parameters.All(p =>
        family.Parameters.FirstOrDefault(known => known.Name == p.Name) is { } parameter && (p.Value is null || parameter.IsValid(p.Value.Value)));

    private IEnumerable<OperationSpec> Expand(OperationFamily family)
    {
        var standard = family.With([
            .. _parameters.Select(p => (p.Name, p.Value ?? family.Parameters.FirstOrDefault(known => known.Name == p.Name)?.Default ?? 0)),
        ]); // checks
        return family.Combinations(family.Parameters.Select(parameter => IsFree(parameter.Name) ? parameter.Pool : [standard[parameter.Name]]));
    }

    private bool IsFree(string parameter) =>
        _parameters.Any(p => p.Name == parameter) ? _parameters.Any(p => p.Name == parameter && p.Value is null) : _othersFree;

    [GeneratedRegex(
        @"^\s*(?<name>[a-z*][a-z0-9*-]*)\s*(\(\s*((?<key>[a-z]+)\s*=\s*(?<value>\*|[0-9]+(\.[0-9]+|/[1-9][0-9]*)?)\s*(,\s*(?=[a-z*])|(?=\))))*(?<others>\*)?\s*\))?\s*$"
    )]
    private static partial Regex Form();
}
