using Graft.Analysis.Prediction;

namespace Graft.Tests.Analysis.Prediction;

public sealed class SimilarityTests
{
    private static readonly double[] Places = [0, 1, 2.5, 5, 9, 20];

    // With 6 things and 720 orders, one that puts all pairs alike comes about once in 720 by chance.
    [Fact]
    public void Mantel_MatricesOfOneOrder_AreTooAlikeForChance()
    {
        var test = MantelTest.Of([(Distances(Places, 1), Distances(Places, 3))]).Value!;

        Assert.Equal(1, test.Rho, tolerance: 1e-12);
        Assert.InRange(test.PValue, 0.0001, 0.005);
        Assert.Equal(1, test.OppositePValue);
        Assert.Equal((1, 15), (test.Groups, test.Pairs));
    }

    [Fact]
    public void Mantel_OppositeMatrices_AreTooUnlikeForChance()
    {
        var test = MantelTest.Of([(Distances(Places, 1), Distances(Places, -1))]).Value!;

        Assert.Equal(-1, test.Rho, tolerance: 1e-12);
        Assert.InRange(test.OppositePValue, 0.0001, 0.005);
    }

    // Pairs in the order 12, 13, 14, 23, 24, 34: ranks 1 2 3 4 5 6 against 2 1 3 4 6 5; rho = 1 - 6 · 4 / (6 · 35).
    [Fact]
    public void Mantel_FourThings_HasSpearmansRho()
    {
        double[][] x = Symmetric(1, 2, 3, 4, 5, 6), y = Symmetric(20, 10, 30, 40, 60, 50);

        Assert.Equal(1 - (24.0 / 210), MantelTest.Of([(x, y)]).Value!.Rho, tolerance: 1e-12);
    }

    [Fact]
    public void Mantel_FewThingsOrNoDifferences_SaysWhy()
    {
        const string Reason = "no position has 4 operations that differ in similarity and in accuracy";
        Assert.Equal(Reason, MantelTest.Of([(Distances([1, 2, 3], 1), Distances([1, 2, 3], 1))]).Reason);
        Assert.Equal(Reason, MantelTest.Of([(Distances(Places, 1), Distances(Places, 0))]).Reason);
        Assert.Equal(Reason, MantelTest.Of([]).Reason);
    }

    [Theory]
    [InlineData(-1, SimilarityAnswer.Holds)]
    [InlineData(1, SimilarityAnswer.DoesNotHold)]
    [InlineData(0, SimilarityAnswer.Undecided)]
    public void Map_CkaThatFallsOrRisesWithTheGap_IsAnswered(int sign, SimilarityAnswer answer)
    {
        double[][] gaps = Distances(Places, 0.001), cka = Distances(Places, sign * 0.01);

        Assert.Equal(answer, SimilarityMap.Of(1, [new(1, ["a", "b", "c", "d", "e", "f"], Nullable(cka), Nullable(gaps))]).Answer);
    }

    [Fact]
    public void Map_OperationWithoutResult_IsLeftOut()
    {
        var gaps = Distances(Places, 0.001).Select(row => row.Select(v => (double?)v).ToArray()).ToArray();
        for (int i = 0; i < 6; i++)
        {
            gaps[5][i] = gaps[i][5] = null;
        }

        Assert.Equal(10, SimilarityMap.Of(1, [new(1, ["a", "b", "c", "d", "e", "f"], Nullable(Distances(Places, -0.01)), gaps)]).Test.Value!.Pairs);
    }

    private static double[][] Distances(double[] places, double scale) => [.. places.Select(a => places.Select(b => scale * Math.Abs(a - b)).ToArray())];

    private static double[][] Symmetric(params double[] pairs)
    {
        var matrix = Enumerable.Range(0, 4).Select(_ => new double[4]).ToArray();
        int next = 0;
        for (int i = 0; i < 4; i++)
        {
            for (int j = i + 1; j < 4; j++)
            {
                matrix[i][j] = matrix[j][i] = pairs[next++];
            }
        }

        return matrix;
    }

    private static double?[][] Nullable(double[][] matrix) => [.. matrix.Select(row => row.Select(v => (double?)v).ToArray())];
}
