using Graft.Data.Readers;
using Graft.Runtime;

namespace Graft.Data;

/// <summary>Labelled images of one shape, as bytes: in memory, or in files that are decoded when they are read.</summary>
public sealed class ImageSet
{
    private const int BlockBytes = 1 << 25;
    private const int MostNamed = 5; // files that cannot be read
    private readonly IImageStore _images;

    /// <param name="shape">The shape of each image.</param>
    /// <param name="pixels">The images one after another, each [H, W, C] row-major, 0–255.</param>
    /// <param name="labels">The class index of each image.</param>
    /// <exception cref="ArgumentException">The number of bytes is not the number of labels times the image size.</exception>
    public ImageSet(ImageShape shape, byte[] pixels, int[] labels)
        : this(shape, (ReadOnlyMemory<byte>)pixels, labels, stored: null)
    {
    }

    /// <param name="shape">The shape of each image.</param>
    /// <param name="pixels">The images one after another.</param>
    /// <param name="labels">The class index of each image.</param>
    /// <param name="stored">Has the images as they are stored, where these are others.</param>
    internal ImageSet(ImageShape shape, ReadOnlyMemory<byte> pixels, int[] labels, IImageStore? stored)
        : this(shape, new ImagesInMemory(shape, pixels, stored), labels)
    {
        if (pixels.Length != (long)labels.Length * shape.Size)
        {
            throw new ArgumentException(Invariant($"{labels.Length} images of {shape} take {(long)labels.Length * shape.Size} bytes, not {pixels.Length}."));
        }
    }

    /// <param name="shape">The shape of each image.</param>
    /// <param name="images">The images.</param>
    /// <param name="labels">The class index of each image.</param>
    internal ImageSet(ImageShape shape, IImageStore images, int[] labels)
    {
        Shape = shape;
        Labels = labels;
        _images = images;
    }

    /// <summary>The shape of each image.</summary>
    public ImageShape Shape { get; }

    /// <summary>The number of images.</summary>
    public int Count => Labels.Length;

    /// <summary>The class index of each image. Not to be changed.</summary>
    public int[] Labels { get; }

    /// <summary>Whether all pixels lie in memory; if not, each reading decodes a file.</summary>
    public bool IsInMemory => _images.IsInMemory;

    /// <summary>The images themselves.</summary>
    internal IImageStore Images => _images;

    /// <summary>The bytes of image <paramref name="index"/>, [H, W, C].</summary>
    /// <exception cref="DataException">The image lies in a file that is gone or damaged.</exception>
    public ReadOnlySpan<byte> this[int index] => Read(index, _images.IsInMemory ? [] : new byte[Shape.Size]);

    /// <summary>The bytes of an image, [H, W, C], as the network gets them before augmentation.</summary>
    /// <param name="index">The image.</param>
    /// <param name="buffer">Room for one image, used where the pixels do not lie in memory.</param>
    internal ReadOnlySpan<byte> Read(int index, Span<byte> buffer) => _images.Read(index, buffer);

    /// <summary>An image in the size in which it is stored; the caller disposes it.</summary>
    internal StoredImage ReadStored(int index) => _images.ReadStored(index);

    /// <summary>Reads all pixels in order, block by block; those that do not lie in memory on several threads.</summary>
    /// <param name="use">Gets the bytes of some images, one after another.</param>
    /// <param name="done">Told how many images were read so far.</param>
    /// <param name="cancellation">Ends the work between two blocks.</param>
    /// <exception cref="DataException">Files are gone or damaged; all were looked at, the first are named.</exception>
    internal void ReadAll(Action<ReadOnlyMemory<byte>> use, Action<int>? done = null, CancellationToken cancellation = default)
    {
        if (_images is ImagesInMemory memory)
        {
            use(memory.Pixels);
            done?.Invoke(Count);
            return;
        }

        var perBlock = Math.Max(1, BlockBytes / Shape.Size);
        var block = new byte[Math.Min(Count, perBlock) * Shape.Size];
        var faults = new List<DataException>();
        for (var first = 0; first < Count; first += perBlock)
        {
            cancellation.ThrowIfCancellationRequested();
            var count = Math.Min(perBlock, Count - first);
            faults.AddRange(ReadInto(first, count, block));
            if (faults.Count == 0)
            {
                use(block.AsMemory(0, count * Shape.Size));
            }

            done?.Invoke(first + count);
        }

        if (faults.Count > 0)
        {
            throw AllOf(faults);
        }
    }

    private static DataException AllOf(List<DataException> faults)
    {
        if (faults.TrueForAll(fault => fault.Remedies is [{ Setting: Setting.ImageSize }]))
        {
            return new DataException(
                faults.Count == 1
                    ? faults[0].Message
                    : $"{faults[0].Message} {Plural.Of(faults.Count - 1, "other image has", "other images have")} another size, too.",
                faults[0]
            )
            {
                Remedies = faults[0].Remedies,
            };
        }

        var named = string.Join(" ", faults.Take(MostNamed).Select(fault => fault.Message));
        return new DataException(faults.Count > MostNamed ? Invariant($"{named} {faults.Count - MostNamed:N0} more cannot be read.") : named, faults[0]);
    }

    /// <summary>Reads some images into memory, on several threads; what could not be read, in order.</summary>
    private IEnumerable<DataException> ReadInto(int first, int count, byte[] target)
    {
        var faults = new DataException?[count];
        Parallel.For(0, count, i =>
        {
            try
            {
                var room = target.AsSpan(i * Shape.Size, Shape.Size);
                Read(first + i, room).CopyTo(room);
            }
            catch (DataException exception)
            {
                faults[i] = exception; // the others are read all the same, so that all faults are named at once
            }
        });
        return faults.OfType<DataException>();
    }
}
