namespace Graft.Cli.Tests;

public sealed class TerminalTests
{
    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void WriteJson_NumberIsNotFinite_IsNull(double loss)
    {
        using StringWriter output = new(), error = new();

        new Terminal(output, error).WriteJson(new { loss, accuracy = 0.5 });

        Assert.Equal("""{"loss":null,"accuracy":0.5}""", string.Concat(output.ToString().Where(c => !char.IsWhiteSpace(c))));
    }
}
