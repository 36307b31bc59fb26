using Graft.Cli.Views;
using Graft.Networks;
using Graft.Onnx.Import;

namespace Graft.Cli.Commands;

/// <summary>Weights to export.</summary>
/// <param name="Weights">Their file.</param>
/// <param name="Target">Where they go if nothing else is said.</param>
/// <param name="Network">The network's name, where it comes from an ONNX file of the workspace; null for what the weights say.</param>
/// <param name="Origin">What the exported file says of where it is from.</param>
/// <param name="Data">The data set of the job that made them; null for none.</param>
internal sealed record ExportSource(string Weights, string Target, string? Network, IReadOnlyDictionary<string, string> Origin, string? Data = null)
{
    /// <summary>A file of weights.</summary>
    public static ExportSource OfFile(string file) => new(file, Path.ChangeExtension(file, ".onnx"), null, new Dictionary<string, string>());

    /// <summary>A network that an acceleration made.</summary>
    /// <param name="acceleration">The acceleration.</param>
    /// <param name="name">The network, as the acceleration's table names it.</param>
    /// <param name="directory">The workspace's directory.</param>
    /// <exception cref="ConfigurationException">There is no such network, or it has no weights.</exception>
    public static ExportSource OfAcceleration(AccelerationJobView acceleration, string name, string directory)
    {
        var (id, result) = (acceleration.Job.Id, acceleration.Result);
        var network = result.Networks.FirstOrDefault(n => n.Name == name)
            ?? throw new ConfigurationException($"acceleration {id} has no '{name}'.{NearestName.Hint(name, [.. result.Networks.Select(n => n.Name)])}");
        return network.Weights is { } found
            ? new(
                Path.Combine(directory, found),
                $"{name.Replace(' ', '-')}.onnx",
                OnnxNetworkSource.IsName(result.Network) ? result.Network : null,
                new Dictionary<string, string> { [NetworkMetadata.Acceleration] = id, [NetworkMetadata.Row] = name },
                result.Data
            )
            : throw new ConfigurationException(
                $"'{name}' of acceleration {id} has no weights: {network.Error ?? "it has not been trained yet; give the command that began it again"}."
            );
    }
}
