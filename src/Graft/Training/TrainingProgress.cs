namespace Graft.Training;

/// <summary>How far a step has come.</summary>
/// <param name="Images">Images that were trained on so far.</param>
/// <param name="TotalImages">Images that will have been trained on in the end.</param>
/// <param name="Loss">The loss of the last batch.</param>
public sealed record TrainingProgress(long Images, long TotalImages, double Loss);
