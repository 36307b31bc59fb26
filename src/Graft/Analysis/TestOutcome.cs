using System.Buffers.Binary;
using System.Numerics;

namespace Graft.Analysis;

/// <summary>
/// What a network answered for each image of a test set: the predicted class, and whether it was right. Kept image by image so that two networks can be
/// compared by paired tests.
/// </summary>
public sealed record TestOutcome
{
    private readonly byte[] _correct; // image i is bit i % 8 of byte i / 8
    private readonly byte[] _predicted; // one byte an image, or two (little-endian) where a class is above 255

    private TestOutcome(int count, byte[] correct, byte[] predicted)
    {
        Count = count;
        _correct = correct;
        _predicted = predicted;
        CorrectCount = correct.Sum(bits => BitOperations.PopCount(bits));
    }

    /// <summary>The number of images.</summary>
    public int Count { get; }

    /// <summary>The number of images whose class was predicted.</summary>
    public int CorrectCount { get; }

    /// <summary>One bit an image, the lowest bit first.</summary>
    internal byte[] CorrectBlob => _correct;

    /// <summary>The predicted classes.</summary>
    internal byte[] PredictedBlob => _predicted;

    /// <summary>Packs the predictions of a test run.</summary>
    /// <param name="predicted">The predicted class of each image, 0–65535.</param>
    /// <param name="labels">The class of each image.</param>
    /// <exception cref="ArgumentException">The two differ in length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A predicted class is negative or above 65535.</exception>
    public static TestOutcome FromPredictions(ReadOnlySpan<int> predicted, ReadOnlySpan<int> labels)
    {
        if (predicted.Length != labels.Length)
        {
            throw new ArgumentException(Invariant($"{predicted.Length} predictions for {labels.Length} labels."), nameof(predicted));
        }

        var width = 1;
        foreach (var label in predicted)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(label, nameof(predicted));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(label, ushort.MaxValue, nameof(predicted));
            width = label > byte.MaxValue ? 2 : width;
        }

        var correct = new byte[BitBytes(predicted.Length)];
        var classes = new byte[predicted.Length * width];
        for (var i = 0; i < predicted.Length; i++)
        {
            if (predicted[i] == labels[i])
            {
                correct[i / 8] |= (byte)(1 << (i % 8));
            }

            if (width == 1)
            {
                classes[i] = (byte)predicted[i];
            }
            else
            {
                BinaryPrimitives.WriteUInt16LittleEndian(classes.AsSpan(2 * i), (ushort)predicted[i]);
            }
        }

        return new TestOutcome(predicted.Length, correct, classes);
    }

    /// <summary>Whether the class of image <paramref name="index"/> was predicted.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image.</exception>
    public bool IsCorrect(int index)
    {
        CheckIndex(index);
        return (_correct[index / 8] & (1 << (index % 8))) != 0;
    }

    /// <summary>The class that was predicted for image <paramref name="index"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image.</exception>
    public int PredictedClass(int index)
    {
        CheckIndex(index);
        return _predicted.Length == Count ? _predicted[index] : BinaryPrimitives.ReadUInt16LittleEndian(_predicted.AsSpan(2 * index));
    }

    /// <inheritdoc/>
    public bool Equals(TestOutcome? other) =>
        other is not null && Count == other.Count && _correct.AsSpan().SequenceEqual(other._correct) && _predicted.AsSpan().SequenceEqual(other._predicted);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_correct);
        hash.AddBytes(_predicted);
        return hash.ToHashCode();
    }

    /// <summary>Restores what <see cref="CorrectBlob"/> and <see cref="PredictedBlob"/> gave.</summary>
    /// <exception cref="InvalidDataException">The sizes do not belong together, or bits are set beyond the last image.</exception>
    internal static TestOutcome FromBlobs(int count, byte[] correct, byte[] predicted)
    {
        var sizesFit = count >= 0 && correct.Length == BitBytes(count) && (predicted.Length == count || predicted.Length == 2L * count);
        if (!sizesFit || (count % 8 != 0 && correct[^1] >> (count % 8) != 0))
        {
            throw new InvalidDataException(
                Invariant($"{correct.Length} bytes of bits and {predicted.Length} bytes of classes are no outcome of {count} images")
            );
        }

        return new TestOutcome(count, correct, predicted);
    }

    private static int BitBytes(int count) => (int)((count + 7L) / 8);

    private void CheckIndex(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
    }
}
