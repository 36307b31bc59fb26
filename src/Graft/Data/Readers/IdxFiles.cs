namespace Graft.Data.Readers;

/// <summary>
/// The four files of MNIST and its kin: grey images and labels in IDX, plain or as .gz, with "-" or "." before "idx". Images of 28x28 are padded by black to
/// 32x32.
/// </summary>
internal sealed class IdxFiles : IDataFormat
{
    private const int MnistSide = 28;
    private const int Padding = 2;
    private static readonly (string Separator, string End)[] NameForms = [("-", ""), ("-", ".gz"), (".", ""), (".", ".gz")];

    /// <summary>Class names where none are known.</summary>
    public static IReadOnlyList<string> Digits { get; } = [.. Enumerable.Range(0, 10).Select(digit => Invariant($"{digit}"))];

    /// <inheritdoc/>
    public string? Find(string directory) =>
        Find(directory, "train", "images", 3) is not null || Find(directory, "train", "labels", 1) is not null
        || Find(directory, "t10k", "images", 3) is not null || Find(directory, "t10k", "labels", 1) is not null ? directory : null;

    /// <inheritdoc/>
    public ImageData Read(string name, string directory, KnownData? known, DataOptions options, CancellationToken cancellation)
    {
        var classNames = known?.ClassNames ?? Digits;
        ImageSet Part(string prefix) => Set(Open(directory, prefix, "images", 3), Open(directory, prefix, "labels", 1), classNames.Count);
        return ImageDataFactory.Apply(ImageDataFactory.Create(name, Part("train"), Part("t10k"), classNames, known?.Normalization), options, cancellation);
    }

    /// <summary>Puts images and labels together.</summary>
    /// <exception cref="DataException">They are not images and labels, not equally many, or a label is out of range.</exception>
    public static ImageSet Set(IdxContent images, IdxContent labels, int classes)
    {
        CheckDimensions(images, 3, "images");
        CheckDimensions(labels, 1, "labels");
        int count = images.Dimensions[0], height = images.Dimensions[1], width = images.Dimensions[2];
        if (count != labels.Values.Length)
        {
            throw new DataException(Invariant($"{labels.Name}: {labels.Values.Length:N0} labels, expected {count:N0} as there are images in {images.Name}."));
        }

        for (var i = 0; i < labels.Values.Length; i++)
        {
            if (labels.Values[i] >= classes)
            {
                throw new DataException(Invariant($"{labels.Name}: label {labels.Values[i]} at byte {labels.HeaderLength + i:N0}, expected 0-{classes - 1}."));
            }
        }

        var padding = height == MnistSide && width == MnistSide ? Padding : 0;
        var shape = new ImageShape(1, height + (2 * padding), width + (2 * padding));
        return new ImageSet(shape, Pad(images.Values, count, height, width, padding), [.. labels.Values.Select(label => (int)label)]);
    }

    private static void CheckDimensions(IdxContent content, int expected, string what)
    {
        if (content.Dimensions.Length != expected)
        {
            throw new DataException(
                Invariant($"{content.Name}: starts with 0000080{content.Dimensions.Length}, expected 0000080{expected}; these are not {what}."));
        }
    }

    private static byte[] Pad(byte[] pixels, int count, int height, int width, int padding)
    {
        int paddedHeight = height + (2 * padding), paddedWidth = width + (2 * padding);
        var padded = new byte[(long)count * paddedHeight * paddedWidth];
        for (var row = 0; row < count * height; row++)
        {
            var (image, y) = Math.DivRem(row, height);
            var target = (((image * paddedHeight) + y + padding) * paddedWidth) + padding;
            pixels.AsSpan(row * width, width).CopyTo(padded.AsSpan(target));
        }

        return padded;
    }

    private static IdxContent Open(string directory, string prefix, string what, int dimensions) =>
        IdxContent.Read(Find(directory, prefix, what, dimensions)
            ?? throw new DataException(Invariant($"{directory}: {prefix}-{what}-idx{dimensions}-ubyte (or .gz) is missing; add it beside the others.")));

    private static string? Find(string directory, string prefix, string what, int dimensions) =>
        NameForms
            .Select(form => Path.Combine(directory, Invariant($"{prefix}-{what}{form.Separator}idx{dimensions}-ubyte{form.End}")))
            .FirstOrDefault(File.Exists);
}
