namespace Graft.Jobs.Packages;

/// <summary>What a package holds.</summary>
/// <param name="Job">The job's identifier.</param>
/// <param name="Kind"><c>study</c> or <c>acceleration</c>.</param>
/// <param name="Results">Steps with a result.</param>
/// <param name="Files">Files: what was given from outside, and the weights of results.</param>
/// <param name="Lacking">Files of results that are not in it.</param>
/// <param name="Outdated">Results that stand on files of which the workspace has others: they are made anew when the job goes on.</param>
internal sealed record PackedContent(string Job, string Kind, int Results, int Files, int Lacking = 0, int Outdated = 0);
