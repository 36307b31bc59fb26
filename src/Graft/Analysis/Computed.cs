using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Graft.Analysis;

/// <summary>A result or, in words, why there is none. Statistics that cannot be computed are neither NaN nor silently missing.</summary>
/// <typeparam name="T">The result.</typeparam>
public sealed record Computed<T>
    where T : class
{
    private Computed(T? value, string? reason)
    {
        Value = value;
        Reason = reason;
    }

    /// <summary>The result; null where it cannot be computed.</summary>
    public T? Value { get; }

    /// <summary>Why it cannot be computed, without a full stop; null where it can.</summary>
    public string? Reason { get; }

    /// <summary>Whether there is a result.</summary>
    [JsonIgnore]
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Reason))]
    public bool HasValue => Value is not null;

    /// <summary>What follows from the result; the reason stays where there is none.</summary>
    public Computed<TNext> Then<TNext>(Func<T, Computed<TNext>> next)
        where TNext : class => HasValue ? next(Value) : new NotComputable(Reason);

    /// <summary>A result; for interfaces, which C# does not convert implicitly.</summary>
    internal static Computed<T> Of(T value) => new(value, null);

    /// <summary>A result.</summary>
    public static implicit operator Computed<T>(T value) => new(value, null);

    /// <summary>No result.</summary>
    public static implicit operator Computed<T>(NotComputable not) => new(null, not.Reason);
}
