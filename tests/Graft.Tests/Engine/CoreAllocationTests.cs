using Graft.Engine;

namespace Graft.Tests.Engine;

public sealed class CoreAllocationTests
{
    [Theory]
    [InlineData(2, null, 2, 1, 2)]
    [InlineData(1, null, 1, 1, 1)]
    [InlineData(8, 1, 1, 8, 8)]
    [InlineData(8, 3, 3, 2, 8)]
    [InlineData(2, 5, 5, 1, 2)]
    public void Divide_Cores_GivesEachWorkerItsShare(int cores, int? workers, int expectedWorkers, int perWorker, int alone) =>
        Assert.Equal(new CoreAllocation(expectedWorkers, perWorker, alone), CoreAllocation.Divide(cores, workers));

    [Theory]
    [InlineData(0)]
    [InlineData(1025)]
    public void Divide_ImpossibleNumberOfWorkers_SaysTheRange(int workers) => Assert.Equal(
        $"the number of workers is {workers}; it must be from 1 to 1024.",
        Assert.Throws<ConfigurationException>(() => CoreAllocation.Divide(2, workers)).Message);
}
