using Graft.Runtime;

namespace Graft.Data.Augmentations;

/// <summary>
/// Turns an image into the network's input: crop, flip, TrivialAugment, normalisation, cutout. Used by one thread at a time.
/// </summary>
internal sealed class Augmenter
{
    private readonly AugmentationOptions _options;
    private readonly ImageShape _shape;
    private readonly float[][] _normalised; // [C][256]
    private readonly byte[] _moved;
    private readonly TrivialAugment? _trivialAugment;
    private byte[]? _read; // room for an image that does not lie in memory

    /// <param name="shape">The images, of any number of channels; TrivialAugment takes 1 or 3.</param>
    /// <param name="normalization">How bytes become values; one mean and deviation for each channel.</param>
    /// <param name="options">How images are varied.</param>
    /// <exception cref="ArgumentException">The normalisation is of another number of channels.</exception>
    /// <exception cref="ConfigurationException">TrivialAugment cannot take such images.</exception>
    public Augmenter(ImageShape shape, Normalization normalization, AugmentationOptions options)
    {
        if (normalization.Mean.Count != shape.Channels || normalization.Std.Count != shape.Channels)
        {
            throw new ArgumentException(
                Invariant($"{normalization.Mean.Count} means and {normalization.Std.Count} deviations for {shape.Channels} channels."),
                nameof(normalization)
            );
        }

        if (options.TrivialAugment && shape.Channels is not (ImageShape.Grayscale or ImageShape.Rgb))
        {
            throw new ConfigurationException(
                Invariant($"TrivialAugment changes colours, and so takes images of 1 or 3 channels, not of {shape.Channels}. Leave it out.")
            );
        }

        _options = options;
        _shape = shape;
        _normalised = [.. Enumerable.Range(0, shape.Channels).Select(c => Table(normalization.Mean[c], normalization.Std[c]))];
        _moved = new byte[shape.Size];
        _trivialAugment = options.TrivialAugment ? new TrivialAugment(shape) : null;
    }

    /// <summary>Reads one image of a set and writes it.</summary>
    /// <param name="set">The set, of the shape that was given.</param>
    /// <param name="index">The image.</param>
    /// <param name="random">Decides all that is left to chance for this image.</param>
    /// <param name="target">Gets the normalised values [H, W, C].</param>
    /// <exception cref="DataException">The image lies in a file that is gone or damaged.</exception>
    public void Write(ImageSet set, int index, SplitMix random, Span<float> target)
    {
        if (_options.RandomResizedCrop is not { } smallestShare)
        {
            Write(set.Read(index, set.IsInMemory ? [] : _read ??= new byte[_shape.Size]), random, target);
            return;
        }

        _read ??= new byte[_shape.Size];
        using (var image = set.ReadStored(index))
        {
            var part = RandomResizedCrop.Draw(image.Shape, smallestShare, ref random);
            Resampling.Resize(image, part, _shape.Height, _shape.Width, new PixelWindow(0, 0, _shape.Height, _shape.Width), _read);
        }

        Finish(_read, 0, 0, random, target);
    }

    /// <summary>Writes one image of the network's size.</summary>
    /// <param name="image">Bytes [H, W, C].</param>
    /// <param name="random">Decides all that is left to chance for this image.</param>
    /// <param name="target">Gets the normalised values [H, W, C].</param>
    public void Write(ReadOnlySpan<byte> image, SplitMix random, Span<float> target)
    {
        var padding = _options.CropPadding;
        var dx = padding > 0 ? random.Next((2 * padding) + 1) - padding : 0;
        var dy = padding > 0 ? random.Next((2 * padding) + 1) - padding : 0;
        Finish(image, dx, dy, random, target);
    }

    private static float[] Table(float mean, float std)
    {
        var table = new float[256];
        for (var value = 0; value < table.Length; value++)
        {
            table[value] = ((value / 255f) - mean) / std;
        }

        return table;
    }

    private void Finish(ReadOnlySpan<byte> image, int dx, int dy, SplitMix random, Span<float> target)
    {
        var flip = _options.Flip && random.NextBool();
        if (dx != 0 || dy != 0 || flip || _trivialAugment is not null)
        {
            Move(image, dx, dy, flip);
            _trivialAugment?.Apply(_moved, ref random);
            image = _moved;
        }

        Normalise(image, target);
        if (_options.CutoutSize > 0)
        {
            Cutout(target, random.Next(_shape.Height), random.Next(_shape.Width));
        }
    }

    /// <summary>Shifts by (dx, dy), black where nothing comes in, and mirrors if asked to.</summary>
    private void Move(ReadOnlySpan<byte> image, int dx, int dy, bool flip)
    {
        int channels = _shape.Channels, width = _shape.Width, stride = channels * width;
        var from = Math.Clamp(-dx, 0, width);
        var count = Math.Max(0, Math.Min(width, width - dx) - from);
        _moved.AsSpan().Clear();
        if (count == 0)
        {
            return;
        }

        for (var y = Math.Max(0, -dy); y < Math.Min(_shape.Height, _shape.Height - dy); y++)
        {
            var row = _moved.AsSpan(y * stride, stride);
            image.Slice(((y + dy) * stride) + ((from + dx) * channels), count * channels).CopyTo(row[(from * channels)..]);
            if (flip)
            {
                // Reversing bytes mirrors the pixels but also their channels: RGB comes back as BGR.
                row.Reverse();
                for (var i = 0; channels == ImageShape.Rgb && i < stride; i += 3)
                {
                    (row[i], row[i + 2]) = (row[i + 2], row[i]);
                }

                for (var i = 0; channels is not (ImageShape.Grayscale or ImageShape.Rgb) && i < stride; i += channels)
                {
                    row.Slice(i, channels).Reverse();
                }
            }
        }
    }

    private void Normalise(ReadOnlySpan<byte> image, Span<float> target)
    {
        target = target[..image.Length];
        switch (_normalised)
        {
            case [var grey]:
                for (var i = 0; i < image.Length; i++)
                {
                    target[i] = grey[image[i]];
                }

                break;
            case [var red, var green, var blue]:
                for (var i = 0; i + 2 < image.Length; i += 3)
                {
                    target[i] = red[image[i]];
                    target[i + 1] = green[image[i + 1]];
                    target[i + 2] = blue[image[i + 2]];
                }

                break;
            default:
                for (var i = 0; i < image.Length; i++)
                {
                    target[i] = _normalised[i % _normalised.Length][image[i]];
                }

                break;
        }
    }

    private void Cutout(Span<float> target, int centreY, int centreX)
    {
        int size = _options.CutoutSize, stride = _shape.Width * _shape.Channels;
        int left = Math.Max(0, centreX - (size / 2)), right = Math.Min(_shape.Width, centreX - (size / 2) + size);
        int top = Math.Max(0, centreY - (size / 2)), bottom = Math.Min(_shape.Height, centreY - (size / 2) + size);
        for (var y = top; y < bottom; y++)
        {
            target.Slice((y * stride) + (left * _shape.Channels), (right - left) * _shape.Channels).Clear();
        }
    }
}
