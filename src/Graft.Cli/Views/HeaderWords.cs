using Graft.Jobs;

namespace Graft.Cli.Views;

/// <summary>What the headers of studies and accelerations say alike.</summary>
internal static class HeaderWords
{
    /// <summary>Where the teacher comes from.</summary>
    public static string Teacher(TeacherPlan plan) => plan.Weights is { } weights ? $"weights from {weights}"
        : plan.Normalization is { } normalization ? $"weights of the ONNX file, pixels normalised by {normalization}"
        : $"trained for {Format.Count(plan.Epochs, "epoch")}";

    /// <summary>What computes.</summary>
    public static string Where(GraftSession session) => session.Cluster is null
        ? $"{Format.Count(session.Cores.Workers, "worker")} of {Format.Count(session.Cores.ThreadsPerWorker, "thread")}"
        : "by Slurm";
}
