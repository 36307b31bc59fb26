using System.CommandLine.Completions;
using Graft.Cli.Views;
using Graft.Data;
using Graft.Engine;
using Graft.Engine.Postgres;
using Graft.Jobs;
using Graft.Measures;
using Graft.Networks;
using Graft.Operations;
using Graft.Selection;
using Source = System.Func<
    System.CommandLine.Completions.CompletionContext,
    System.Collections.Generic.IEnumerable<System.CommandLine.Completions.CompletionItem>
>;

namespace Graft.Cli.Completion;

/// <summary>
/// What shells are to offer for the value of an option or argument. Files are left to the shell, which knows best how to list them: an item of the kind
/// <see cref="FileKind"/> or <see cref="DirectoryKind"/> asks for them.
/// </summary>
internal static class Offers
{
    /// <summary>The kind of the item that asks for files; its label has the endings that are meant, with blanks between them; none for all files.</summary>
    public const string FileKind = "File";

    /// <summary>The kind of the item that asks for directories.</summary>
    public const string DirectoryKind = "Folder";

    /// <summary>
    /// The kind of the item that asks for <see cref="JobsIn"/> the workspace of the command line; its label is the kind of job, nothing for all.
    /// </summary>
    public const string JobKind = "Job";

    /// <summary>The kind of the item that asks for <see cref="StepsIn"/> the workspace of the command line.</summary>
    public const string StepKind = "Step";

    /// <summary>The kind of the item that asks for <see cref="NetworksOf"/> the acceleration that <c>--from</c> of the command line names.</summary>
    public const string NetworkKind = "Network";

    private const int MostSteps = 200; // of a record that may have thousands

    /// <summary>Networks that are often meant.</summary>
    public static Source Networks { get; } = Values(() => NetworkCatalog.CommonNames);

    /// <summary>The data sets.</summary>
    public static Source DataSets { get; } = _ => DataCatalog.All.Select(entry => Value(entry.Name, entry.Description));

    /// <summary>The data sets that can be downloaded.</summary>
    public static Source Downloads { get; } = _ => DataCatalog.All.Where(e => e.Files.Count > 0).Select(e => Value(e.Name, e.Description));

    /// <summary>Operations, and words for several.</summary>
    public static Source Operations { get; } = _ =>
    [
        Value("seed", "the study's seven"),
        Value("controls", "controls for the study's seven"),
        Value("lana", "the pool"),
        Value("all", "each family with its defaults, and the seven"),
        .. OperationCatalog.SeedCandidates.Concat(OperationCatalog.Default.Families.Select(f => f.With().Text)).Concat(OperationCatalog.Controls).Distinct()
            .Select(name => Value(name, OperationCatalog.Default.Parse(name).Family.Description)),
    ];

    /// <summary>Measures of a substitution.</summary>
    public static Source Measures { get; } = _ => MeasureCatalog.All.Select(measure => Value(measure.Name, measure.Title));

    /// <summary>What an acceleration can add up over positions.</summary>
    public static Source Scores { get; } = context => SelectionPlan.SharedScores.Select(name => Value(name)).Concat(Measures(context));

    /// <summary>Positions, all at once.</summary>
    public static Source Positions { get; } = _ => [Value("all", "every position")];

    /// <summary>The keys of a kind of plan, as <c>--set</c> takes them.</summary>
    public static Source KeysOf<TPlan>() =>
        _ => PlanSchema.AllKeys(typeof(TPlan)).Select(key => Value($"{key.Key}=", PlanSchema.Expected(key.Type)));

    /// <summary>Precisions of computing.</summary>
    public static Source Precisions { get; } = Values(() => PrecisionNames.All);

    /// <summary>How pixels become numbers, by name.</summary>
    public static Source Normalizations { get; } = Values(() => Normalization.PresetNames);

    /// <summary>Directories.</summary>
    public static Source Directories { get; } = _ => [new("", DirectoryKind)];

    private static string[] WeightEndings => [".safetensors", ".pt", ".pth", ".th", ".ckpt"];

    /// <summary>Files of weights.</summary>
    public static Source Weights { get; } = Files(WeightEndings);

    /// <summary>Files of weights, and networks.</summary>
    public static Source WeightsAndNetworks { get; } = Files([.. WeightEndings, ".onnx"]);

    /// <summary>Files with one of these endings, e.g. <c>.onnx</c>; all files where none is given.</summary>
    public static Source Files(params string[] endings) => _ => [new(string.Join(' ', endings), FileKind)];

    /// <summary>Identifiers of the workspace's jobs.</summary>
    /// <param name="kind">The kind of job; nothing for all.</param>
    public static Source Jobs(string kind = "") => _ => [new(kind, JobKind)];

    /// <summary>Keys of the workspace's steps.</summary>
    public static Source Steps { get; } = _ => [new("", StepKind)];

    /// <summary>Names of an acceleration's networks.</summary>
    public static Source NetworksOfAcceleration { get; } = _ => [new("", NetworkKind)];

    /// <summary>The jobs of a workspace, newest first; none where it is not there, cannot be read, or may be slow, on a server.</summary>
    /// <param name="directory">The workspace.</param>
    /// <param name="kind">The kind of job; nothing for all.</param>
    public static IReadOnlyList<CompletionItem> JobsIn(string directory, string kind) => In(
        directory,
        workspace => workspace.Jobs.List().Where(job => kind.Length == 0 || job.Kind == kind)
            .Select(job => Value(job.Id, Invariant($"{job.Kind} of {job.Created.UtcDateTime:yyyy-MM-dd HH:mm} (UTC)"))));

    /// <summary>Steps of a workspace that were begun, the newest first, by the start of their keys; none as for <see cref="JobsIn"/>.</summary>
    /// <param name="directory">The workspace.</param>
    public static IReadOnlyList<CompletionItem> StepsIn(string directory)
    {
        var kinds = Extensions.AllKinds();
        return In(
            directory,
            workspace => workspace.Steps.List().Where(step => step.Started is not null).OrderByDescending(step => step.Started).Take(MostSteps)
                .Select(step => Value(Step.IdOf(step.Key), kinds.Parse(step.Specification).Title)));
    }

    /// <summary>Names of the networks of an acceleration that have weights; none as for <see cref="JobsIn"/>, or where there is no such acceleration.</summary>
    /// <param name="directory">The workspace.</param>
    /// <param name="id">The acceleration's identifier or its start.</param>
    public static IReadOnlyList<CompletionItem> NetworksOf(string directory, string? id) => id is null ? [] : In(
        directory,
        workspace => JobView.Of(workspace, workspace.Jobs.Find(id)) is AccelerationJobView acceleration
            ? acceleration.Result.Networks.Where(network => network.Weights is not null).Select(network => Value(network.Name))
            : []);

    private static IReadOnlyList<CompletionItem> In(string directory, Func<IWorkspace, IEnumerable<CompletionItem>> find)
    {
        if (!Workspaces.Exists(directory) || PostgresWorkspace.Exists(directory))
        {
            return [];
        }

        try
        {
            using var workspace = Workspaces.OpenExisting(directory, TimeProvider.System);
            return [.. find(workspace)];
        }
        catch (GraftException)
        {
            return []; // the command itself will say why
        }
    }

    /// <summary>A few words.</summary>
    public static Source Words(params string[] words) => Values(() => words);

    private static Source Values(Func<IEnumerable<string>> names) => _ => names().Select(name => Value(name));

    private static CompletionItem Value(string name, string? description = null) => new(name, detail: description);
}
