using Graft.Data;
using Graft.Data.Readers;
using TorchSharp;

namespace Graft.Tests.Data;

public sealed class BatchLoaderTests
{
    private static readonly AugmentationOptions Everything = new() { CropPadding = 2, CutoutSize = 4, TrivialAugment = true };

    [Fact]
    public void Epoch_SizesThatDoNotDivide_SharesImagesOutEvenlyAndGivesEachOnce()
    {
        var set = TestImages.Set(10, classes: 10);
        var loader = new BatchLoader(set, TestImages.Rgb, [.. Enumerable.Range(0, 10)], 4, AugmentationOptions.None, seed: 1);

        var labels = Labels(loader.Epoch(0));

        Assert.Equal(3, loader.BatchesPerEpoch);
        Assert.Equal([3, 3, 4], labels.Select(batch => batch.Length));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (long)i), labels.SelectMany(x => x).Order());
    }

    [Fact]
    public void Epoch_EpochsAndSeeds_GiveDifferentOrders()
    {
        var set = TestImages.Set(100, classes: 100);
        long[] Order(int seed, int epoch) =>
            [
                .. Labels(new BatchLoader(set, TestImages.Rgb, [.. Enumerable.Range(0, 100)], 10, AugmentationOptions.None, seed).Epoch(epoch))
                    .SelectMany(x => x),
            ];

        Assert.Equal(Order(1, 0), Order(1, 0));
        Assert.NotEqual(Order(1, 0), Order(1, 1));
        Assert.NotEqual(Order(1, 0), Order(2, 0));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Epoch_BegunInTheMiddle_SameBatchesBitForBit(int firstBatch)
    {
        var loader = new BatchLoader(TestImages.Set(20), TestImages.Rgb, [.. Enumerable.Range(0, 20)], 4, Everything, seed: 3);

        var whole = Values(loader.Epoch(2)).Skip(firstBatch);

        Assert.Equal(whole, Values(loader.Epoch(2, firstBatch)));
    }

    [Fact]
    public void Epoch_FirstBatchPastTheEnd_IsEmpty()
    {
        var loader = new BatchLoader(TestImages.Set(8), TestImages.Rgb, [.. Enumerable.Range(0, 8)], 4, AugmentationOptions.None, seed: 0);

        Assert.Empty(loader.Epoch(0, firstBatch: 2));
    }

    [Fact]
    public void Epoch_ImageInAnotherBatchSize_IsAugmentedTheSame()
    {
        var set = TestImages.Set(12, classes: 12);
        float[] ImageOfClass5(int batchSize)
        {
            var loader = new BatchLoader(set, TestImages.Rgb, [.. Enumerable.Range(0, 12)], batchSize, Everything, seed: 9);
            var labels = Labels(loader.Epoch(1)).SelectMany(x => x).ToList();
            return [.. Values(loader.Epoch(1)).SelectMany(x => x).Skip(labels.IndexOf(5) * set.Shape.Size).Take(set.Shape.Size)];
        }

        Assert.Equal(ImageOfClass5(12), ImageOfClass5(5));
    }

    [Fact]
    public void InOrder_Subset_NormalisedChannelsLast()
    {
        var set = TestImages.Set(5, classes: 5);

        using var batch = BatchLoader.InOrder(set, TestImages.Rgb, [4, 1], 8).Single();

        Assert.Equal([2, 3, 8, 8], batch.Images.shape);
        Assert.Equal([8 * 8 * 3, 1, 8 * 3, 3], batch.Images.stride());
        Assert.Equal(torch.ScalarType.Float32, batch.Images.dtype);
        Assert.Equal([4L, 1L], batch.Labels.data<long>().ToArray());
        var expected = ((set[4][(((2 * 8) + 7) * 3) + 1] / 255f) - 0.4f) / 0.25f; // y 2, x 7, green
        Assert.Equal(expected, batch.Images[0, 1, 2, 7].item<float>(), 1e-6f);
    }

    [Fact]
    public void Epoch_EnumeratedInADisposeScope_BatchOutlivesIt()
    {
        Batch batch;
        using (torch.NewDisposeScope())
        {
            batch = BatchLoader.InOrder(TestImages.Set(2), TestImages.Rgb, null, 2).Single();
        }

        using (batch)
        {
            Assert.Equal(2, batch.Count);
            Assert.False(batch.Images.IsInvalid);
        }
    }

    [Fact]
    public void Constructor_WrongArguments_AreRefused()
    {
        var set = TestImages.Set(2);

        Assert.Throws<ArgumentException>(() => new BatchLoader(set, TestImages.Rgb, [0, 2], 1, AugmentationOptions.None, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BatchLoader(set, TestImages.Rgb, [0], 0, AugmentationOptions.None, 0));
        Assert.Throws<ArgumentException>(() => new BatchLoader(set, new Normalization([0], [1]), [0], 1, AugmentationOptions.None, 0));
        Assert.Throws<ArgumentException>(() => new BatchLoader(set, TestImages.Rgb, [0], 1, new AugmentationOptions { CropPadding = -1 }, 0));
    }

    [Fact]
    public void Epoch_RandomResizedCrop_TheSameWhateverTheBatchAndTheThreads()
    {
        var set = TestImages.Set(9, new ImageShape(3, 20, 24), classes: 9);
        var options = new AugmentationOptions { RandomResizedCrop = 0.2 };
        var scaled = new ImageSet(new ImageShape(3, 16, 16), new ScaledImages(set.Images, 16, 16), set.Labels);

        var whole = new BatchLoader(scaled, TestImages.Rgb, [.. Enumerable.Range(0, 9)], 9, options, seed: 4);
        var single = new BatchLoader(scaled, TestImages.Rgb, [.. Enumerable.Range(0, 9)], 1, options, seed: 4);

        Assert.Equal(Values(whole.Epoch(1)).SelectMany(x => x), Values(single.Epoch(1)).SelectMany(x => x));
        Assert.NotEqual(Values(whole.Epoch(1)), Values(whole.Epoch(2)));
    }

    private static List<long[]> Labels(IEnumerable<Batch> batches) => [.. batches.Select(batch =>
    {
        using (batch)
        {
            return batch.Labels.data<long>().ToArray();
        }
    })];

    private static List<float[]> Values(IEnumerable<Batch> batches) => [.. batches.Select(batch =>
    {
        using (batch)
        {
            using var memoryOrder = batch.Images.permute(0, 2, 3, 1);
            return memoryOrder.data<float>().ToArray();
        }
    })];
}
