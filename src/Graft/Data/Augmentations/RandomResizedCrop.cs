using Graft.Runtime;

namespace Graft.Data.Augmentations;

/// <summary>
/// Draws the part of an image that is scaled to the network's size (Szegedy et al. 2015, section 6): a random share of the area with a random aspect ratio
/// from 3:4 to 4:3, anywhere in the
/// image; tried ten times, then the largest middle part of an aspect ratio within these bounds. As torchvision's RandomResizedCrop.
/// </summary>
internal static class RandomResizedCrop
{
    private const int Attempts = 10;
    private const double Narrowest = 3.0 / 4, Widest = 4.0 / 3;

    /// <summary>Draws a part.</summary>
    /// <param name="image">The shape of the whole image.</param>
    /// <param name="smallestShare">The smallest share of the area, in (0, 1].</param>
    /// <param name="random">Decides.</param>
    public static PixelWindow Draw(ImageShape image, double smallestShare, ref SplitMix random)
    {
        var (_, height, width) = image;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var area = (double)height * width * Between(smallestShare, 1, ref random);
            var ratio = Math.Exp(Between(Math.Log(Narrowest), Math.Log(Widest), ref random));
            var (w, h) = ((int)Math.Round(Math.Sqrt(area * ratio)), (int)Math.Round(Math.Sqrt(area / ratio)));
            if (w > 0 && w <= width && h > 0 && h <= height)
            {
                return new PixelWindow(random.Next(height - h + 1), random.Next(width - w + 1), h, w);
            }
        }

        var (cropHeight, cropWidth) = ((double)width / height) switch
        {
            < Narrowest => ((int)Math.Round(width / Narrowest), width),
            > Widest => (height, (int)Math.Round(height * Widest)),
            _ => (height, width),
        };
        return new PixelWindow((height - cropHeight) / 2, (width - cropWidth) / 2, cropHeight, cropWidth);
    }

    private static double Between(double first, double last, ref SplitMix random) => first + ((last - first) * random.NextDouble());
}
