using Graft.Networks;
using Graft.Operations;
using static TorchSharp.torch;

namespace Graft.Measures;

/// <summary>How alike distilled candidates of one position answer: linear CKA (<see cref="LinearCka"/>) of each pair, on the same held-out images.</summary>
internal static class OperationSimilarity
{
    /// <summary>The symmetric matrix of similarities; NaN where a candidate gives the same for all images.</summary>
    /// <param name="teacher">The teacher; its mode is set to inference.</param>
    /// <param name="position">The position.</param>
    /// <param name="candidates">The candidates, on the device of the teacher.</param>
    /// <param name="images">The images, batch by batch: [N, C, H, W], on the same device.</param>
    public static double[][] Measure(Network teacher, Position position, IReadOnlyList<Operation> candidates, IReadOnlyList<Tensor> images)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        teacher.eval();
        var inputs = images.Select(x => Input(teacher, position, x)).ToList();
        var kernels = candidates.Select(candidate => Kernel(candidate, inputs)).ToList();
        return [.. kernels.Select(a => kernels.Select(b => LinearCka.Similarity(a, b)).ToArray())];
    }

    private static Tensor Input(Network teacher, Position position, Tensor images)
    {
        using var scope = NewDisposeScope();
        return teacher.ForwardFeatures(images, new HashSet<int> { position.Index })[position.Index].Input.MoveToOuterDisposeScope();
    }

    private static Tensor Kernel(Operation candidate, List<Tensor> inputs)
    {
        using var scope = NewDisposeScope();
        candidate.eval();
        return LinearCka.Kernel(cat([.. inputs.Select(x => candidate.call(x))])).MoveToOuterDisposeScope();
    }
}
