using Graft.Analysis;
using Graft.Analysis.Findings;

namespace Graft.Tests.Analysis.Findings;

/// <summary>A study of a network of three positions whose second one halves, with answers drawn so that cells have the accuracies asked for.</summary>
internal sealed class MadeUpStudy
{
    private const int Classes = 10;

    private readonly List<AnalysedCell> _cells = [];
    private readonly double[] _difficulty; // of each image, the same for all networks
    private readonly int[] _labels;

    public MadeUpStudy(int images = 4000)
    {
        var random = new Random(11);
        _labels = [.. Enumerable.Range(0, images).Select(_ => random.Next(Classes))];
        _difficulty = [.. Enumerable.Range(0, images).Select(_ => random.NextDouble())];
    }

    /// <summary>Adds a cell: an image is right where its difficulty is below the accuracy, with a little noise of the seed's own.</summary>
    public MadeUpStudy With(
        int position,
        string operation,
        double accuracy,
        int epochs = 25,
        int seeds = 5,
        long parameters = 1000,
        double noise = 0.0005,
        bool control = false
    )
    {
        var outcomes = Enumerable
            .Range(1, seeds)
            .Select(seed =>
            {
                var random = new Random(seed + (100 * position) + (1000 * epochs) + (10_000 * _cells.Count));
                double level = accuracy + (noise * (seed - ((seeds + 1) / 2.0)));
                int[] predicted =
                [
                    .. _labels.Select(
                        (label, i) => (random.NextDouble() < 0.02 ? random.NextDouble() < level : _difficulty[i] < level) ? label : (label + 1) % Classes
                    ),
                ];
                return new TrialOutcome(seed, TestOutcome.FromPredictions(predicted, _labels));
            })
            .ToList();
        _cells.Add(
            new()
            {
                Position = position,
                Path = "",
                Operation = operation,
                IsControl = control,
                Epochs = epochs,
                Parameters = parameters,
                MultiplyAccumulates = parameters * 10,
                Accuracies = [.. outcomes.Select(o => (double)o.Outcome.CorrectCount / o.Outcome.Count)],
                Outcomes = outcomes,
            }
        );
        return this;
    }

    /// <summary>Makes a cell one of which a trial failed for good.</summary>
    public MadeUpStudy Failed(string operation, int position = 1)
    {
        int index = _cells.FindIndex(c => c.Operation == operation && c.Position == position);
        _cells[index] = _cells[index] with { HasFailed = true };
        return this;
    }

    /// <summary>Adds a cell without any finished trial.</summary>
    public MadeUpStudy WithPending(int position, string operation, int epochs = 25) => With(position, operation, 0, epochs, seeds: 0);

    public AnalysedStudy Study => new() { Cells = _cells, PositionCount = 3, FirstHalving = 2, Parameters = 1000, MultiplyAccumulates = 10_000 };

    public StudyAnalysis Analyze(double margin = 0.005) => StudyAnalysis.Of(Study, new() { Margin = margin });
}
