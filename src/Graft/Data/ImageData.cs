namespace Graft.Data;

/// <summary>A data set: training and test images, the names of the classes, and how pixels are normalised.</summary>
public sealed record ImageData
{
    /// <summary>The name of a known data set, or the path that it was loaded from.</summary>
    public required string Name { get; init; }

    /// <summary>The training images, in the order of the source.</summary>
    public required ImageSet Train { get; init; }

    /// <summary>The test images, in the order of the source.</summary>
    public required ImageSet Test { get; init; }

    /// <summary>The name of each class, by class index.</summary>
    public required IReadOnlyList<string> ClassNames { get; init; }

    /// <summary>How bytes become the network's input.</summary>
    public required Normalization Normalization { get; init; }

    /// <summary>
    /// Lower-case hexadecimal SHA-256 over shapes, pixels and labels of both sets and the class names: equal content, equal fingerprint. Where
    /// <see cref="ImageOptions"/> change
    /// the images, it covers these too; scaled images of a folder are then represented by the content of their files.
    /// </summary>
    public required string Fingerprint { get; init; }

    /// <summary>
    /// What whoever uses the data should know, a sentence each: files that were passed over, a folder that was taken for another. Empty if there is nothing
    /// to say.
    /// </summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Whether the images are photographs in files, which are decoded to <see cref="ImageOptions.Channels"/>.</summary>
    internal bool ArePhotographs { get; init; }

    /// <summary>What tells whether a network fits the data set.</summary>
    internal DataOutline Outline => new(Name, Train.Shape, ClassNames, Normalization, ArePhotographs, Stored);

    /// <summary>How the images were scaled; null where they are as they are stored.</summary>
    internal ImageScaling? Scaling { get; init; }

    /// <summary>The shape that images have as they are stored, where they were scaled; null where they were not, and of images of several shapes.</summary>
    internal ImageShape? Stored { get; init; }

    /// <summary>Puts images that lie in memory together. It stands in no plan: sessions of another day could not load it again.</summary>
    /// <param name="name">What it is called in messages.</param>
    /// <param name="train">The training images.</param>
    /// <param name="test">The test images, of the same shape.</param>
    /// <param name="classNames">The name of each class, by label.</param>
    /// <param name="normalization">How bytes become the network's input; null for mean and deviation of the training images.</param>
    /// <exception cref="DataException">A set is empty, the shapes differ, there are fewer than 2 classes, or a label is none of them.</exception>
    public static ImageData Create(string name, ImageSet train, ImageSet test, IReadOnlyList<string> classNames, Normalization? normalization = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        ArgumentNullException.ThrowIfNull(classNames);
        return ImageDataFactory.Create(name, train, test, classNames, normalization);
    }

    /// <summary>Name, numbers and shape in short, e.g. <c>cifar10: 50000 training and 10000 test images of 3x32x32, 10 classes</c>.</summary>
    public override string ToString() =>
        Invariant($"{Name}: {Train.Count} training and {Test.Count} test images of {Train.Shape}, {ClassNames.Count} classes");
}
