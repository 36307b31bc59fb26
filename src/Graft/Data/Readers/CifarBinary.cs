using System.Runtime.CompilerServices;
using Graft.Formats;

namespace Graft.Data.Readers;

/// <summary>Reads CIFAR-10 and CIFAR-100 in their binary form.</summary>
/// <param name="layout">Which of them.</param>
internal sealed class CifarBinary(CifarLayout layout) : IDataFormat
{
    private const int Side = 32;
    private const int Plane = Side * Side;
    private static readonly ImageShape Shape = new(3, Side, Side);

    /// <inheritdoc/>
    public string? Find(string directory) => new[] { directory, Path.Combine(directory, layout.Directory) }
        .FirstOrDefault(candidate => layout.TrainFiles.Append(layout.TestFile).Any(file => File.Exists(Path.Combine(candidate, file))));

    /// <inheritdoc/>
    public ImageData Read(string name, string directory, KnownData? known, DataOptions options, CancellationToken cancellation)
    {
        var train = ReadSet(directory, layout.TrainFiles, layout.TrainRecords);
        var test = ReadSet(directory, [layout.TestFile], layout.TestRecords);
        var names = ReadNames(directory, known?.ClassNames ?? layout.ClassNames);
        return ImageDataFactory.Apply(ImageDataFactory.Create(name, train, test, names, known?.Normalization ?? layout.Normalization), options, cancellation);
    }

    /// <summary>What to do with the Python version of the data set, if that is what a directory holds; else null.</summary>
    public string? WhyNot(string directory)
    {
        var found = layout.PythonFiles
            .SelectMany(file => new[] { Path.Combine(directory, file), Path.Combine(directory, layout.PythonDirectory, file) })
            .FirstOrDefault(File.Exists);
        return found is not null && FoundContent.OfFile(found) == FoundContent.PythonPickle
            ? $"{Path.GetRelativePath(directory, found)} is a Python pickle: this is the Python version of {layout.Title}. "
                + $"Graft reads the binary version ({layout.Archive}); "
                + $"the name {layout.Name} fetches it."
            : null;
    }

    private ImageSet ReadSet(string directory, IReadOnlyList<string> files, int records)
    {
        var pixels = new byte[files.Count * records * Shape.Size];
        var labels = new int[files.Count * records];
        for (var file = 0; file < files.Count; file++)
        {
            var path = Path.Combine(directory, files[file]);
            var bytes = ReadFile(path, records);
            for (var i = 0; i < records; i++)
            {
                var record = bytes.AsSpan(i * (layout.LabelBytes + Shape.Size), layout.LabelBytes + Shape.Size);
                var index = (file * records) + i;
                labels[index] = record[layout.LabelBytes - 1];
                if (labels[index] >= layout.ClassNames.Count)
                {
                    var at = ((long)i * record.Length) + layout.LabelBytes - 1;
                    throw new DataException(
                        Invariant($"{path}: label {labels[index]} at byte {at:N0} (record {i:N0}), expected 0-{layout.ClassNames.Count - 1}.")
                    );
                }

                Interleave(record[layout.LabelBytes..], pixels.AsSpan(index * Shape.Size, Shape.Size));
            }
        }

        return new ImageSet(Shape, pixels, labels);
    }

    private byte[] ReadFile(string path, int records)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new DataException($"{path} is missing; add it beside the others.");
        }

        var size = layout.LabelBytes + Shape.Size;
        var expected = (long)records * size;
        return file.Length == expected ? File.ReadAllBytes(path)
            : FoundContent.OfFile(path) is { } found ? throw new DataException(Invariant($"{path}: not {records:N0} records of {layout.Title} but {found}."))
            : throw new DataException(
                Invariant($"{path}: {file.Length:N0} bytes, expected {expected:N0} ({records:N0} records of {size:N0} bytes); ")
                + (file.Length < expected ? "the file is truncated." : "the file is too long."));
    }

    /// <summary>[C, H, W] -> [H, W, C]. Optimised at once: it runs for one short moment, over before the runtime would get to it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Interleave(ReadOnlySpan<byte> planes, Span<byte> image)
    {
        ReadOnlySpan<byte> red = planes[..Plane], green = planes.Slice(Plane, Plane), blue = planes.Slice(2 * Plane, Plane);
        for (var i = 0; i < red.Length; i++)
        {
            image[3 * i] = red[i];
            image[(3 * i) + 1] = green[i];
            image[(3 * i) + 2] = blue[i];
        }
    }

    private IReadOnlyList<string> ReadNames(string directory, IReadOnlyList<string> standard)
    {
        var path = Path.Combine(directory, layout.NamesFile);
        if (!File.Exists(path))
        {
            return standard;
        }

        var names = File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0).ToList();
        return names.Count == standard.Count ? names
            : FoundContent.OfFile(path) is { } found and not FoundContent.TextFile
                ? throw new DataException($"{path}: not the names of the classes but {found}.")
            : throw new DataException(Invariant($"{path}: {names.Count} class names, expected {standard.Count}."));
    }
}
