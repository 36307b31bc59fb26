using Graft.Analysis;
using Graft.Data;

namespace Graft.Cli.Views;

/// <summary>How a classifier did on a data set's test images, as JSON and in words.</summary>
internal abstract class EvaluationView
{
    /// <summary>The data set.</summary>
    public required ImageData Images { get; init; }

    /// <summary>How its pixels were normalised.</summary>
    public required Normalization Normalization { get; init; }

    /// <summary>Who says so: <c>option</c>, <c>file</c>, <c>weights</c> or <c>data</c>.</summary>
    public required string NormalizationSource { get; init; }

    /// <summary>Whether the classes were mapped by name.</summary>
    public required bool ReordersClasses { get; init; }

    /// <summary>The document of <c>--json</c>.</summary>
    public abstract object Document { get; }

    /// <summary>Test images that were answered right.</summary>
    protected abstract int Correct { get; }

    /// <summary>The class that each test image was taken for.</summary>
    protected abstract IReadOnlyList<int> Predicted { get; }

    /// <summary>What is to be said of the accuracy, where it is as good as guessing or worse.</summary>
    protected string? Remark => ChanceWords.Remark(Correct, Predicted, Images);

    /// <summary>How pixels were normalised, in words.</summary>
    protected string Pixels => Normalization.Words + NormalizationSource switch
    {
        "weights" => ", as the file of weights says",
        "data" => " as for the data, as the file does not say how (--normalization for another)",
        "option" => ", as the command line says",
        _ => $", as the {NormalizationSource} says",
    };

    /// <summary>What was tested, and how; a line each.</summary>
    protected abstract IEnumerable<string> Subject { get; }

    /// <summary>What stands behind the accuracy.</summary>
    protected virtual string More => "";

    /// <summary>Writes it in words.</summary>
    public void Write(Terminal terminal)
    {
        foreach (string line in Subject)
        {
            terminal.WriteLine(line);
        }

        if (ReordersClasses)
        {
            terminal.WriteLine("classes mapped by name: the file has them in another order than the data");
        }

        int count = Images.Test.Count;
        var interval = ConfidenceInterval.OfProportion(Correct, count);
        terminal.WriteLine(
            Invariant(
                $"{Correct:N0} of {count:N0} test images right: accuracy {Format.Percent((double)Correct / count)} % (95 % interval over test images {100 * interval.Lower:0.0}–{100 * interval.Upper:0.0}){More}"
            )
        );
        terminal.WriteNote(Remark);
    }
}
