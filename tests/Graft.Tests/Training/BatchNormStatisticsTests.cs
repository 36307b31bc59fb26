using Graft.Data;
using Graft.Networks;
using Graft.Operations;
using Graft.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Graft.Tests.Training;

public sealed class BatchNormStatisticsTests
{
    [Theory]
    [InlineData(Precision.Float32)]
    [InlineData(Precision.BFloat16)]
    public void Estimate_StatisticsOfAnotherNetwork_AreForgotten(Precision precision)
    {
        var fresh = Estimated(precision, mean: 0);
        var foreign = Estimated(precision, mean: 1000);

        Assert.Equal(fresh, foreign);
        Assert.NotEqual(0, fresh[0]);
    }

    [Fact]
    public void Estimate_Batches_CountAlike()
    {
        using var network = Network.Create("wrn-10-1", GeneratedData.Create().Train.Shape, 4, seed: 1);
        var layer = network.modules().OfType<BatchNorm2d>().First();

        BatchNormStatistics.Estimate(network, Batches(), CPU, CancellationToken.None);

        float[][] alone = [.. Batches().Select(batch =>
        {
            using var single = Network.Create("wrn-10-1", GeneratedData.Create().Train.Shape, 4, seed: 1);
            BatchNormStatistics.Estimate(single, [batch], CPU, CancellationToken.None);
            return single.modules().OfType<BatchNorm2d>().First().running_mean!.data<float>().ToArray();
        })];
        float[] mean = layer.running_mean!.data<float>().ToArray();
        Assert.All(mean, (value, c) => Assert.Equal(alone.Average(a => a[c]), value, tolerance: 1e-5));
        Assert.Equal(0.1, layer.momentum);
    }

    private static float[] Estimated(Precision precision, float mean)
    {
        using var network = Network.Create("wrn-10-1", GeneratedData.Create().Train.Shape, 4, seed: 1);
        network.Precision = precision;
        var layers = network.modules().OfType<BatchNorm2d>().ToList();
        using (no_grad())
        {
            layers.ForEach(l => l.running_mean!.fill_(mean));
        }

        BatchNormStatistics.Estimate(network, Batches(), CPU, CancellationToken.None);
        return [.. layers.SelectMany(l => l.running_mean!.data<float>().ToArray())];
    }

    private static IEnumerable<Batch> Batches()
    {
        var data = GeneratedData.Create();
        return BatchLoader.InOrder(data.Train, data.Normalization, null, 20).Take(3);
    }
}
