namespace Graft.Cli.Tests.Support;

/// <summary>
/// Tests that run studies. They have the process to themselves: some of them set environment variables, which processes that other tests start would inherit.
/// </summary>
[CollectionDefinition("studies", DisableParallelization = true)]
public sealed class StudyTests;
