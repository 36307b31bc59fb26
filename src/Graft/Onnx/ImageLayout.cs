namespace Graft.Onnx;

/// <summary>How images lie in an ONNX file's input, [N, C, H, W] or [N, H, W, C]. Files do not say it: their sizes do.</summary>
internal static class ImageLayout
{
    /// <summary>Whether the last of four dimensions is the channels: it can be the number of an image's colours, and the second cannot.</summary>
    /// <param name="second">The second dimension; 0 or less where the file leaves it open.</param>
    /// <param name="last">The last one.</param>
    public static bool IsChannelsLast(long second, long last) => AreColours(last) && !AreColours(second);

    private static bool AreColours(long size) => size is 1 or 3 or 4;
}
