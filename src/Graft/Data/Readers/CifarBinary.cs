using System.Runtime.CompilerServices;

namespace Graft.Data.Readers;

/// <summary>Reads CIFAR-10 and CIFAR-100 in their binary form.</summary>
internal static class CifarBinary
{
    private const int Side = 32;
    private const int Plane = Side * Side;
    private static readonly ImageShape Shape = new(3, Side, Side);

    /// <summary>Returns the directory or its subdirectory of the official name, whichever holds one of the files; null if neither does.</summary>
    public static string? Find(string directory, CifarLayout layout) =>
        new[] { directory, Path.Combine(directory, layout.Directory) }
            .FirstOrDefault(candidate => layout.TrainFiles.Append(layout.TestFile).Any(file => File.Exists(Path.Combine(candidate, file))));

    /// <summary>Reads all files.</summary>
    /// <exception cref="DataException">A file is missing, of the wrong length, or holds a label out of range.</exception>
    public static ImageData Read(string name, string directory, CifarLayout layout)
    {
        var train = ReadSet(directory, layout.TrainFiles, layout.TrainRecords, layout);
        var test = ReadSet(directory, [layout.TestFile], layout.TestRecords, layout);
        return ImageDataFactory.Create(name, train, test, ReadNames(directory, layout), layout.Normalization);
    }

    private static ImageSet ReadSet(string directory, IReadOnlyList<string> files, int records, CifarLayout layout)
    {
        var pixels = new byte[files.Count * records * Shape.Size];
        var labels = new int[files.Count * records];
        for (var file = 0; file < files.Count; file++)
        {
            var path = Path.Combine(directory, files[file]);
            var bytes = ReadFile(path, records, layout);
            for (var i = 0; i < records; i++)
            {
                var record = bytes.AsSpan(i * (layout.LabelBytes + Shape.Size), layout.LabelBytes + Shape.Size);
                var index = (file * records) + i;
                labels[index] = record[layout.LabelBytes - 1];
                if (labels[index] >= layout.ClassNames.Count)
                {
                    var at = ((long)i * record.Length) + layout.LabelBytes - 1;
                    throw new DataException(Invariant($"{path}: label {labels[index]} at byte {at:N0} (record {i:N0}), expected 0-{layout.ClassNames.Count - 1}."));
                }

                Interleave(record[layout.LabelBytes..], pixels.AsSpan(index * Shape.Size, Shape.Size));
            }
        }

        return new ImageSet(Shape, pixels, labels);
    }

    private static byte[] ReadFile(string path, int records, CifarLayout layout)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new DataException($"{path} is missing; add it beside the others.");
        }

        var size = layout.LabelBytes + Shape.Size;
        var expected = (long)records * size;
        return file.Length == expected
            ? File.ReadAllBytes(path)
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

    private static IReadOnlyList<string> ReadNames(string directory, CifarLayout layout)
    {
        var path = Path.Combine(directory, layout.NamesFile);
        if (!File.Exists(path))
        {
            return layout.ClassNames;
        }

        var names = File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0).ToList();
        return names.Count == layout.ClassNames.Count
            ? names
            : throw new DataException($"{path}: {names.Count} class names, expected {layout.ClassNames.Count}.");
    }
}
