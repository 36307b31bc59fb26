using System.Security.Cryptography;
using Graft.Runtime;

namespace Graft.Data.Readers;

/// <summary>
/// Reads <c>train/&lt;class&gt;/…</c> and <c>test/&lt;class&gt;/…</c>, or <c>val</c> in the place of <c>test</c>, or <c>&lt;class&gt;/…</c> alone, which is
/// divided; all images become RGB, or grayscale where that is asked for. They have one size, or are scaled to one.
/// </summary>
internal sealed class ImageFolder : IDataFormat
{
    private static readonly string[] TestNames = ["test", "val", "valid", "validation"];

    /// <inheritdoc/>
    public string? Find(string directory) => HasParts(directory) || HasClassesAlone(directory) ? directory : null;

    /// <inheritdoc/>
    public ImageData Read(string name, string directory, KnownData? known, DataOptions options, CancellationToken cancellation)
    {
        var (listing, notes) = HasParts(directory) ? InParts(directory) : Divided(directory);
        var notKept = new List<string>();
        var hashes = WithRevision(listing.Files, ContentIndex.Hash(directory, listing.Files, options, notKept, cancellation));
        var data = new Folder(name, listing, hashes, options, notKept, cancellation).Read();
        return data with { Notes = [.. listing.Notes, .. data.Notes, .. notes, .. InBothParts(directory, listing, hashes), .. notKept] };
    }

    /// <summary>Why a directory of folders with images is no image folder, and what to do; null if it does not look like one at all.</summary>
    public static string? WhyNot(string directory)
    {
        var folders = FoldersOf(directory);
        var names = folders.Select(folder => folder.Name).ToList();
        if (names.Contains("train"))
        {
            var found = names.Count > 1 ? $"; found: {Some(names)}" : "";
            return $"there is train/ but no test/; put images for testing into test/<class> (val/<class> is taken too){found}.";
        }

        if (TestFolders(directory) is [var test, ..] && !names.Contains("train", StringComparer.OrdinalIgnoreCase))
        {
            return $"there is {test}/ but no train/; put the images for training into train/<class>.";
        }

        if (names.FirstOrDefault(name => name.Equals("train", StringComparison.OrdinalIgnoreCase)) is { } other)
        {
            return $"there is {other}/, expected train/ and test/ in lower case; rename the folders.";
        }

        if (folders.Where(HasImages).Select(folder => folder.Name).ToList() is { Count: > 0 } classes)
        {
            return $"images of one class alone ({Some(classes)}); expected a folder for each class, or train/<class> and test/<class>.";
        }

        return HasImages(new DirectoryInfo(directory))
            ? "images without folders; expected train/<class>/*.png and test/<class>/*.png, a folder for each class."
            : null;

        static string Some(List<string> names) => string.Join(", ", names.Take(3)) + (names.Count > 3 ? ", …" : "");
    }

    // Pixels are kept, and scaled data recognised, by the hashes of files. Transparent pixels of GIFs were black in earlier builds.
    private static byte[][] WithRevision(IReadOnlyList<string> files, byte[][] hashes) =>
        [.. files.Zip(hashes, (file, hash) => file.EndsWith(".gif", StringComparison.OrdinalIgnoreCase) ? SHA256.HashData([.. hash, 1]) : hash)];

    // Whoever copies images by hand copies some twice, and is then told an accuracy that new images will not have.
    private static IEnumerable<string> InBothParts(string directory, ImageListing listing, byte[][] hashes)
    {
        var training = hashes.Take(listing.TrainCount).Select(Convert.ToHexString).ToHashSet(StringComparer.Ordinal);
        var twice = listing.Files.Zip(hashes).Skip(listing.TrainCount).Where(test => training.Contains(Convert.ToHexString(test.Second))).ToList();
        if (twice.Count > 0)
        {
            yield return $"{directory}: {Plural.Of(twice.Count, "test image is a training image", "test images are training images")}, too "
                + $"(e.g. {twice[0].First}); what a network gets right of them says nothing about new images.";
        }
    }

    private static (ImageListing Listing, IEnumerable<string> Notes) InParts(string directory)
    {
        var tests = TestFolders(directory);
        var notes = tests.Skip(1).Select(other => $"{directory}: {other}/ is not used: {tests[0]}/ has the test images.");
        return (
            ImageListing.Create(directory, tests[0]),
            tests[0] == "test" ? notes : notes.Prepend($"{directory}: there is no test/; {tests[0]}/ is taken for the test images.")
        );
    }

