namespace Graft.Cli.Tests.Support;

/// <summary>What a command left behind.</summary>
internal sealed record CliResult(int Code, string Output, string Error);
