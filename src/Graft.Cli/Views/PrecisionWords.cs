using Graft.Operations;

namespace Graft.Cli.Views;

/// <summary>Says beside an accuracy in which precision it was computed, where that is not that of exported files.</summary>
internal static class PrecisionWords
{
    /// <summary>For after a number: in bf16 a few images of a thousand get other answers than in fp32. Empty for fp32.</summary>
    /// <param name="precision">The precision by its name.</param>
    public static string Of(string precision) => precision == Precision.Float32.ToText() ? "" : $" in {precision}";
}
