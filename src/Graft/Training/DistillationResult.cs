using Graft.Analysis;
namespace Graft.Training;

/// <summary>What distilling a candidate came to.</summary>
/// <param name="Loss">Normalised loss MSE(t, s) / MSE(t, 0) on the held-out images, or on the last part of the training images where none are held out.</param>
/// <param name="History">Normalised loss along the training images.</param>
/// <param name="Error">Why the candidate failed; null if it did not.</param>
internal sealed record DistillationResult(double Loss, IReadOnlyList<LossPoint> History, string? Error);
