namespace Graft.Data.Readers;

/// <summary>All forms of data sets that are read.</summary>
internal static class DataFormats
{
    private static readonly CifarBinary[] Cifar = [new(CifarLayout.Cifar10), new(CifarLayout.Cifar100)];

    /// <summary>CIFAR-10 in its binary form.</summary>
    public static IDataFormat Cifar10 => Cifar[0];

    /// <summary>CIFAR-100 in its binary form.</summary>
    public static IDataFormat Cifar100 => Cifar[1];

    /// <summary>MNIST and its kin.</summary>
    public static IDataFormat Idx { get; } = new IdxFiles();

    /// <summary>The slice inside this assembly.</summary>
    public static IDataFormat Embedded { get; } = new EmbeddedSlice();

    /// <summary>The forms that a directory is looked through for, in this order.</summary>
    private static IReadOnlyList<IDataFormat> InDirectories { get; } = [.. Cifar, Idx, new ImageFolder()];

    /// <summary>The form of the data in a directory, and where exactly they lie; null if there are none.</summary>
    public static (IDataFormat Format, string Directory)? Find(string directory) => InDirectories
        .Select(format => (Format: format, Directory: format.Find(directory)))
        .Where(found => found.Directory is not null)
        .Select(found => ((IDataFormat, string)?)(found.Format, found.Directory!))
        .FirstOrDefault();

    /// <summary>Why there are no data in a directory, and what to do.</summary>
    public static string WhyNot(string directory) => Cifar.Select(cifar => cifar.WhyNot(directory)).FirstOrDefault(why => why is not null)
        ?? ImageFolder.WhyNot(directory)
        ?? (Directory.EnumerateFileSystemEntries(directory).Any()
            ? "no data found; expected data_batch_1.bin … test_batch.bin (CIFAR-10), train.bin and test.bin (CIFAR-100), train-images-idx3-ubyte[.gz] … (IDX), "
                + "or directories train/<class> and test/<class> with images."
            : "the directory is empty.");
}
