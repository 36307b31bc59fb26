using Graft.Analysis;
using Graft.Analysis.Findings;
using Graft.Cli.Views;

namespace Graft.Cli.Tests.Views;

public sealed class AnalysisTablesTests
{
    [Fact]
    public void Write_CellsThatHaveNoVerdictYet_AreNamedWithTheReason()
    {
        var study = new AnalysedStudy
        {
            Cells =
            [
                Cell(1, "teacher", [0, 1, 0, 1]), Cell(1, "identity", [0, 1, 1, 1]), Cell(new(1, 2), "teacher"), Cell(new(1, 2), "identity"),
                Cell(new(2, 3), "identity"),
            ],
            PositionCount = 3,
            Parameters = 1000,
            MultiplyAccumulates = 10_000,
        };
        using StringWriter output = new(), error = new();
        var terminal = new Terminal(output, error);
        terminal.Out.Profile.Width = 1000;

        AnalysisTables.Write(terminal, StudyAnalysis.Of(study, new()));

        Assert.Contains(
            "Not computable: 1-2 teacher: no trial of 'teacher' has finished; 1-2 identity and 2-3 identity: no trial of 'identity' has finished.",
            output.ToString(),
            StringComparison.Ordinal
        );
    }

    private static AnalysedCell Cell(Place position, string operation, params int[] predicted)
    {
        List<TrialOutcome> outcomes = predicted.Length == 0 ? [] : [new(1, TestOutcome.FromPredictions(predicted, [0, 1, 1, 1]))];
        return new()
        {
            Position = position,
            Path = "",
            Operation = operation,
            Epochs = 1,
            Parameters = 1000,
            MultiplyAccumulates = 10_000,
            Accuracies = [.. outcomes.Select(o => (double)o.Outcome.CorrectCount / o.Outcome.Count)],
            Outcomes = outcomes,
        };
    }
}
