using Graft.Data.Readers;

namespace Graft.Data;

/// <summary>The data sets that are known by name.</summary>
internal static class DataCatalog
{
    private const string FashionTerms = "MIT, Zalando SE 2017";
    private const string FashionCitation = "Xiao, Rasul, Vollgraf 2017, Fashion-MNIST, arXiv 1708.07747";
    private const string CifarTerms = "no licence stated; free to use with citation";
    private const string CifarCitation = "Krizhevsky 2009, Learning Multiple Layers of Features from Tiny Images";

    private static readonly ImageShape PaddedGrey = new(1, 32, 32);
    private static readonly ImageShape Photograph = new(3, 32, 32);

    // In the order of the labels (Xiao, Rasul and Vollgraf 2017, table 2).
    private static readonly string[] Clothes = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

    // Over all 60,000 training images as padded to 32x32, not the usual 0.2860 and 0.3530 of the 28x28 image: the padding is part of what the network sees,
    // and a directory of the
    // same files, whose constants are computed, comes out the same.
    private static readonly Normalization FashionNormalization = new([0.2190f], [0.3318f]);

    /// <summary>All known data sets, the embedded one first.</summary>
    /// <remarks>
    /// The checksums of Fashion-MNIST are of the uncompressed content, because copies compressed anew are around (Debian's
    /// package dataset-fashion-mnist). They were taken from that package, whose files, given back the name and time of the gzip header, have the MD5 that
    /// the authors publish.
    /// </remarks>
    public static IReadOnlyList<CatalogEntry> All { get; } =
    [
        new CatalogEntry
        {
            Name = "fashion-mnist-mini",
            Description = "6,000 + 2,000 images of Fashion-MNIST, embedded in Graft; 10 classes, grey, padded to 32x32",
            Shape = PaddedGrey,
            ClassNames = Clothes,
            Normalization = FashionNormalization,
            Format = DataFormats.Embedded,
            Licence = FashionTerms,
            Citation = FashionCitation,
            Directory = "",
            Files = [],
        },
        new CatalogEntry
        {
            Name = "cifar10",
            Description = "50,000 + 10,000 photographs, 10 classes, RGB, 32x32",
            Shape = Photograph,
            ClassNames = CifarLayout.Cifar10.ClassNames,
            Normalization = CifarLayout.Cifar10.Normalization,
            Format = DataFormats.Cifar10,
            Licence = CifarTerms,
            Citation = CifarCitation,
            Directory = "cifar-10-batches-bin",
            ArchiveLimit = 200_000_000,
            Files =
            [
                new CatalogFile
                {
                    Name = "cifar-10-binary.tar.gz",
                    Url = new Uri("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"),
                    Bytes = 170_052_171,
                    Sha256 = "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
                },
            ],
        },
        new CatalogEntry
        {
            Name = "cifar100",
            Description = "50,000 + 10,000 photographs, 100 classes, RGB, 32x32",
            Shape = Photograph,
            ClassNames = CifarLayout.Cifar100.ClassNames,
            Normalization = CifarLayout.Cifar100.Normalization,
            Format = DataFormats.Cifar100,
            Licence = CifarTerms,
            Citation = CifarCitation,
            Directory = "cifar-100-binary",
            ArchiveLimit = 200_000_000,
            Files =
            [
                new CatalogFile
                {
                    Name = "cifar-100-binary.tar.gz",
                    Url = new Uri("https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz"),
                    Bytes = 168_513_733,
                    Sha256 = "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec",
                },
            ],
        },
        new CatalogEntry
        {
            Name = "fashion-mnist",
            Description = "60,000 + 10,000 images of clothes, 10 classes, grey, padded to 32x32",
            Shape = PaddedGrey,
            ClassNames = Clothes,
            Normalization = FashionNormalization,
            Format = DataFormats.Idx,
            Licence = FashionTerms,
            Citation = FashionCitation,
            Directory = "fashion-mnist",
            Files =
            [
                Fashion("train-images-idx3-ubyte.gz", 26_421_880, 47_040_016, "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
                Fashion("train-labels-idx1-ubyte.gz", 29_515, 60_008, "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
                Fashion("t10k-images-idx3-ubyte.gz", 4_422_102, 7_840_016, "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
                Fashion("t10k-labels-idx1-ubyte.gz", 5_148, 10_008, "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"),
            ],
        },
        new CatalogEntry
        {
            Name = "mnist",
            Description = "60,000 + 10,000 images of written digits, 10 classes, grey, padded to 32x32",
            Shape = PaddedGrey,
            ClassNames = IdxFiles.Digits,
            Normalization = new([0.1000f], [0.2752f]), // of the padded image, as for Fashion-MNIST; 0.1307 and 0.3081 without the padding
            Format = DataFormats.Idx,
            Licence = "CC BY-SA 3.0",
            Citation = "LeCun, Bottou, Bengio, Haffner 1998, Gradient-Based Learning Applied to Document Recognition",
            Directory = "mnist",
            Files =
            [
                Mnist("train-images-idx3-ubyte.gz", 9_912_422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
                Mnist("train-labels-idx1-ubyte.gz", 28_881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
                Mnist("t10k-images-idx3-ubyte.gz", 1_648_877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
                Mnist("t10k-labels-idx1-ubyte.gz", 4_542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
            ],
        },
    ];

    /// <summary>Returns the data set of that name, or null.</summary>
    public static CatalogEntry? Find(string name) => All.FirstOrDefault(entry => entry.Name == name);

    /// <summary>Returns the data set of that name.</summary>
    /// <exception cref="ConfigurationException">There is none.</exception>
    public static CatalogEntry Get(string name) => Find(name)
        ?? throw new ConfigurationException($"data set '{name}' is not known.{NearestName.Hint(name, All.Select(entry => entry.Name))}");

    private static CatalogFile Mnist(string name, long bytes, string sha256) =>
        new() { Name = name, Url = new Uri($"https://ossci-datasets.s3.amazonaws.com/mnist/{name}"), Bytes = bytes, Sha256 = sha256 };

    private static CatalogFile Fashion(string name, long bytes, long contentBytes, string sha256) => new()
    {
        Name = name,
        Url = new Uri($"http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/{name}"),
        Bytes = bytes,
        ContentBytes = contentBytes,
        Sha256 = sha256,
    };
}
