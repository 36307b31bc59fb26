using Graft.Data;
using Graft.Jobs;
using Graft.Networks;
using Graft.Runtime;

namespace Graft.Cli.Views;

/// <summary>What the headers of studies and accelerations say alike.</summary>
internal static class HeaderWords
{
    /// <summary>Where the teacher comes from, and how its pixels are normalised where a file of weights might say otherwise.</summary>
    public static string Teacher(TeacherPlan plan, ImageData data, ImageOptions? images) =>
        plan.Weights is { } weights ? $"weights from {weights}, {Pixels(weights, data, images)}"
        : plan.Normalization is { } normalization ? $"weights of the ONNX file, {Normalization.Parse(normalization).Words}"
        : $"trained for {Plural.Of(plan.Epochs, "epoch")}";

    /// <summary>The network, and the file that it was read from, if it was.</summary>
    public static string Network(GraftSession session, string network) => NetworkImports.Title(network, session.Imports.FileOf(network));

    /// <summary>What is to be said of the file that the network was read from; null for nothing.</summary>
    public static string? Remark(GraftSession session, string network) =>
        session.Imports.Find(network) is { Remark: { } remark } import ? $"{import.Path}: {remark}" : null;

    /// <summary>The data, and how many there are.</summary>
    public static string Data(ImageData data) =>
        Invariant($"{data.Name} ({data.Train.Count:N0} training, {data.Test.Count:N0} test images, {data.ClassNames.Count} classes)");

    private static string Pixels(string weights, ImageData data, ImageOptions? images) =>
        File.Exists(weights) && NetworkWeights.ReadNormalization(weights) is { } own
        ? own.Words
        : images?.Normalization is not null ? $"{data.Normalization.Words}, as asked for: the file does not say how"
        : $"{data.Normalization.Words}, as for {data.Name}: the file does not say how";

    /// <summary>What computes.</summary>
    public static string Where(GraftSession session) => session.Cluster is null
        ? $"{Plural.Of(session.Cores.Workers, "worker")} of {Plural.Of(session.Cores.ThreadsPerWorker, "thread")}"
        : "by Slurm";
}
