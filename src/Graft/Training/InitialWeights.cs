using Graft.Networks;
using Graft.Operations;
using Graft.Runtime;
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
    /// Copies the weights of the teacher's own operation at the place into a candidate of the same build: as many dense k×k convolutions in a row, the first
    /// of which takes the input as it is, whatever their kernel size and hidden width. Kernels are cut or padded with zeros around their centre; of more
    /// hidden channels than the candidate has, those that weigh most are kept; hidden channels that the teacher lacks keep their values by chance and are not
    /// listened to at first.
    /// </summary>
    /// <returns>Whether anything was copied.</returns>
    public static bool CopyFromTeacher(Operation candidate, Position position, Network teacher)
    {
        if (teacher.Definition.OwnOf(position.Place) is not { } own)
        {
            return false;
        }

        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var source = teacher.OperationAt(own);
        if (HaveSameTensors(candidate, source))
        {
            candidate.CopyValuesFrom(source);
            return true;
        }

        if (Rows(source, candidate) is not { } pairs)
        {
            return false;
        }

        Tensor? inputs = null; // the teacher's channels that the candidate's are; null for the same
        foreach (var (i, (from, to)) in pairs.Index())
        {
            var outputs = i + 1 < pairs.Count ? Strongest(pairs[i + 1].From.Layer, to.Layer.weight.shape[0]) : null;
            Copy(from, to, inputs, outputs);
            inputs = outputs;
        }

        return true;
    }

    private static bool HaveSameTensors(Operation a, Operation b)
    {
        return a.GetType() == b.GetType() && a.NamedTensors("").Select(Describe).SequenceEqual(b.NamedTensors("").Select(Describe));

        static string Describe((string Name, Tensor Tensor) t) => $"{t.Name} {string.Join("x", t.Tensor.shape.Select(v => Invariant($"{v}")))}";
    }

    // The dense convolutions of both, in pairs; null where the candidate is of another build.
    private static List<(StructureConvolution From, StructureConvolution To)>? Rows(Operation source, Operation candidate)
    {
        var from = DenseOf(source);
        var to = DenseOf(candidate);
        return from.Count > 0 && from.Count == to.Count && from.Zip(to).All(IsAlike) && !OthersOf(candidate).Any() ? [.. from.Zip(to)] : null;

        static List<StructureConvolution> DenseOf(Operation operation) => [.. OperationStructure.Of(operation).Convolutions.Where(IsDense)];

        static bool IsDense(StructureConvolution c) => c.Layer.groups == 1 && c.Layer.weight.shape[2] > 1;

        static bool IsAlike((StructureConvolution From, StructureConvolution To) pair) =>
            pair.From.TakesInput == pair.To.TakesInput && pair.From.Layer.stride.SequenceEqual(pair.To.Layer.stride);

        // A shortcut of its own does not hinder; it learns from chance.
        static IEnumerable<StructureConvolution> OthersOf(Operation operation) =>
            OperationStructure.Of(operation).Convolutions.Where(c => !IsDense(c) && !c.TakesInput);
    }

    // The hidden channels that the next convolution weighs most, in their order: [c]; null for all.
    private static Tensor? Strongest(Conv2d next, long most)
    {
        var weight = next.weight; // [C', C, k, k]
        return weight.shape[1] <= most ? null : weight.Squared().sum([0, 2, 3]).topk((int)most).indexes.sort().Values;
    }

    private static void Copy(StructureConvolution from, StructureConvolution to, Tensor? inputs, Tensor? outputs)
    {
        var weight = Chosen(Chosen(from.Layer.weight.detach(), 0, outputs), 1, inputs); // [C', C, k, k]
        var target = to.Layer.weight.detach();
        long channels = Math.Min(weight.shape[0], target.shape[0]), received = Math.Min(weight.shape[1], target.shape[1]);
        long kernel = Math.Min(weight.shape[2], target.shape[2]), inset = (weight.shape[2] - kernel) / 2, margin = (target.shape[2] - kernel) / 2;
        var known = target.narrow(0, 0, channels).zero_(); // what the teacher has not: taps around its kernel, and channels to listen to
        known.narrow(1, 0, received).narrow(2, margin, kernel).narrow(3, margin, kernel).copy_(
            weight.narrow(0, 0, channels).narrow(1, 0, received).narrow(2, inset, kernel).narrow(3, inset, kernel));
        if (from.Norm is not { } source || to.Norm is not { } norm)
        {
            return;
        }

        foreach (var (theirs, own) in ValuesOf(source).Zip(ValuesOf(norm)))
        {
            own.detach().narrow(0, 0, channels).copy_(Chosen(theirs.detach(), 0, outputs).narrow(0, 0, channels));
        }

        static Tensor Chosen(Tensor values, long dimension, Tensor? indices) => indices is null ? values : values.index_select(dimension, indices);

        static Tensor[] ValuesOf(BatchNorm2d norm) => [norm.weight!, norm.bias!, norm.running_mean!, norm.running_var!];
    }
}
