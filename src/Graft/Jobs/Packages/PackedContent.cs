namespace Graft.Jobs.Packages;

/// <summary>What a package holds.</summary>
/// <param name="Job">The job's identifier.</param>
/// <param name="Kind"><c>study</c> or <c>acceleration</c>.</param>
/// <param name="Results">Steps with a result.</param>
/// <param name="Files">Files: what was given from outside, and the weights of results.</param>
internal sealed record PackedContent(string Job, string Kind, int Results, int Files);
