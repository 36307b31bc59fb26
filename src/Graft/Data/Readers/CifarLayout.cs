namespace Graft.Data.Readers;

/// <summary>How one of the CIFAR binary forms is laid out (Krizhevsky 2009): records of label bytes and 3,072 bytes, red plane, green, blue.</summary>
internal sealed record CifarLayout
{
    /// <summary>CIFAR-10: five training files of 10,000 records; one label byte.</summary>
    public static CifarLayout Cifar10 { get; } = new()
    {
        Name = "cifar10",
        Title = "CIFAR-10",
        Archive = "cifar-10-binary.tar.gz",
        PythonDirectory = "cifar-10-batches-py",
        PythonFiles = ["data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch"],
        Directory = "cifar-10-batches-bin",
        TrainFiles = ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"],
        TestFile = "test_batch.bin",
        NamesFile = "batches.meta.txt",
        TrainRecords = 10_000,
        TestRecords = 10_000,
        LabelBytes = 1,
        ClassNames = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
        Normalization = new([0.4914f, 0.4822f, 0.4465f], [0.2470f, 0.2435f, 0.2616f]),
    };

    /// <summary>CIFAR-100: one training file of 50,000 records; a coarse and a fine label byte, of which the fine one is used.</summary>
    public static CifarLayout Cifar100 { get; } = new()
    {
        Name = "cifar100",
        Title = "CIFAR-100",
        Archive = "cifar-100-binary.tar.gz",
        PythonDirectory = "cifar-100-python",
        PythonFiles = ["train", "test"],
        Directory = "cifar-100-binary",
        TrainFiles = ["train.bin"],
        TestFile = "test.bin",
        NamesFile = "fine_label_names.txt",
        TrainRecords = 50_000,
        TestRecords = 10_000,
        LabelBytes = 2,
        ClassNames = [.. Enumerable.Range(0, 100).Select(label => Invariant($"{label}"))],
        Normalization = new([0.5071f, 0.4865f, 0.4409f], [0.2673f, 0.2564f, 0.2762f]),
    };

    /// <summary>Its name in the catalogue.</summary>
    public required string Name { get; init; }

    /// <summary>Its name in words.</summary>
    public required string Title { get; init; }

    /// <summary>The official archive of the binary form.</summary>
    public required string Archive { get; init; }

    /// <summary>The directory inside the official archive of the Python version.</summary>
    public required string PythonDirectory { get; init; }

    /// <summary>Files of the Python version.</summary>
    public required IReadOnlyList<string> PythonFiles { get; init; }

    /// <summary>The directory inside the official archive.</summary>
    public required string Directory { get; init; }

    /// <summary>The training files, in order.</summary>
    public required IReadOnlyList<string> TrainFiles { get; init; }

    /// <summary>The test file.</summary>
    public required string TestFile { get; init; }

    /// <summary>The text file of class names, one a line; it may be missing.</summary>
    public required string NamesFile { get; init; }

    /// <summary>Records in each training file.</summary>
    public required int TrainRecords { get; init; }

    /// <summary>Records in the test file.</summary>
    public required int TestRecords { get; init; }

    /// <summary>Label bytes before the pixels; the last is the label.</summary>
    public required int LabelBytes { get; init; }

    /// <summary>The class names to use without the text file.</summary>
    public required IReadOnlyList<string> ClassNames { get; init; }

    /// <summary>The constants that others use for this data set.</summary>
    public required Normalization Normalization { get; init; }
}
