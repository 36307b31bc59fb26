using Graft.Runtime;
using Mono.Cecil;
using Mono.Cecil.Cil;
using static TorchSharp.torch;

namespace Graft.Tests.Runtime;

public class TensorArithmeticTests
{
    [Fact]
    public void NoCodeGivesTorchSharpANumberThatNobodyKeepsAlive()
    {
        var faulty = MethodsThatLetGoOfNumbers();
        Assert.Contains(faulty, m => m.Contains("op_Addition(TorchSharp.torch/Tensor,TorchSharp.torch/Tensor)", StringComparison.Ordinal));
        var calls = MethodsOf(typeof(TensorArithmetic).Assembly.Location)
            .SelectMany(m => CallsOf(m)
                .Where(called => faulty.Contains(called.FullName) && !Holds(m, called))
                .Select(called => $"{m.FullName} calls {called.FullName}"))
            .Where(call => !call.Contains("LayerFactory::PRelu(", StringComparison.Ordinal)); // it sets the slopes once more
        Assert.Empty(calls);
    }

    [Fact]
    public async Task NumbersLiveUntilTheCallIsOver()
    {
        using var x = zeros(16);
        using var one = ones(16);
        var collector = Task.Run(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                GC.Collect(0);
                Thread.Yield();
            }
        }, TestContext.Current.CancellationToken);
        while (!collector.IsCompleted)
        {
            x.MultiplyInPlace(0).AddInPlace(one, 0.5).AddInPlace(0.25);
            Assert.Equal(0.75f, x.data<float>()[0]);
        }

        await collector;
    }

    [Fact]
    public void ComputesWhatTorchSharpComputes()
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(3);
        Tensor x = randn([4, 5], generator: random), y = randn([4, 5], generator: random), z = rand([4, 5], generator: random) + 1;
        Same(x + y, x.Plus(y));
        Same(x + 0.3, x.Plus(0.3));
        Same(x * 0.3, x.Times(0.3));
        Same(x / 3, x.Over(3));
        Same(x.square(), x.Squared());
        Same(x.clamp(-0.5, 0.25), x.Clamped(-0.5, 0.25));
        Same(x.clamp_min(-0.5), x.AtLeast(-0.5));
        Same(x > 0.1, x.IsAbove(0.1));
        Same(nn.functional.leaky_relu(x, 0.2), x.LeakyRelu(0.2));
        Same(nn.functional.elu(x, 0.7), x.Elu(0.7));
        Same(x.clone().add_(y, 0.9), x.clone().AddInPlace(y, 0.9));
        Same(x.clone().add_(y), x.clone().AddInPlace(y));
        Same(x.clone().add_(0.9), x.clone().AddInPlace(0.9));
        Same(x.clone().mul_(0.9), x.clone().MultiplyInPlace(0.9));
        Same(x.clone().div_(0.9), x.clone().DivideInPlace(0.9));
        Same(x.clone().addcmul_(y, z, 0.9), x.clone().AddProductInPlace(y, z, 0.9));
        Same(x.clone().addcdiv_(y, z, 0.9), x.clone().AddQuotientInPlace(y, z, 0.9));
        Same(full(3, 0.9), zeros(3).FillInPlace(0.9));
        Same(tensor(8L), tensor(7L).IncrementInPlace());
        Assert.True(full(3, 0.25).IsAll(0.25));
        Assert.False(tensor(new[] { 0.25f, 0.5f }).IsAll(0.25));

        static void Same(Tensor expected, Tensor actual) => Assert.True(expected.dtype == actual.dtype && expected.equal(actual).all().item<bool>());
    }

    // What TensorArithmetic makes itself, it keeps.
    private static bool Holds(MethodDefinition method, MethodReference called) =>
        method.DeclaringType.FullName == typeof(TensorArithmetic).FullName
        && called is { Name: "op_Implicit", DeclaringType.FullName: "TorchSharp.Scalar" };

    // Methods of TorchSharp that make a Scalar, and those that call them.
    private static HashSet<string> MethodsThatLetGoOfNumbers()
    {
        var methods = MethodsOf(typeof(Tensor).Assembly.Location).ToList();
        var calls = methods.ToDictionary(m => m.FullName, m => CallsOf(m).Select(called => called.FullName).ToHashSet());
        var faulty = methods.Where(m => m is { Name: ".ctor", DeclaringType.FullName: "TorchSharp.Scalar" }).Select(m => m.FullName).ToHashSet();
        while (calls.Where(c => !faulty.Contains(c.Key) && c.Value.Overlaps(faulty)).Select(c => c.Key).ToList() is { Count: > 0 } callers)
        {
            faulty.UnionWith(callers);
        }

        return faulty;
    }

    private static IEnumerable<MethodDefinition> MethodsOf(string assembly) =>
        AssemblyDefinition.ReadAssembly(assembly).MainModule.GetTypes().SelectMany(type => type.Methods).Where(m => m.HasBody);

    private static IEnumerable<MethodReference> CallsOf(MethodDefinition method) => method.Body.Instructions
        .Where(i => i.OpCode.Code is Code.Call or Code.Callvirt or Code.Newobj or Code.Ldftn)
        .Select(i => ((MethodReference)i.Operand).GetElementMethod());
}
