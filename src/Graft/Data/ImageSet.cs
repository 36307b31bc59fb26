namespace Graft.Data;

/// <summary>Labelled images of one shape, held in memory as bytes.</summary>
public sealed class ImageSet
{
    /// <param name="shape">The shape of each image.</param>
    /// <param name="pixels">The images one after another, each [H, W, C] row-major, 0–255.</param>
    /// <param name="labels">The class index of each image.</param>
    /// <exception cref="ArgumentException">The number of bytes is not the number of labels times the image size.</exception>
    public ImageSet(ImageShape shape, byte[] pixels, int[] labels)
    {
        if (pixels.LongLength != (long)labels.Length * shape.Size)
        {
            throw new ArgumentException(Invariant($"{labels.Length} images of {shape} take {(long)labels.Length * shape.Size} bytes, not {pixels.LongLength}."));
        }

        Shape = shape;
        Pixels = pixels;
        Labels = labels;
    }

    /// <summary>The shape of each image.</summary>
    public ImageShape Shape { get; }

    /// <summary>The number of images.</summary>
    public int Count => Labels.Length;

    /// <summary>The images one after another, each [H, W, C] row-major, 0–255. Not to be changed.</summary>
    public byte[] Pixels { get; }

    /// <summary>The class index of each image. Not to be changed.</summary>
    public int[] Labels { get; }

    /// <summary>The bytes of image <paramref name="index"/>, [H, W, C].</summary>
    public ReadOnlySpan<byte> this[int index] => Pixels.AsSpan(index * Shape.Size, Shape.Size);
}
