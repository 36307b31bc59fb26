using Graft.Jobs.Tables;
using Graft.Networks;
using Graft.Operations;

namespace Graft.Tests.Jobs;

public class CatalogTablesTests
{
    private static readonly NetworkDefinition Definition = NetworkCatalog.Define("wrn-10-1", new(3, 32, 32), 10);

    [Fact]
    public void Costs_EachOperationAtEachPlace_WithWhatItCostsOrWhyItCannotStandThere()
    {
        var operations = OperationCatalog.Default.ParseList(["teacher", "identity", "conv-stack(w=match,k=3)"]);

        var tables = CatalogTables.Costs(Definition, operations, spans: 2);

        var (places, costs) = (tables[0], tables[1]);
        Assert.Equal(["1", "2", "3", "1-2", "2-3"], Values(places, "position"));
        Assert.Equal(5 * 3, costs.Rows.Count);
        Assert.Equal((long)places.Rows[0][^2]! + (long)places.Rows[1][^2]!, places.Rows[3][^2]); // all that stands at 1-2
        var own = OperationCatalog.Default.Parse("teacher").CostAt(Definition.PositionAt(1));
        Assert.Equal(["wrn-10-1", "1", "teacher", "teacher", own.Parameters, own.MultiplyAccumulates, null], costs.Rows[0].Select(Plain));
        var blank = costs.Rows.Single(row => Plain(row[1]) is "2" && row[2] is "identity");
        Assert.Equal([null, null, null], blank.Skip(3).Take(3));
        Assert.Equal("identity cannot change the shape, and position 2 turns 16x32x32 into 32x16x16", blank[6]);
        Assert.Equal(["conv-stack(w=match,k=3)", "conv-stack(w=1,k=3)"], costs.Rows[2].Skip(2).Take(2));
    }

    [Fact]
    public void Networks_OneRowEach()
    {
        var networks = Assert.Single(CatalogTables.Networks(new(3, 32, 32), 10));

        Assert.Equal(NetworkCatalog.CommonNames, Values(networks, "network"));
    }

    [Fact]
    public void Operations_ThePoolAndItsParameters()
    {
        var tables = CatalogTables.Operations(OperationCatalog.Default);

        Assert.Equal(OperationCatalog.Default.Pool.Select(o => o.Text).Order(), Values(tables[0], "operation").Cast<string>().Order());
        Assert.Equal(OperationCatalog.Default.Families.Sum(f => f.Parameters.Count), tables[1].Rows.Count);
    }

    private static IEnumerable<object?> Values(ResultTable table, string column)
    {
        int index = table.Columns.Select(c => c.Name).ToList().IndexOf(column);
        return table.Rows.Select(row => Plain(row[index]));
    }

    // As a file has it.
    private static object? Plain(object? value) => value is Place place ? Invariant($"{place}") : value;
}
