using Graft.Runtime;
using static Graft.Data.Augmentations.AugmentationOperation;

namespace Graft.Data.Augmentations;

/// <summary>
/// One random operation at one random magnitude (Müller and Hutter 2021, table 1, "wide" space), on bytes. Operations, magnitudes and rounding are those
/// of torchvision's TrivialAugmentWide on PIL images with nearest-neighbour interpolation and black fill. Used by one thread at a time.
/// </summary>
internal sealed class TrivialAugment(ImageShape shape)
{
    /// <summary>How many magnitudes each operation that has one can take.</summary>
    public const int Magnitudes = 31;

    private const int Operations = (int)Equalize + 1;
    private readonly byte[] _source = new byte[shape.Size];

    /// <summary>Draws an operation, a magnitude and a sign, and applies it in place.</summary>
    public void Apply(Span<byte> image, ref SplitMix random)
    {
        var operation = (AugmentationOperation)random.Next(Operations);
        var bin = random.Next(Magnitudes);
        Apply(image, operation, Magnitude(operation, bin, negative: random.NextBool()));
    }

    /// <summary>
    /// The magnitude of bin 0–30: a slope, pixels, degrees, a change of an enhancement factor, bits or a threshold; 0 where the operation takes none.
    /// The geometric operations and the four enhancements know a sign.
    /// </summary>
    public static float Magnitude(AugmentationOperation operation, int bin, bool negative)
    {
        var sign = negative ? -1 : 1;
        return operation switch
        {
            ShearX or ShearY or Brightness or Color or Contrast or Sharpness => sign * LinearSpace(0, 0.99f, bin),
            TranslateX or TranslateY => sign * LinearSpace(0, 32, bin),
            Rotate => sign * LinearSpace(0, 135, bin),
            Posterize => 8 - MathF.Round(bin / 5f), // 8 to 2 bits; halves cannot occur
            Solarize => LinearSpace(255, 0, bin),
            _ => 0,
        };
    }

    /// <summary>Applies one operation in place; <see cref="Color"/> leaves a grey image as it is.</summary>
    public void Apply(Span<byte> image, AugmentationOperation operation, float magnitude)
    {
        image.CopyTo(_source);
        switch (operation)
        {
            case ShearX:
                Geometry.Transform(_source, image, shape, new Affine(1, magnitude, 0, 0, 1, 0));
                break;
            case ShearY:
                Geometry.Transform(_source, image, shape, new Affine(1, 0, 0, magnitude, 1, 0));
                break;
            case TranslateX:
                Geometry.Transform(_source, image, shape, new Affine(1, 0, -(int)magnitude, 0, 1, 0));
                break;
            case TranslateY:
                Geometry.Transform(_source, image, shape, new Affine(1, 0, 0, 0, 1, -(int)magnitude));
                break;
            case Rotate:
                Geometry.Transform(_source, image, shape, Affine.Rotation(magnitude, shape.Width, shape.Height));
                break;
            case Brightness:
                Tones.Brightness(image, 1 + magnitude);
                break;
            case Color:
                Tones.Saturation(image, shape, 1 + magnitude);
                break;
            case Contrast:
                Tones.Contrast(image, shape, 1 + magnitude);
                break;
            case Sharpness:
                Sharpening.Apply(_source, image, shape, 1 + magnitude);
                break;
            case Posterize:
                Tones.Posterize(image, (int)magnitude);
                break;
            case Solarize:
                Tones.Solarize(image, magnitude);
                break;
            case AutoContrast:
                Histograms.AutoContrast(image, shape.Channels);
                break;
            case Equalize:
                Histograms.Equalize(image, shape.Channels);
                break;
        }
    }

    /// <summary>As torch.linspace computes it: from the nearer end, in 32 bits, so that blended values truncate to the same byte.</summary>
    private static float LinearSpace(float first, float last, int bin)
    {
        var step = (last - first) / (Magnitudes - 1);
        return bin < Magnitudes / 2 ? first + (step * bin) : last - (step * (Magnitudes - 1 - bin));
    }
}
