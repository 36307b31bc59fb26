namespace Graft.Analysis.Findings;

/// <summary>How a study's results are judged. None of it decides a result.</summary>
public sealed record AnalysisOptions
{
    /// <summary>
    /// The largest difference of accuracies that does not matter, a fraction in (0, 0.5]. Default 0.005, half a point: on 10,000 test images one accuracy at 96
    /// % has a standard error of 0.2 points, and so two runs of the same recipe often differ by as much as 0.5; differences that <b>Seo &amp; Lee</b> and their
    /// field call losses begin at about a point.
    /// </summary>
    /// <value>Default: <c>0.005</c>.</value>
    public double Margin { get; init; } = 0.005;

    /// <summary>Checks the margin.</summary>
    /// <exception cref="ConfigurationException">It is out of range.</exception>
    public void Validate()
    {
        if (Margin is not (> 0 and <= 0.5))
        {
            throw new ConfigurationException(Invariant($"The margin is {100 * Margin} points; it must be above 0 and at most 50, for instance 0.5."));
        }
    }
}
