using Graft.Networks;

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
    /// <summary>What is written where a width shall be chosen by position; see <see cref="ParameterMatch"/>.</summary>
    public const string MatchText = "match";

    /// <summary>The value that stands for <see cref="MatchText"/> until a position is known.</summary>
    internal const double Match = double.NaN;

    /// <summary>The size of spatial kernels.</summary>
    public static OperationParameter Kernel { get; } = new("k", 3, "kernel size", k => k is 1 or 3 or 5 or 7, "1, 3, 5 or 7");

    /// <summary>Hidden channels as a multiple of output channels.</summary>
    public static OperationParameter Width(double standard) => new("w", standard, "hidden channels / output channels", w => w is > 0 and <= 16, "above 0 up to 16, or match", position => position.Output.Channels);
}
