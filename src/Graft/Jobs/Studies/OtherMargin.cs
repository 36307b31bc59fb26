using Graft.Engine;

namespace Graft.Jobs.Studies;

/// <summary>
/// A study of the same workspace that judges the same trials by another margin, from another first look or up to another limit of seeds: a second look at the
/// same data, with 5 % of its own.
/// </summary>
/// <param name="Study">Its identifier.</param>
/// <param name="Margin">Its margin, a fraction (0.005 is half a point).</param>
/// <param name="Seeds">The seeds at its first look.</param>
/// <param name="MaxSeeds">The seeds at its last look.</param>
public sealed record OtherMargin(string Study, double Margin, int Seeds, int MaxSeeds)
{
    /// <summary>
    /// The studies whose plans are the same but for <see cref="StudyPlan.UntilDecided"/> and <see cref="StudyPlan.Seeds"/>, the first look, on the same data,
    /// the oldest first; none for a study whose seeds are fixed.
    /// </summary>
    internal static IReadOnlyList<OtherMargin> Of(StudyOutline study, IReadOnlyList<StoredJob> jobs)
    {
        if (study.Plan.UntilDecided is not { } own)
        {
            return [];
        }

        int first = study.Plan.Seeds;
        string plan = PlanFile.ToYaml(study.Plan);
        return
        [
            .. jobs
                .Where(job => job.Kind == StudyJob.Kind && job.Id != study.Id)
                .OrderBy(job => job.Created)
                .Select(job => StudyOutline.FromJson(job.Document))
                .Where(other => other.Plan.UntilDecided is { } until
                    && (until, other.Plan.Seeds) != (own, first)
                    && other.DataFingerprint == study.DataFingerprint
                    && PlanFile.ToYaml(other.Plan with { UntilDecided = own, Seeds = first }) == plan)
                .Select(other => new OtherMargin(other.Id, other.Plan.UntilDecided!.Margin, other.Plan.Seeds, other.Plan.UntilDecided.MaxSeeds)),
        ];
    }
}
