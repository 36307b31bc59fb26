using System.CommandLine;
using Graft.Analysis.Findings;
using Graft.Engine;
using Graft.Jobs.Accelerations;
using Graft.Jobs.Tables;
using Graft.Report;

namespace Graft.Cli.Views;

/// <summary>A job of a workspace and what is shown of it. Which kind of job it is, is asked here alone.</summary>
/// <param name="job">The job.</param>
internal abstract class JobView(StoredJob job)
{
    /// <summary>The job.</summary>
    public StoredJob Job { get; } = job;

    /// <summary>The kind of job as a line begins with it.</summary>
    public abstract string Title { get; }

    /// <summary>
    /// The network, the file that it was read from, if it was, the data, and in a few words what was asked of them; parts of those are parted by semicolons.
    /// </summary>
    public abstract (string Network, string? NetworkFile, string Data, string Asked) Subject { get; }

    /// <summary>The results as far as they have come, to be written as JSON.</summary>
    public abstract object Document { get; }

    /// <summary>The view of a job. Results are read when they are asked for.</summary>
    /// <param name="workspace">Where its steps are recorded.</param>
    /// <param name="job">The job.</param>
    /// <param name="options">How a study is judged; null where it says so itself.</param>
    public static JobView Of(IWorkspace workspace, StoredJob job, AnalysisOptions? options = null) =>
        IsAcceleration(job) ? new AccelerationJobView(workspace, job) : new StudyJobView(workspace, job, options);

    /// <summary>Whether a job is an acceleration; others are studies.</summary>
    public static bool IsAcceleration(StoredJob job) => job.Kind == AccelerationJob.Kind;

    /// <summary>The results as tables for files.</summary>
    public abstract IReadOnlyList<ResultTable> Tables();

    /// <summary>Writes the results for people, under the job's name.</summary>
    public abstract void Write(Terminal terminal);

    /// <summary>The report: a whole HTML document.</summary>
    public abstract Task<string> RenderReportAsync();

    /// <summary>Writes the report.</summary>
    /// <param name="path">Where to; a file that is there is replaced.</param>
    /// <param name="cancellation">Ends the work before the file is in place.</param>
    public async Task WriteReportAsync(string path, CancellationToken cancellation) => ReportFile.Write(await RenderReportAsync(), path, cancellation);

    /// <summary>Refuses a margin where nothing is judged by one.</summary>
    /// <exception cref="ConfigurationException">It was given.</exception>
    public virtual void RefuseMargin(ParseResult parsed, Option margin)
    {
    }
}
