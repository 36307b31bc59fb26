namespace Graft.Tests.Training;

/// <summary>
/// Tests that hold results bit for bit run alone: the number of torch's threads decides the last bits, and parts of it belong to the whole process.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TorchThreads
{
    public const string Name = "torch threads";
}
