using Graft.Networks;
using Graft.Operations;
using TorchSharp;
using static TorchSharp.torch;

namespace Graft.Tests.Operations;

/// <summary>The gradients of every operation, in double precision, against finite differences.</summary>
public sealed class OperationGradientTests
{
    // So small that hardly a rectifier is passed on the way, which would show as 1 %; sixteen digits leave six.
    private const double Step = 1e-8;

    public static TheoryData<string, int> OperationsAndPositions
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var name in OperationCatalog.Default.ParseList(["all", "controls"]).Select(o => o.Text).Where(name => !name.Contains('+')).Distinct())
            {
                foreach (var position in Network.Positions.Where(p => OperationCatalog.Default.Parse(name).WhyUnavailable(p) is null))
                {
                    data.Add(name, position.Index);
                }
            }

            return data;
        }
    }

    private static NetworkDefinition Network { get; } = NetworkCatalog.Define("wrn-10-1", new(3, 8, 8), 4);

    [Theory]
    [MemberData(nameof(OperationsAndPositions))]
    public void Backward_EveryOperation_IsTheSlopeOfItsOutput(string name, int index)
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(11);
        using var factory = new LayerFactory(seed: 2);
        var position = Network.PositionAt(index);
        using var operation = OperationCatalog.Default.Parse(name).Create(position, factory);
        operation.to(ScalarType.Float64);
        operation.Layers = TensorLayers.Float64;
        operation.train();
        var x = Random(3, position.Input.Channels, position.Input.Height, position.Input.Width).requires_grad_();
        var weights = Random(3, position.Output.Channels, position.Output.Height, position.Output.Width);
        foreach (var parameter in operation.parameters().Where(p => p.dim() == 1))
        {
            using var _ = no_grad();
            parameter.add_(0.3 * Random(parameter.shape)); // scales and shifts of batch norm away from 1 and 0
        }

        Value().backward();

        foreach (var (variable, gradient) in operation.parameters().Prepend(x).Select(v => (v, v.grad)).ToList())
        {
            Assert.NotNull(gradient);
            using var _ = no_grad();
            var direction = Random(variable.shape);
            double expected = Slope(variable, direction), computed = (gradient * direction).sum().item<double>();
            Assert.Equal(expected, computed, tolerance: 1e-4 * (1 + Math.Abs(expected)));
        }

        Tensor Random(params long[] shape) => randn(shape, ScalarType.Float64, generator: random);

        Tensor Value() => (operation.call(x) * weights).sum();

        double Slope(Tensor variable, Tensor direction)
        {
            variable.add_(direction, Step);
            double above = Value().item<double>();
            variable.add_(direction, -2 * Step);
            double below = Value().item<double>();
            variable.add_(direction, Step);
            return (above - below) / (2 * Step);
        }
    }
}
