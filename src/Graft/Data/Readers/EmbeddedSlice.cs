using System.Reflection;

namespace Graft.Data.Readers;

/// <summary>The slice of Fashion-MNIST inside this assembly (data/make-fashion-mnist-mini.py), and what all of Fashion-MNIST shares.</summary>
internal static class EmbeddedSlice
{
    /// <summary>The name of the data set.</summary>
    public const string Name = "fashion-mnist-mini";

    /// <summary>The classes, in the order of the labels (Xiao, Rasul and Vollgraf 2017, table 2).</summary>
    public static IReadOnlyList<string> ClassNames { get; } =
        ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

    /// <summary>
    /// Over all 60,000 training images as padded to 32x32, not the usual 0.2860 and 0.3530 of the 28x28 image: the padding is part of what the network
    /// sees, and a directory of the same files, whose constants are computed, comes out the same.
    /// </summary>
    public static Normalization Normalization { get; } = new([0.2190f], [0.3318f]);

    /// <summary>Loads 6,000 training and 2,000 test images.</summary>
    public static ImageData Load() => ImageDataFactory.Create(Name, Set("train"), Set("t10k"), ClassNames, Normalization);

    private static ImageSet Set(string prefix) => IdxFiles.Set(Resource($"{prefix}-images-idx3-ubyte.gz"), Resource($"{prefix}-labels-idx1-ubyte.gz"), ClassNames.Count);

    private static IdxContent Resource(string name)
    {
        var full = $"{Name}-{name}";
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(full) ?? throw new DataException($"{full} is not embedded in this build.");
        return IdxContent.Read(full, stream);
    }
}
