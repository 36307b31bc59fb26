using Graft.Engine.Slurm;
using Graft.Runtime;
using static TorchSharp.torch;

namespace Graft.Jobs;

/// <summary>Where steps compute.</summary>
internal static class ComputeDevice
{
    /// <summary>The processor.</summary>
    public const string Cpu = "cpu";

    /// <summary>A GPU.</summary>
    public const string Cuda = "cuda";

    /// <summary>Resolves <c>auto</c>, <c>cpu</c> or <c>cuda</c> to the device that is used.</summary>
    /// <exception cref="ConfigurationException">It is another word, or there is no GPU.</exception>
    public static string Resolve(string name) =>
        name switch
        {
            Cpu => Cpu,
            "auto" => cuda.is_available() ? Cuda : Cpu,
            Cuda => cuda.is_available()
                ? Cuda
                : throw new ConfigurationException(
                    "no GPU that CUDA can use was found. Where there is one, use the package TorchSharp-cuda-linux or TorchSharp-cuda-windows in place of libtorch-cpu "
                        + "(in Graft's repository: build with -p:TorchBackend=cuda); else compute on the cpu."
                ),
            _ => throw new ConfigurationException($"the device is '{name}'; it must be auto, cpu or cuda."),
        };

    /// <summary>The same for the nodes of a cluster, of which this machine knows only what they are asked for.</summary>
    /// <exception cref="ConfigurationException">It is another word.</exception>
    internal static string OfCluster(string name, SlurmProfile profile) => name switch
    {
        Cpu or Cuda => name,
        "auto" => profile.Gpus > 0 ? Cuda : Cpu,
        _ => Resolve(name),
    };

    /// <summary>What libtorch computes with by default: a GPU where its build can use one that is here, else the processor.</summary>
    /// <exception cref="ConfigurationException">libtorch cannot be loaded.</exception>
    public static string Backend()
    {
        NativeRuntime.RequireTorch();
        return Resolve("auto");
    }
}
