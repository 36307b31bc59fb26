using Graft.Data;
using Graft.Networks;
using Graft.Operations;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Graft.Tests.Operations;

/// <summary>What can be wrong with a family of a user's is told in the same words where it is planned and where it is swapped in.</summary>
public sealed class OwnFamilyFaultsTests
{
    private static readonly NetworkDefinition Definition = NetworkCatalog.Define("wrn-10-1", new ImageShape(3, 16, 16), 10);

    public static TheoryData<string, string> Faults => new()
    {
        {
            "unregistered",
            "Operation 'own' uses a Conv2d in Apply that it has not registered: make it by Register(name, layer), or it is neither trained nor saved."
        },
        { "null", "Operation 'own' at position 1: Create of Graft.Tests.Operations.OwnFamilyFaultsTests+OwnFamily returned null." },
        { "create", "Operation 'own' at position 1: Create failed with InvalidOperationException: no such luck" },
        { "apply", "Operation 'own' at position 1: Apply failed with NotSupportedException: Specified method is not supported." },
        {
            "convolution",
            "Operation 'own' at position 1: Apply failed with ArgumentException: A convolution made for 17 channels cannot take the 16 of 16x16x16."
        },
        {
            "norm",
            "Operation 'own' at position 1: Apply failed with ArgumentException: A batch norm made for 17 channels cannot take the 16 of 16x16x16."
        },
        {
            "linear",
            "Operation 'own' at position 1: Apply failed with ArgumentException: "
                + "A fully connected layer made for 17 channels cannot take the 4096 of 16x16x16."
        },
        { "shape", "Operation 'own' turns 16x16x16 into 17x16x16; position 1 needs 16x16x16." },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void FaultOfAFamily_IsToldInTheSameWordsWhenPlannedAndWhenSubstituted(string fault, string message)
    {
        using var network = new Network(Definition);
        var position = network.Positions[0];
        var spec = new OwnFamily(fault).With();

        Assert.Equal(message, Assert.Throws<ConfigurationException>(() => spec.CostAt(position)).Message);
        Assert.Equal(message, Assert.Throws<ConfigurationException>(() => network.Substitute(1, spec, seed: 1)).Message);
        Assert.Equal("teacher", network.Architecture[0].Text);
    }

    [Fact]
    public void Create_FamilyThatThrows_KeepsTheCause()
    {
        using var layers = new LayerFactory(1);

        var error = Assert.Throws<ConfigurationException>(() => new OwnFamily("create").With().Create(Definition.Positions[0], layers));

        Assert.IsType<InvalidOperationException>(error.InnerException);
    }

    [Fact]
    public void Create_Cancelled_IsNotWrapped()
    {
        using var layers = new LayerFactory(1);

        Assert.Throws<OperationCanceledException>(() => new OwnFamily("cancelled").With().Create(Definition.Positions[0], layers));
    }

    [Fact]
    public void Substitute_OperationMadeByHandWithAnUnregisteredLayer_Throws()
    {
        using var network = new Network(Definition);
        using var layers = new LayerFactory(1);
        using var made = new OwnFamily.Block("unregistered", network.Positions[0], layers);

        Assert.Throws<ConfigurationException>(() => network.Substitute(1, network.Architecture[0], made));
        Assert.Throws<ConfigurationException>(() => made.Cost(network.Positions[0].Input));
    }

    private sealed class OwnFamily(string fault) : OperationFamily
    {
        public override string Name => "own";

        public override string Description => "a faulty one";

        public override Operation Create(OperationSpec operation, Position position, LayerFactory layers) => fault switch
        {
            "null" => null!,
            "create" => throw new InvalidOperationException("no such luck"),
            "cancelled" => throw new OperationCanceledException(),
            _ => new Block(fault, position, layers),
        };

        internal sealed class Block : Operation
        {
            private readonly string _fault;
            private readonly Conv2d _conv;
            private readonly nn.Module _other;

            public Block(string fault, Position position, LayerFactory layers)
                : base("block")
            {
                int inputs = position.Input.Channels, wrong = inputs + 1;
                _fault = fault;
                _conv = layers.Convolution(fault == "convolution" ? wrong : inputs, fault == "shape" ? wrong : position.Output.Channels, 1, position.Stride);
                if (fault != "unregistered")
                {
                    Register("conv", _conv);
                }

                _other = Register<nn.Module>("other", fault == "linear" ? layers.Linear(wrong, 3) : layers.BatchNorm(fault == "norm" ? wrong : inputs));
            }

            public override TValue Apply<TValue>(ILayers<TValue> layers, TValue x)
            {
                var y = layers.Convolution(_conv, x);
                return _fault switch
                {
                    "apply" => throw new NotSupportedException(),
                    "shape" => y,
                    "linear" => layers.Linear((Linear)_other, y),
                    _ => layers.BatchNorm((BatchNorm2d)_other, y),
                };
            }
        }
    }
}
