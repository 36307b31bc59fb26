using Graft.Report.Heat;

namespace Graft.Report.Plots;

/// <summary>How an operation is drawn in every figure: a colour and, for those who do not tell colours apart, a shape.</summary>
/// <param name="Color">The colour of lines and points.</param>
/// <param name="Marker">The shape of points.</param>
public sealed record SeriesStyle(Rgb Color, MarkerKind Marker)
{
    // Blue, vermilion and green are those of Okabe and Ito (2008); all have a contrast of at least 3 on the cards that plots lie on.
    private static readonly Rgb[] Colors =
    [
        new(0x00, 0x72, 0xb2), new(0xd5, 0x5e, 0x00), new(0x00, 0x8f, 0x68), new(0xa8, 0x2a, 0x78),
        new(0x8a, 0x7a, 0x00), new(0x3f, 0x8f, 0xcc), new(0x5b, 0x3f, 0xb5), new(0x7a, 0x3b, 0x1d),
    ];

    /// <summary>The unchanged network: nearly black, so that no operation is taken for it.</summary>
    public static SeriesStyle Teacher { get; } = new(new Rgb(0x22, 0x22, 0x22), MarkerKind.Circle);

    /// <summary>The style of the operation with this index. The first 40 all differ, neighbours in colour and shape both; then they repeat.</summary>
    /// <param name="index">The operation's place in the study, from 0, without the teacher.</param>
    public static SeriesStyle OfIndex(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return new SeriesStyle(Colors[index % Colors.Length], (MarkerKind)(index % Enum.GetValues<MarkerKind>().Length));
    }
}
