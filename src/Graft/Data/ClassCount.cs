namespace Graft.Data;

/// <summary>How many images a class has.</summary>
/// <param name="Name">The class.</param>
/// <param name="Train">Its training images.</param>
/// <param name="Test">Its test images.</param>
internal sealed record ClassCount(string Name, int Train, int Test);
