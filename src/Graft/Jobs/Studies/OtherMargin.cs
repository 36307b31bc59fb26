using Graft.Engine;

namespace Graft.Jobs.Studies;

/// <summary>A study of the same workspace that judges the same trials by another margin: a second look at the same data.</summary>
/// <param name="Study">Its identifier.</param>
/// <param name="Margin">Its margin, a fraction (0.005 is half a point).</param>
public sealed record OtherMargin(string Study, double Margin)
{
    /// <summary>
    /// The studies whose plans have another <see cref="UntilDecidedPlan.Margin"/> and are the same but for <see cref="StudyPlan.UntilDecided"/>, on the same
    /// data, the oldest first; none for a study whose margin is no part of its plan.
    /// </summary>
    internal static IReadOnlyList<OtherMargin> Of(StudyOutline study, IReadOnlyList<StoredJob> jobs)
    {
        if (study.Plan.UntilDecided is not { } own)
        {
            return [];
        }

        string plan = PlanFile.ToYaml(study.Plan);
        return
        [
            .. jobs
                .Where(job => job.Kind == StudyJob.Kind && job.Id != study.Id)
                .OrderBy(job => job.Created)
                .Select(job => StudyOutline.FromJson(job.Document))
                .Where(other => other.Plan.UntilDecided is { } until
                    && until.Margin != own.Margin
                    && other.DataFingerprint == study.DataFingerprint
                    && PlanFile.ToYaml(other.Plan with { UntilDecided = own }) == plan)
                .Select(other => new OtherMargin(other.Id, other.Plan.UntilDecided!.Margin)),
        ];
    }
}
