using System.Globalization;

namespace Graft.Selection;

/// <summary>A latency budget as people write it: a part of the teacher's latency (<c>0.5</c> or <c>50%</c>) or milliseconds (<c>2.5ms</c>).</summary>
/// <param name="Value">The number.</param>
/// <param name="IsMs">Whether it is in milliseconds.</param>
internal readonly record struct LatencyBudget(double Value, bool IsMs)
{
    private const string Unit = "ms";

    /// <summary>Reads a budget.</summary>
    /// <exception cref="ConfigurationException">The text is no budget.</exception>
    public static LatencyBudget Parse(string text) => FaultOf(text) is { } fault ? throw new ConfigurationException(fault) : Read(text)!.Value;

    /// <summary>What is wrong with a text as a budget; null if nothing is.</summary>
    public static string? FaultOf(string text) => Read(text) switch
    {
        null => $"the budget '{text}' is neither a part of the teacher's latency, like 0.5, nor milliseconds, like 2.5ms.",
        { IsMs: false, Value: > 1 } when text.Contains('%', StringComparison.Ordinal) =>
            $"the budget '{text}' is above the teacher's own latency, which is 100%; write a part like 50%, or milliseconds, like 2.5ms.",
        { IsMs: false, Value: > 1 and var value } =>
            Invariant($"the budget '{text}' is above the teacher's own latency, which is 1; write '{value}ms' for milliseconds, or a part like 0.5."),
        _ => null,
    };

    private static LatencyBudget? Read(string text)
    {
        string trimmed = text.TrimEnd();
        string unit = new[] { Unit, "%" }.FirstOrDefault(u => trimmed.EndsWith(u, StringComparison.Ordinal)) ?? "";
        bool isNumber = double.TryParse(trimmed[..^unit.Length], NumberStyles.Float, CultureInfo.InvariantCulture, out double value);
        return isNumber && value > 0 && double.IsFinite(value)
            ? new(unit == "%" ? value / 100 : value, unit == Unit)
            : null;
    }

    /// <summary>The least budget that is enough, in milliseconds, as text of four digits: rounded up, so that the text is enough, too.</summary>
    public static string Shown(double leastMs)
    {
        decimal unit = (decimal)Math.Pow(10, Math.Floor(Math.Log10(leastMs)) - 3);
        return Invariant($"{Math.Ceiling((decimal)leastMs / unit) * unit:0.############}");
    }

    /// <summary>The budget in milliseconds.</summary>
    /// <param name="teacherMs">The teacher's latency.</param>
    public double ToMs(double teacherMs) => IsMs ? Value : Value * teacherMs;

    /// <inheritdoc/>
    public override string ToString() => IsMs ? Invariant($"{Value}{Unit}") : Invariant($"{Value}");
}
