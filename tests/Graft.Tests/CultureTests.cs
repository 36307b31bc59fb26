using System.Globalization;
using System.Text.Json;
using Graft.Data;
using Graft.Engine.Sql;
using Graft.Jobs;
using Graft.Networks;
using Graft.Operations;
using Graft.Tests.Data;

namespace Graft.Tests;

/// <summary>
/// What is written in a program of one culture is read in any other. The culture here is made by hand, so that it needs no ICU: commas in numbers, another
/// minus sign, dates that begin with the day. The continuous integration runs the other tests in real cultures (GRAFT_TEST_CULTURE).
/// </summary>
public sealed class CultureTests : IDisposable
{
    private readonly CultureInfo _before = CultureInfo.CurrentCulture;
    private readonly TemporaryDirectory _directory = new();

    public CultureTests()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NumberGroupSeparator = ".";
        culture.NumberFormat.NegativeSign = "−";
        culture.DateTimeFormat.ShortDatePattern = "dd.MM.yyyy";
        culture.DateTimeFormat.TimeSeparator = ".";
        CultureInfo.CurrentCulture = culture;
    }

    public void Dispose()
    {
        CultureInfo.CurrentCulture = _before;
        _directory.Dispose();
    }

    [Fact]
    public void Culture_OfTheseTests_IsNotTheInvariant() => Assert.Equal("−1,5", $"{-1.5}");

    [Theory]
    [InlineData("conv-stack(w=0.3)", "conv-stack(w=0.3,k=3)", 0.3)]
    [InlineData("conv-stack(w=1/4,k=1)", "conv-stack(w=1/4,k=1)", 0.25)]
    [InlineData("conv-stack(w=1.5)", "conv-stack(w=1.5,k=3)", 1.5)]
    public void Parse_OperationWithFractions_HasTheSameNameAndValueEverywhere(string text, string name, double width)
    {
        var operation = OperationCatalog.Default.Parse(text);
        Assert.Equal(name, operation.Text);
        Assert.Equal(width, operation["w"]);
    }

    [Fact]
    public void Read_PlanWithFractions_ReadsThem()
    {
        var plan = PlanFile.Parse("network: wrn-10-1\nepochs: [25, 50]\nteacher:\n  recipe:\n    learningRate: 0.125\n", "plan.yaml");
        Assert.Equal(0.125, plan.Teacher.Recipe.LearningRate);
    }

    [Fact]
    public void Save_Weights_WritesNormalisationThatReadsBackInEveryBit()
    {
        string path = _directory["w.safetensors"];
        var normalization = new Normalization([0.4914f, 0.4822f, 0.4465f], [0.247f, 0.2435f, 0.2616f]);
        using (var network = Network.Create("wrn-10-1", new ImageShape(3, 8, 8), 2))
        {
            NetworkWeights.Save(network, normalization, path);
        }

        var read = NetworkWeights.ReadNormalization(path)!;
        Assert.Equal(normalization.Mean, read.Mean);
        Assert.Equal(normalization.Std, read.Std);
    }

    [Fact]
    public void ToString_OfShapes_HasOrdinaryDigits()
    {
        Assert.Equal("3x32x32", new ImageShape(3, 32, 32).ToString());
        Assert.Equal(new ImageShape(3, 32, 32), ImageShape.TryParse("3x32x32"));
    }

    [Fact]
    public void Write_Moment_ReadsBack()
    {
        var moment = new DateTimeOffset(2026, 2, 28, 13, 14, 15, 167, TimeSpan.Zero);
        Assert.Equal(moment, Timestamp.Parse(Timestamp.Format(moment)));
    }

    [Fact]
    public void Serialize_Numbers_AreJson() => Assert.Equal("[-1.5,0.25]", JsonSerializer.Serialize(new[] { -1.5, 0.25 }));
}
