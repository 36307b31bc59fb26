using Graft.Analysis.Findings;
using Graft.Engine;
using Graft.Jobs.Accelerations;
using Graft.Jobs.Studies;

namespace Graft.Jobs;

/// <content>What the workspace has of jobs of this and of other days, without their data.</content>
public sealed partial class GraftSession
{
    /// <summary>
    /// The studies and accelerations of the workspace, the newest first; none where there is no workspace yet. Nothing is computed or written.
    /// </summary>
    /// <exception cref="GraftException">The workspace cannot be used.</exception>
    public IReadOnlyList<JobListing> Jobs() =>
        FromRecord<IReadOnlyList<JobListing>>(workspace => [.. workspace.Jobs.List().Select(job => JobListing.Of(job, workspace))], none: []);

    /// <summary>A study's results as they stand, as <see cref="StudyJob.Result"/> gives them. Nothing is computed or written.</summary>
    /// <param name="id">The study's identifier, or the start of it.</param>
    /// <param name="options">How results are judged; null for the study's own margin.</param>
    /// <exception cref="ConfigurationException">There is no such study.</exception>
    /// <exception cref="GraftException">The workspace cannot be used.</exception>
    public StudyResult ReadStudy(string id, AnalysisOptions? options = null) => Read(
        id, StudyJob.Kind, (job, workspace) => StudyResultBuilder.Build(StudyOutline.FromJson(job.Document), workspace.Steps, options, begun: job.Created));

    /// <summary>
    /// An acceleration's results as they stand, as <see cref="GraftJob{TResult}.Result"/> of its job gives them. Nothing is computed or written.
    /// </summary>
    /// <param name="id">The acceleration's identifier, or the start of it.</param>
    /// <exception cref="ConfigurationException">There is no such acceleration.</exception>
    /// <exception cref="GraftException">The workspace cannot be used.</exception>
    public AccelerationResult ReadAcceleration(string id) => Read(id, AccelerationJob.Kind, StoredAcceleration.Result);

    private TResult Read<TResult>(string id, string kind, Func<StoredJob, IWorkspace, TResult> read)
        where TResult : class
    {
        ArgumentNullException.ThrowIfNull(id);
        return FromRecord<TResult?>(ReadFrom, none: null)
            ?? throw new ConfigurationException($"there is no {kind} '{id}': {_options.Workspace ?? "this session"} has no workspace yet.");

        TResult ReadFrom(IWorkspace workspace)
        {
            var job = workspace.Jobs.Find(id);
            return job.Kind == kind
                ? read(job, workspace)
                : throw new ConfigurationException($"'{job.Id}' is {NounOf(job.Kind)}, not {NounOf(kind)}.");
        }

        static string NounOf(string kind) => kind == AccelerationJob.Kind ? $"an {kind}" : $"a {kind}";
    }
}

/// <summary>A study or an acceleration that a workspace has.</summary>
/// <param name="Id">Its identifier.</param>
/// <param name="Kind"><c>study</c> or <c>acceleration</c>.</param>
/// <param name="Started">When it was first started (UTC).</param>
/// <param name="Steps">How many steps it has, as far as they are known.</param>
/// <param name="Ended">How many of them have ended, done or failed.</param>
/// <param name="Plan">Its plan, with everything resolved, as YAML.</param>
public sealed record JobListing(string Id, string Kind, DateTimeOffset Started, int Steps, int Ended, string Plan)
{
    internal static JobListing Of(StoredJob job, IWorkspace workspace)
    {
        var keys = job.Steps.Distinct().ToList();
        return new(job.Id, job.Kind, job.Created, keys.Count, workspace.Steps.FindAll(keys).Values.Count(s => s.State.HasEnded()), job.Plan);
    }
}
