using Graft.Cli.Views;
using Graft.Data;
using Graft.Jobs.Accelerations;
using Graft.Networks;
using Graft.Onnx.Import;
using Graft.Operations;

namespace Graft.Cli.Commands;

/// <summary>Weights to export.</summary>
/// <param name="Weights">Their file.</param>
/// <param name="Target">Where they go if nothing else is said.</param>
/// <param name="Network">The network's name, where it comes from an ONNX file of the workspace; null for what the weights say.</param>
/// <param name="Origin">What the exported file says of where it is from.</param>
/// <param name="Data">The data set of the job that made them; null for none.</param>
/// <param name="Images">How its images became the network's input; null for as they are stored.</param>
internal sealed record ExportSource(
    string Weights, string Target, string? Network, IReadOnlyDictionary<string, string> Origin, string? Data = null, ImageOptions? Images = null)
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
                OriginOf(result, network, acceleration.Plan?.Precision),
                result.Data,
                acceleration.Plan?.Images
            )
            : throw new ConfigurationException(
                $"'{name}' of acceleration {id} has no weights: {network.Error ?? "it has not been trained yet; give the command that began it again"}."
            );
    }

    // Of the network that the acceleration exported, the accuracy in fp32 is known; that of others is of the precision that they were trained in.
    private static Dictionary<string, string> OriginOf(AccelerationResult result, NetworkResult network, string? trainedIn)
    {
        var origin = new Dictionary<string, string> { [NetworkMetadata.Acceleration] = result.Acceleration, [NetworkMetadata.Row] = network.Name };
        if (network.LatencyMs is { } latency)
        {
            var (key, text) = NetworkMetadata.OfLatency(latency.Median, $"{result.Target}");
            origin[key] = text;
        }

        string exact = Precision.Float32.ToText();
        var (accuracy, precision) = network.Name == result.Exported && result.ModelAccuracy is { } own ? (own, exact) : (network.Accuracy, trainedIn);
        if (accuracy is not null && precision is not null)
        {
            var (key, text) = NetworkMetadata.OfAccuracy(accuracy.Value);
            origin[key] = text;
            if (precision != exact)
            {
                origin[NetworkMetadata.AccuracyPrecision] = precision;
            }
        }

        return origin;
    }
}
