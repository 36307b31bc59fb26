using Graft.Networks;
using Graft.Steps;

namespace Graft.Jobs.Accelerations;

/// <summary>The last phase of an acceleration: one network becomes an ONNX file.</summary>
/// <param name="outline">What is accelerated.</param>
/// <param name="exported">The network.</param>
internal sealed class ExportPhase(AccelerationOutline outline, TrainedNetwork exported)
{
    /// <summary>The name of the network that is exported.</summary>
    public string Name => exported.Name;

    /// <summary>The step that exports it.</summary>
    public ExportStep Step { get; } = new()
    {
        Data = outline.DataFingerprint,
        Network = exported.Step.Network,
        Precision = outline.Precision,
        FineTuning = exported.Step.Key,
        Metadata = new SortedDictionary<string, string>(
            new Dictionary<string, string>(
            [
                new(NetworkMetadata.Acceleration, outline.Id),
                new(NetworkMetadata.Row, exported.Name),
                NetworkMetadata.OfAccuracy(exported.Accuracy),
                NetworkMetadata.OfLatency(exported.LatencyMs, $"{outline.Target}"),
            ]),
            StringComparer.Ordinal),
    };
}
