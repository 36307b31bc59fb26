using Graft.Analysis;

namespace Graft.Report.Plots;

/// <summary>Something that is recorded after each epoch and can be drawn.</summary>
internal sealed class TrainingQuantity
{
    private readonly Func<EpochResult, double?> _of;

    private TrainingQuantity(string id, string label, double smallestSpan, Func<EpochResult, double?> of)
    {
        Id = id;
        Label = label;
        SmallestSpan = smallestSpan;
        _of = of;
    }

    /// <summary>Mean training loss.</summary>
    public static TrainingQuantity Loss { get; } = new("loss", "Training loss", 0.02, e => e.TrainingLoss);

    /// <summary>Accuracy on the held-out part of the training set, in percent.</summary>
    public static TrainingQuantity HeldOutAccuracy { get; } = new("held-out", "Held-out accuracy (%)", 1, e => 100 * e.HeldOutAccuracy);

    /// <summary>Letters and hyphens, for identifiers on the page.</summary>
    public string Id { get; }

    /// <summary>The quantity with its unit.</summary>
    public string Label { get; }

    /// <summary>The least that its axis spans.</summary>
    public double SmallestSpan { get; }

    /// <summary>The quantity over the epochs of a training.</summary>
    public IEnumerable<(double X, double? Y)> Values(IEnumerable<EpochResult> history) => history.Select(e => ((double)e.Epoch, _of(e)));
}
