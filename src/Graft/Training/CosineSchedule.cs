namespace Graft.Training;

/// <summary>
/// A learning-rate schedule stepped with every batch: linear warm-up, then half a cosine down to 0 (Loshchilov &amp; Hutter 2017, eq. 5, without restarts).
/// </summary>
/// <param name="Peak">The learning rate right after the warm-up.</param>
/// <param name="Steps">All steps.</param>
/// <param name="WarmUpSteps">The steps of the warm-up; fewer than <paramref name="Steps"/>.</param>
internal sealed record CosineSchedule(double Peak, int Steps, int WarmUpSteps)
{
    /// <summary>The learning rate of a step, from 0.</summary>
    public double At(int step)
    {
        if (step < WarmUpSteps)
        {
            return Peak * (step + 1) / (WarmUpSteps + 1);
        }

        double progress = (double)(step - WarmUpSteps) / (Steps - WarmUpSteps);
        return Peak * 0.5 * (1 + Math.Cos(Math.PI * Math.Min(progress, 1)));
    }
}
