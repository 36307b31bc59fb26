using Graft.Analysis;

namespace Graft.Report.Tests;

public sealed class ArchitectureWordsTests
{
    // Without random architectures, all are of one group: the same row twice would look like two findings.
    [Fact]
    public void Rows_OneGroupAlone_StandsOnce() => Assert.Equal([ArchitectureGroup.Front], Rows((ArchitectureGroup.Front, 9), (null, 9)));

    [Fact]
    public void Rows_SeveralGroups_StandBesideAll() => Assert.Equal(
        [ArchitectureGroup.Front, ArchitectureGroup.Random, null],
        Rows((ArchitectureGroup.Front, 9), (ArchitectureGroup.Random, 5), (null, 14)));

    private static IEnumerable<ArchitectureGroup?> Rows(params (ArchitectureGroup? Group, int Count)[] orders) =>
        ArchitectureWords.Rows([.. orders.Select(o => new OrderAgreement { Group = o.Group, Count = o.Count })]).Select(o => o.Group);
}
