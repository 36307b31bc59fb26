using System.Globalization;

namespace Graft.Steps;

/// <summary>Results in a few words.</summary>
internal static class StepWords
{
    /// <summary>An accuracy: <c>85.60 %</c>.</summary>
    public static string Accuracy(double fraction) => string.Create(CultureInfo.InvariantCulture, $"{100 * fraction:0.00} %");

    /// <summary>A quantity with its name: <c>loss 0.1234</c>.</summary>
    public static string Number(string name, double value) => string.Create(CultureInfo.InvariantCulture, $"{name} {value:0.0000}");
}
