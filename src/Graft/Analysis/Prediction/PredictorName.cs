namespace Graft.Analysis.Prediction;

/// <summary>A quantity that is measured before a swapped network is trained, by name.</summary>
/// <param name="Name">Its short name, as in <see cref="Substitution.Values"/> and JSON.</param>
/// <param name="Title">Its name for people.</param>
internal sealed record PredictorName(string Name, string Title);
