using System.Globalization;
using System.Text.RegularExpressions;

namespace Graft.Operations;

/// <summary>
/// The name of an operation: its family and the value of each of the family's parameters. Written <c>conv-stack(w=2,k=3)</c>; equal names are equal operations.
/// A width may be <c>match</c>, and <c>+frozen-rest</c> behind a name says that nothing but the operation is trained in a trial.
/// </summary>
public sealed partial record OperationSpec
{
    private const string FrozenRest = "+frozen-rest";

    private readonly OperationFamily _family;
    private readonly double[] _values;

    internal OperationSpec(OperationFamily family, double[] values, bool freezesRest = false)
    {
        _family = family;
        _values = values;
        FreezesRest = freezesRest;
        string parameters = string.Join(",", family.Parameters.Zip(values)
            .Where(p => !p.First.IsHiddenAtDefault || p.Second != p.First.Default)
            .Select(p => Invariant($"{p.First.Name}={Format(p.Second)}")));
        Text = Invariant($"{family.Name}{(parameters.Length == 0 ? "" : $"({parameters})")}{(freezesRest ? FrozenRest : "")}");
    }

    /// <summary>The operation's canonical name, with every parameter in its family's order, but for those that are hidden at their default.</summary>
    public string Text { get; }

    /// <summary>The family that makes the operation.</summary>
    public OperationFamily Family => _family;

    /// <summary>
    /// Whether a trial trains this operation alone: all other parameters and all stored batch statistics of the rest stay those of the teacher. A control: what
    /// the operation can make up for by itself, against what the rest of the network makes up for.
    /// </summary>
    public bool FreezesRest { get; }

    /// <summary>The operation itself, without what is said about its training: what is distilled and put into a network.</summary>
    public OperationSpec Unmodified => FreezesRest ? new(_family, _values) : this;

    /// <summary>Whether the value of a width is still to be chosen by position.</summary>
    public bool IsMatched => _values.Any(double.IsNaN);

    /// <summary>The value of a parameter.</summary>
    /// <exception cref="ArgumentException">The family has no such parameter.</exception>
    /// <exception cref="InvalidOperationException">It is <c>match</c>: use <see cref="At"/> first.</exception>
    public double this[string parameter]
    {
        get
        {
            for (int i = 0; i < _values.Length; i++)
            {
                if (_family.Parameters[i].Name == parameter)
                {
                    return double.IsNaN(_values[i])
                        ? throw new InvalidOperationException($"{Text}: '{parameter}' has no value before {nameof(At)}.")
                        : _values[i];
                }
            }

            throw new ArgumentException($"{_family.Name} has no parameter '{parameter}'.", nameof(parameter));
        }
    }

    /// <summary>Why a position cannot hold the operation, in words; null where it can.</summary>
    public string? WhyUnavailable(Position position)
    {
        ArgumentNullException.ThrowIfNull(position);
        if (Guarded(position, nameof(WhyUnavailable), () => _family.WhyUnavailable(Unmodified, position)) is { } reason)
        {
            return reason;
        }

        if (IsMatched && TeacherOperation.WhyNoneOfItsOwn(position) is { } nothing)
        {
            return nothing;
        }

        using var layers = LayerFactory.ShapesOnly();
        using var operation = FreezesRest ? Create(position, layers) : null;
        return operation is not null && !operation.parameters().Any() ? $"{_family.Name} has nothing to train while the rest is frozen" : null;
    }

    /// <summary>The operation with every value known: a width of <c>match</c> becomes the one that matches at the position.</summary>
    public OperationSpec At(Position position) => IsMatched ? ParameterMatch.Resolve(this, position) : this;

    /// <summary>Makes the operation for a position that can hold it, with fresh initial values. The caller owns it.</summary>
    /// <exception cref="ConfigurationException">
    /// The family fails to make it, or what it makes cannot stand there: it gives another shape than the position needs, or uses layers that it has not
    /// registered.
    /// </exception>
    public Operation Create(Position position, LayerFactory layers)
    {
        ArgumentNullException.ThrowIfNull(position);
        ArgumentNullException.ThrowIfNull(layers);
        return Make(position, layers).Operation;
    }

    /// <summary>Parameters and multiply-accumulates of the operation at a position that can hold it, for one image.</summary>
    /// <param name="position">The position, e.g. one of <see cref="Networks.Network.Positions"/>.</param>
    /// <exception cref="ConfigurationException">As for <see cref="Create"/>.</exception>
    public OperationCost CostAt(Position position)
    {
        ArgumentNullException.ThrowIfNull(position);
        using var layers = LayerFactory.ShapesOnly();
        var (operation, cost) = Make(position, layers);
        operation.Dispose();
        return cost;
    }

