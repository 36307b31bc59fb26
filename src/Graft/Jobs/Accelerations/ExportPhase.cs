using System.Globalization;
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
        Metadata = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [NetworkMetadata.Acceleration] = outline.Id,
            [NetworkMetadata.Accuracy] = exported.Accuracy.ToString("0.0000", CultureInfo.InvariantCulture),
            [NetworkMetadata.Latency] = Invariant($"{exported.LatencyMs:0.0000} ms on {outline.Target}"),
        },
    };
}
