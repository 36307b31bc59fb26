using System.Reflection;

namespace Graft.Data.Readers;

/// <summary>The slice of Fashion-MNIST inside this assembly (data/make-fashion-mnist-mini.py): 6,000 training and 2,000 test images.</summary>
internal sealed class EmbeddedSlice : IDataFormat
{
    private const string Prefix = "fashion-mnist-mini";

    /// <inheritdoc/>
    public string? Find(string directory) => null; // it is in no directory

    /// <inheritdoc/>
    public ImageData Read(string name, string directory, KnownData? known, DataOptions options, CancellationToken cancellation)
    {
        var (classNames, normalization) = known ?? throw new ArgumentNullException(nameof(known));
        return ImageDataFactory.Apply(ImageDataFactory.Create(name, Set("train"), Set("t10k"), classNames, normalization), options, cancellation);

        ImageSet Set(string part) => IdxFiles.Set(Resource($"{part}-images-idx3-ubyte.gz"), Resource($"{part}-labels-idx1-ubyte.gz"), classNames.Count);
    }

    private static IdxContent Resource(string name)
    {
        var full = $"{Prefix}-{name}";
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(full) ?? throw new DataException($"{full} is not embedded in this build.");
        return IdxContent.Read(full, stream);
    }
}