    private static (ImageListing Listing, IEnumerable<string> Notes) Divided(string directory)
    {
        var listing = ImageListing.Split(directory);
        return (listing, [
            Invariant($"{directory}: there are no train/ and test/; a fifth of each class, {listing.Files.Count - listing.TrainCount:N0} images chosen ")
                + "by their names, is taken for the test images.",
            .. PartOfAnother(directory),
        ]);
    }

    // Whoever gives train/ of a folder that has test/ beside it means the folder.
    private static IEnumerable<string> PartOfAnother(string directory)
    {
        var (name, above) = (new DirectoryInfo(directory).Name, Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory))));
        if (above is not null && HasParts(above) && (name == "train" || TestFolders(above).Contains(name)))
        {
            yield return $"{directory} is a part of {above}, which has {TestFolders(above)[0]}/, too: give that folder to use both.";
        }
    }

    private static bool HasParts(string directory) => Directory.Exists(Path.Combine(directory, "train")) && TestFolders(directory).Count > 0;

    // A folder for each class, and none that might be a part of the data.
    private static bool HasClassesAlone(string directory)
    {
        var folders = FoldersOf(directory);
        return folders.Count(HasImages) > 1 && !folders.Any(folder => TestNames.Append("train").Contains(folder.Name, StringComparer.OrdinalIgnoreCase));
    }

    private static List<DirectoryInfo> FoldersOf(string directory) =>
    [
        .. new DirectoryInfo(directory).EnumerateDirectories()
            .Where(folder => !folder.Attributes.HasFlag(FileAttributes.Hidden))
            .OrderBy(folder => folder.Name, StringComparer.Ordinal),
    ];

    private static bool HasImages(DirectoryInfo folder) => folder.EnumerateFiles().Any(file => ImageDecoder.Takes(file.Name));

    private static List<string> TestFolders(string directory) => [.. TestNames.Where(name => Directory.Exists(Path.Combine(directory, name)))];

    /// <summary>A listed folder, and the content of its files.</summary>
    private sealed class Folder(
        string name, ImageListing listing, byte[][] hashes, DataOptions options, ICollection<string> notKept, CancellationToken cancellation)
    {
        private readonly int? _size = options.Images.Size;
        private readonly ImageShape _shape = options.Images.Size is { } size
            ? new(options.Images.PhotographChannels, size, size)
            : MostFrequentShape(listing, options.Images.PhotographChannels);

        // One that differs from the others is to be named, not the others.
        private static ImageShape MostFrequentShape(ImageListing listing, int channels) => SomeShapes(listing, channels) is { Count: > 0 } shapes
            ? shapes.MaxBy(shape => shape.Value).Key
            : ImageDecoder.ReadShape(Path.Combine(listing.Root, listing.Files[0]), channels);

        // Of some images from all over the folder: how many have each shape.
        private static List<KeyValuePair<ImageShape, int>> SomeShapes(ImageListing listing, int channels)
        {
            const int Most = 25;
            int step = Math.Max(1, listing.Files.Count / Most);
            return [.. listing.Files.Where((_, i) => i % step == 0).Select(ShapeOf).OfType<ImageShape>().CountBy(shape => shape)];

            // Null of an image that is damaged: all of those are named when pixels are read.
            ImageShape? ShapeOf(string file)
            {
                try
                {
                    return ImageDecoder.ReadShape(Path.Combine(listing.Root, file), channels);
                }
                catch (DataException)
                {
                    return null;
                }
            }
        }

        private bool FitsInMemory => options.FitsInMemory((long)listing.Files.Count * _shape.Size);

        private Range TrainPart => ..listing.TrainCount;

        private Range TestPart => listing.TrainCount..listing.Files.Count;

        /// <summary>The key of decoded pixels, which depend on the files and the options alone.</summary>
        private string PixelKey => ContentIndex.KeyOf(hashes)
            + (_size is null ? "" : Invariant($"-{_size}-{options.Images.ShorterSide}"))
            + (_shape.Channels == ImageShape.Rgb ? "" : "-grayscale");

        public ImageData Read()
        {
            var (train, test) = FitsInMemory ? InMemory() : (OnDisk(TrainPart), OnDisk(TestPart));
            ImageDataFactory.Check(name, train, test, listing.ClassNames);
            if (_size is not null)
            {
                // The fingerprint is made of the content of the files, so that a large folder need not be decoded for it.
                var normalization = options.Images.Normalization is { } given ? Normalization.Parse(given) : MeasuredOnce(train, null).Normalization;
                normalization.RequireChannels(_shape, arePhotographs: true);
                return Data(train, test, normalization, ImageDataFactory.FingerprintOf(Content(), options.Images.Describe(own: null, ImageShape.Rgb)!));
            }

            var facts = MeasuredOnce(train, test);
            return ImageDataFactory.Apply(Data(train, test, facts.Normalization, facts.Fingerprint!), options, cancellation);
        }

        private ImageData Data(ImageSet train, ImageSet test, Normalization normalization, string fingerprint)
        {
            var stored = _size is not null && SomeShapes(listing, _shape.Channels) is [var only] ? only.Key : null;
            return new()
            {
                Name = name,
                Train = train,
                Test = test,
                ClassNames = listing.ClassNames,
                Normalization = normalization,
                Fingerprint = fingerprint,
                ArePhotographs = true,
                Scaling = options.Images.Scaling,
                Stored = stored,
                Notes = options.Images.Remark(name, stored) is { } remark ? [remark] : [],
            };
        }

        /// <summary>What can be known only by reading all pixels; where these are decoded for it, it is kept.</summary>
        private MeasuredFacts MeasuredOnce(ImageSet train, ImageSet? test)
        {
            var path = Path.Combine(options.DataDirectory, "content", $"{Content()[..32]}{PixelKey[32..]}.json");
            return train.IsInMemory ? Measure() : MeasuredFacts.Get(path, Measure, write => KeptFile.Write(listing.Root, notKept, write));

            MeasuredFacts Measure()
            {
                var fingerprint = test is null ? null : ImageDataFactory.Fingerprint(train, test, listing.ClassNames, Progress(), cancellation);
                var measured = ImageDataFactory.Measure(train, Progress().Of(train.Count), cancellation);
                return new MeasuredFacts(fingerprint, [.. measured.Mean], [.. measured.Std]);
            }

            DecodeProgress Progress() => new(name, listing.Files.Count, train.IsInMemory ? null : options.Progress);
        }

        private (ImageSet Train, ImageSet Test) InMemory()
        {
            var cache = Path.Combine(options.DataDirectory, "decoded", $"{PixelKey}.bin");
            var pixels = DecodedCache.TryRead(cache, listing.Files.Count, _shape) ?? DecodeAndStore(cache);
            return (Part(TrainPart), Part(TestPart));

            ImageSet Part(Range part) => new(
                _shape, pixels.AsMemory(part.Start.Value * _shape.Size, (part.End.Value - part.Start.Value) * _shape.Size), listing.Labels[part], Store(part));
        }

        private byte[] DecodeAndStore(string cache)
        {
            var progress = new DecodeProgress(name, listing.Files.Count, options.Progress);
            var pixels = ImageDataFactory.ReadPixels(OnDisk(..listing.Files.Count), progress, cancellation);
            KeptFile.Write(listing.Root, notKept, () => DecodedCache.Write(cache, listing.Files.Count, _shape, pixels));
            return pixels;
        }

        private ImageSet OnDisk(Range part) => new(_shape, Store(part), listing.Labels[part]);

        private IImageStore Store(Range part)
        {
            var files = listing.Files.Take(part).ToList();
            return _size is { } size
                ? new ScaledImages(new ImageFiles(listing.Root, files, _shape.Channels, null), options.Images.ShorterSide, size)
                : new ImageFiles(listing.Root, files, _shape.Channels, _shape);
        }

        /// <summary>A hash of the files with their classes.</summary>
        private string Content()
        {
            using var hash = new DataHash();
            hash.Append(listing.Files.Count, listing.TrainCount);
            foreach (var item in hashes)
            {
                hash.Append(item);
            }

            hash.Append(listing.Labels);
            hash.Append(listing.ClassNames);
            return hash.ToString();
        }
    }
}
