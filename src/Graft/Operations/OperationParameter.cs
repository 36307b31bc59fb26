namespace Graft.Operations;

/// <summary>A parameter of an operation family.</summary>
/// <param name="Name">Its short name, e.g. <c>w</c>.</param>
/// <param name="Default">The value where none is given.</param>
/// <param name="Meaning">What it is, for help and error messages, e.g. "width: hidden channels / output channels".</param>
/// <param name="IsValid">Whether a value can be used.</param>
/// <param name="Range">The values that can be used, in words.</param>
/// <param name="Unit">
/// For a number of hidden channels: the channels that 1 stands for at a position, so that <c>match</c> can be given for a value; null for other parameters.
/// </param>
public sealed record OperationParameter(
    string Name, double Default, string Meaning, Func<double, bool> IsValid, string Range, Func<Position, int>? Unit = null)
{
    /// <summary>What is written where a width shall be chosen by position.</summary>
    public const string MatchText = "match";

    /// <summary>The value that stands for <see cref="MatchText"/> until a position is known.</summary>
    internal const double Match = double.NaN;

    /// <summary>The values that the parameter takes in LANA's pool and wherever a pattern leaves it free; by default its standard value alone.</summary>
    public IReadOnlyList<double> Pool { get; init; } = [Default];

    /// <summary>
    /// Whether the default is left out of an operation's name. For parameters that were added to a family later: its operations of before keep their names, and
    /// with them what was computed under those.
    /// </summary>
    public bool IsHiddenAtDefault { get; init; }

    /// <summary>The size of spatial kernels.</summary>
    public static OperationParameter Kernel { get; } = new("k", 3, "kernel size", k => k is 1 or 3 or 5 or 7, "1, 3, 5 or 7") { Pool = [1, 3, 5, 7] };

    /// <summary>Hidden channels as a multiple of input channels, of the inverted residuals.</summary>
    public static OperationParameter Expansion { get; } = new(
        "e", 6, "expansion: hidden channels / input channels", e => e is >= 1 and <= 16 && e == Math.Round(e), "a whole number from 1 to 16, or match",
        position => position.Input.Channels)
    {
        Pool = [1, 3, 6],
    };

    /// <summary>Channels that squeeze-excite squeezes to, as a part of hidden channels; 0 for none.</summary>
    public static OperationParameter SqueezeExcite { get; } =
        new("se", 0, "squeeze-excite: squeezed / hidden channels, 0 for none", se => se is >= 0 and <= 1, "from 0 to 1")
        {
            Pool = [0, 0.04, 0.025], // LANA's 0.04 of the hidden channels is about the usual 1/4 of the input's for e = 6
            IsHiddenAtDefault = true,
        };

    /// <summary>Hidden channels as a multiple of output channels.</summary>
    public static OperationParameter Width(double standard) => new(
        "w", standard, "hidden channels / output channels", w => w is > 0 and <= 16, "above 0 up to 16, or match", position => position.Output.Channels)
    {
        Pool = [1.0 / 16, 0.1, 1.0 / 8, 0.2, 1.0 / 4, 1.0 / 2, 1, 2, 3, 4],
    };
}