    /// <summary>What an operation that was made under this name costs at a position.</summary>
    /// <exception cref="ConfigurationException">It cannot stand there, as for <see cref="Create"/>.</exception>
    internal OperationCost CostOf(Operation operation, Position position)
    {
        var cost = Guarded(position, nameof(Operation.Apply), () => operation.Cost(position.Input, Text));
        return cost.Output == position.Output
            ? cost
            : throw new ConfigurationException(
                Invariant($"Operation '{this}' turns {position.Input} into {cost.Output}; position {position.Place} needs {position.Output}.")
            );
    }

    // What a family makes is not trusted: it may be a user's, and its faults are to be told where an operation is planned, as where one is swapped in.
    private (Operation Operation, OperationCost Cost) Make(Position position, LayerFactory layers)
    {
        var spec = At(position).Unmodified;
        var operation =
            Guarded(position, nameof(Create), () => _family.Create(spec, position, layers))
            ?? throw new ConfigurationException($"Operation '{this}' at position {position.Place}: Create of {_family.GetType()} returned null.");
        try
        {
            return (operation, CostOf(operation, position));
        }
        catch
        {
            operation.Dispose();
            throw;
        }
    }

    private T Guarded<T>(Position position, string member, Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception e) when (e is not (GraftException or OperationCanceledException))
        {
            throw new ConfigurationException(
                $"Operation '{this}' at position {position.Place}: {member} failed with {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    /// <summary>The same operation, trained alone.</summary>
    internal OperationSpec WithFrozenRest() => new(_family, _values, freezesRest: true);

    /// <summary>The same operation with another value for its width of <c>match</c>.</summary>
    internal OperationSpec WithMatched(double value) => new(_family, [.. _values.Select(v => double.IsNaN(v) ? value : v)], FreezesRest);

    /// <summary>The parameter whose value is <c>match</c>.</summary>
    internal OperationParameter MatchedParameter => _family.Parameters[Array.FindIndex(_values, double.IsNaN)];

    /// <inheritdoc/>
    public bool Equals(OperationSpec? other) => other is not null && Text == other.Text;

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>Splits <c>name(a=1,b=1/4)+frozen-rest</c> into its parts.</summary>
    /// <exception cref="ConfigurationException">The text is not of that form.</exception>
    internal static (string Name, IReadOnlyList<(string Name, double Value)> Parameters, bool FreezesRest) Split(string text)
    {
        var match = Form().Match(text);
        if (!match.Success)
        {
            string several = text.Contains(", ", StringComparison.Ordinal) ? $", and several in a plan as a list: [{text}]" : "";
            throw new ConfigurationException($"'{text}' is not the name of an operation. Write it like 'identity' or 'conv-stack(w=2,k=3)'{several}.");
        }

        var parameters = match.Groups["key"].Captures.Zip(match.Groups["value"].Captures, (key, value) => (key.Value, ParseValue(value.Value))).ToList();
        return (match.Groups["name"].Value, parameters, match.Groups["frozen"].Success);
    }

    /// <summary>
    /// Whether an operation is a control: it is trained with a frozen rest, is the teacher's own block with new weights, or has a width of <c>match</c>.
    /// </summary>
    /// <param name="text">Its name; its family need not be known here.</param>
    /// <exception cref="ConfigurationException">The text is not of the form of a name.</exception>
    internal static bool IsControl(string text)
    {
        var (name, parameters, freezesRest) = Split(text);
        return freezesRest || name == ReinitializedTeacher.FamilyName || parameters.Any(p => double.IsNaN(p.Value));
    }

    internal static double ParseValue(string text) => text switch
    {
        OperationParameter.MatchText => OperationParameter.Match,
        _ when text.Split('/') is [var numerator, var denominator] => Number(numerator) / Number(denominator),
        _ => Number(text),
    };

    private static double Number(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>A value as it is written in names: 2, 1/4 or 0.3.</summary>
    public static string Format(double value)
    {
        if (double.IsNaN(value))
        {
            return OperationParameter.MatchText;
        }

        double inverse = 1 / value;
        return value != Math.Round(value) && Math.Abs(inverse - Math.Round(inverse)) < 1e-9 ? Invariant($"1/{Math.Round(inverse)}") : Invariant($"{value}");
    }

    [GeneratedRegex(
        @"^\s*(?<name>[a-z][a-z0-9-]*)\s*(\(\s*((?<key>[a-z]+)\s*=\s*(?<value>match|[0-9]+(\.[0-9]+|/[1-9][0-9]*)?)\s*(,\s*(?=[a-z])|(?=\))))*\))?(?<frozen>\+frozen-rest)?\s*$"
    )]
    private static partial Regex Form();
}
