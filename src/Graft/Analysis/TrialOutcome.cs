namespace Graft.Analysis;

/// <summary>What the network of one trial answered on the test set.</summary>
/// <param name="Seed">The trial's seed. Trials of one seed share the order and the augmentation of training images.</param>
/// <param name="Outcome">The answers, image by image.</param>
public sealed record TrialOutcome(int Seed, TestOutcome Outcome);
