using Graft.Networks;

namespace Graft.Tests.Networks;

public sealed class ClassOrderTests
{
    [Theory]
    [InlineData("", "a b", nameof(ClassAgreement.Unknown))]
    [InlineData("a b", "a b", nameof(ClassAgreement.Same))]
    [InlineData("b a", "a b", nameof(ClassAgreement.Reordered))]
    [InlineData("a c", "a b", nameof(ClassAgreement.Different))]
    [InlineData("a b c", "a b", nameof(ClassAgreement.Different))]
    [InlineData("a a", "a b", nameof(ClassAgreement.Different))]
    [InlineData("A b", "a b", nameof(ClassAgreement.Same))]
    [InlineData("B a", "a b", nameof(ClassAgreement.Reordered))]
    [InlineData("A a", "a A", nameof(ClassAgreement.Reordered))]
    [InlineData("A a", "a a", nameof(ClassAgreement.Different))]
    public void Agreement_OfTwoLists_IsTold(string file, string data, string expected) =>
        Assert.Equal(expected, $"{Order(file, data).Agreement}");

    [Theory]
    [InlineData(
        "bee ant",
        "bee zorilla",
        "the classes of w.onnx are not those of toys: it has 'ant', the data 'zorilla' instead. Give the data that it was trained on, or call its classes as the file does if they are the same (those of folders have the folders' names)."
    )]
    [InlineData(
        "bee ant",
        "bee ant cat",
        "the classes of w.onnx are not those of toys: it tells 2 classes apart, the data has 3. Give the data that it was trained on."
    )]
    [InlineData(
        "bee ant",
        "ant bee",
        "w.onnx has the classes of toys in another order: class 0 is 'bee' there and 'ant' here. Map them by name."
    )]
    public void Require_OtherClasses_SaysWhich(string file, string data, string message) =>
        Assert.Equal(message, Assert.Throws<DataException>(() => Order(file, data).Require(acceptsReordered: false)).Message);

    [Fact]
    public void Require_OtherOrderWhereNothingMaps_OffersNoOption() => Assert.EndsWith(
        "'bee' there and 'ant' here. Give data whose classes have the order of the file (those of folders are sorted by name).",
        Assert.Throws<DataException>(() => Order("bee ant", "ant bee").Require(acceptsReordered: false, mapsOnRequest: false)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Require_OtherOrderThatIsAccepted_IsFine() => Order("bee ant", "ant bee").Require(acceptsReordered: true);

    private static ClassOrder Order(string file, string data) =>
        new("w.onnx", file.Split(' ', StringSplitOptions.RemoveEmptyEntries), "toys", data.Split(' '));
}
