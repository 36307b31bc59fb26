using Graft.Networks;
using Graft.Operations;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Graft.Training;

/// <summary>What candidates begin with instead of values by chance.</summary>
internal static class InitialWeights
{
    /// <summary>
    /// Sets the last batch norm of each branch beside a skip to 0, so that the operation begins as its skip (Goyal et al. 2017, section 5.1).
    /// Operations without a skip are left as they are: they would answer, and learn, nothing.
    /// </summary>
    public static void BeginAsSkip(Operation operation)
    {
        using var _ = no_grad();
        foreach (var norm in OperationStructure.Of(operation).SkipNorms)
        {
            norm.weight!.zero_();
        }
    }

    /// <summary>
    /// Copies the weights of the teacher's own operation at the place into a candidate of the same build: as many dense k×k convolutions in a row, whatever their kernel
    /// size and hidden width. Kernels are cut or padded with zeros around their centre; of more hidden channels than the candidate has, those that weigh most are kept;
    /// hidden channels that the teacher lacks keep their values by chance and are not listened to at first.
    /// </summary>
    /// <returns>Whether anything was copied.</returns>
    public static bool CopyFromTeacher(Operation candidate, Position position, Network teacher)
    {
        if (teacher.Definition.OwnOf(position.Place) is not { } own)
        {
            return false;
        }

        var source = teacher.OperationAt(own);
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        if (HaveSameTensors(candidate, source))
        {
            foreach (var (from, to) in source.NamedTensors("").Zip(candidate.NamedTensors("")))
            {
                to.Tensor.copy_(from.Tensor);
            }

            return true;
        }

        var from2 = OperationStructure.Of(source).Convolutions.Where(IsDense).ToList();
        var to2 = OperationStructure.Of(candidate).Convolutions.Where(IsDense).ToList();
        bool sameBuild = from2.Count > 0 && from2.Count == to2.Count && OperationStructure.Of(candidate).Convolutions.All(c => IsDense(c) || IsShortcut(c, candidate))
            && from2.Zip(to2).All(p => p.First.Convolution.stride.SequenceEqual(p.Second.Convolution.stride));
        if (!sameBuild)
        {
            return false;
        }

        Tensor? inputs = null; // the teacher's channels that the candidate's input channels are; null for the same
        for (int i = 0; i < from2.Count; i++)
        {
            var following = i + 1 < from2.Count ? from2[i + 1].Convolution : null;
            var outputs = following is null ? null : Strongest(following, (int)to2[i].Convolution.weight.shape[0]);
            Copy(from2[i], to2[i], inputs, outputs);
            inputs = outputs;
        }

        return true;
    }

    private static bool HaveSameTensors(Operation a, Operation b) =>
        a.GetType() == b.GetType() && a.NamedTensors("").Select(Shape).SequenceEqual(b.NamedTensors("").Select(Shape));

    private static string Shape((string Name, Tensor Tensor) t) => $"{t.Name} {string.Join('x', t.Tensor.shape)}";

    private static bool IsDense((Conv2d Convolution, BatchNorm2d? Norm) layer) => layer.Convolution.groups == 1 && layer.Convolution.weight.shape[2] > 1;

    private static bool IsShortcut((Conv2d Convolution, BatchNorm2d? Norm) layer, Operation candidate) =>
        candidate.named_parameters().Any(p => ReferenceEquals(p.parameter, layer.Convolution.weight) && p.name.StartsWith("shortcut.", StringComparison.Ordinal));

    // The hidden channels that the next convolution weighs most, in their order: [c].
    private static Tensor? Strongest(Conv2d next, int most)
    {
        var weight = next.weight; // [C', C, k, k]
        return weight.shape[1] <= most ? null : weight.square().sum([0, 2, 3]).topk(most).indexes.sort().Values;
    }

    private static void Copy((Conv2d Convolution, BatchNorm2d? Norm) from, (Conv2d Convolution, BatchNorm2d? Norm) to, Tensor? inputs, Tensor? outputs)
    {
        var weight = from.Convolution.weight.detach();
        weight = inputs is null ? weight : weight.index_select(1, inputs);
        weight = outputs is null ? weight : weight.index_select(0, outputs);
        var target = to.Convolution.weight.detach();
        long channels = Math.Min(weight.shape[0], target.shape[0]), received = Math.Min(weight.shape[1], target.shape[1]);
        long kernel = Math.Min(weight.shape[2], target.shape[2]), inset = (weight.shape[2] - kernel) / 2, margin = (target.shape[2] - kernel) / 2;
        var known = target.narrow(0, 0, channels);
        known.zero_(); // what the teacher has not: taps around its kernel, and answers of channels that it lacks
        known.narrow(1, 0, received).narrow(2, margin, kernel).narrow(3, margin, kernel).copy_(
            weight.narrow(0, 0, channels).narrow(1, 0, received).narrow(2, inset, kernel).narrow(3, inset, kernel));
        if (from.Norm is not { } source || to.Norm is not { } norm)
        {
            return;
        }

        foreach (var (values, own) in new[] { (source.weight!, norm.weight!), (source.bias!, norm.bias!), (source.running_mean!, norm.running_mean!), (source.running_var!, norm.running_var!) })
        {
            var chosen = outputs is null ? values.detach() : values.detach().index_select(0, outputs);
            own.detach().narrow(0, 0, channels).copy_(chosen.narrow(0, 0, channels));
        }
    }
}
