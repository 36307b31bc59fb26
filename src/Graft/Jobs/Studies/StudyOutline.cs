using System.Text.Json;
using Graft.Data;
using Graft.Engine;

namespace Graft.Jobs.Studies;

/// <summary>
/// What the record keeps of a study, so that its results can be put together from those of its steps without the data set: which steps make up which cell.
/// </summary>
internal sealed record StudyOutline
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>The study's identifier.</summary>
    public required string Id { get; init; }

    /// <summary>The resolved plan.</summary>
    public required StudyPlan Plan { get; init; }

    /// <summary>The data set's fingerprint.</summary>
    public required string DataFingerprint { get; init; }

    /// <summary>The key of the teacher's step.</summary>
    public required string Teacher { get; init; }

    /// <summary>What the file was called that the network was read from; null for networks of Graft's own.</summary>
    public string? NetworkFile { get; init; }

    /// <summary>The number of test images; null in records of versions that did not keep it.</summary>
    public int? TestImages { get; init; }

    /// <summary>The accuracy of guessing always the most frequent class of the test images, in [0, 1]; null likewise.</summary>
    public double? Chance { get; init; }

    /// <summary>Parameters of the unchanged network.</summary>
    public required long Parameters { get; init; }

    /// <summary>Multiply-accumulates of the unchanged network for one image.</summary>
    public required long MultiplyAccumulates { get; init; }

    /// <summary>The number of positions of the network; null in records of versions that did not keep it.</summary>
    public int? Positions { get; init; }

    /// <summary>The first position that makes the feature maps smaller; null for none.</summary>
    public int? FirstHalving { get; init; }

    /// <summary>The cells.</summary>
    public required IReadOnlyList<CellOutline> Cells { get; init; }

    /// <summary>The cells that stay blank.</summary>
    public required IReadOnlyList<UnavailableCell> Unavailable { get; init; }

    /// <summary>The keys of the steps that compare candidates, one for each position.</summary>
    public IReadOnlyList<string> Similarities { get; init; } = [];

    /// <summary>Processes that run trials side by side.</summary>
    public required int Workers { get; init; }

    /// <summary>Threads of each.</summary>
    public required int ThreadsPerWorker { get; init; }

    /// <summary>The keys of all steps.</summary>
    public IEnumerable<string> StepKeys =>
        Cells
            .SelectMany(c => c.Trials)
            .SelectMany(t => t.Measurements.Concat(new[] { t.Key, t.Distillation }.OfType<string>()))
            .Prepend(Teacher)
            .Concat(Similarities)
            .Distinct();

    /// <summary>The outline of a study that a workspace has.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="id">The study's identifier or the start of it; null for the newest.</param>
    /// <exception cref="ConfigurationException">There is no such study.</exception>
    public static StudyOutline FindIn(IWorkspace workspace, string? id)
    {
        var stored = id is not null
            ? workspace.Jobs.Find(id)
            : workspace.Jobs.List().FirstOrDefault(s => s.Kind == StudyJob.Kind)
                ?? throw new ConfigurationException($"no study in {workspace.Location} yet; run one first.");
        return stored.Kind == StudyJob.Kind
            ? FromJson(stored.Document)
            : throw new ConfigurationException($"{stored.Id} is no study, but a job of kind '{stored.Kind}'.");
    }

    /// <summary>The outline of a study that has been worked out.</summary>
    public static StudyOutline Of(StudyGraph graph, CoreAllocation cores)
    {
        var measurements = StudyMeasurements.Of(graph);
        return new()
        {
            Id = graph.Id,
            Plan = graph.Plan,
            DataFingerprint = graph.Teacher.Data,
            Teacher = graph.Teacher.Key,
            Parameters = graph.NetworkCost.Parameters,
            MultiplyAccumulates = graph.NetworkCost.MultiplyAccumulates,
            Positions = graph.Network.Positions.Count,
            FirstHalving = graph.Network.Positions.FirstOrDefault(p => p.Stride > 1)?.Index,
            Cells = [.. graph.Cells.Select(cell => new CellOutline(cell, measurements))],
            Unavailable = graph.Unavailable,
            Similarities = [.. graph.Similarities.Select(s => s.Key)],
            Workers = cores.Workers,
            ThreadsPerWorker = cores.ThreadsPerWorker,
        };
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    public static StudyOutline FromJson(string json) => JsonSerializer.Deserialize<StudyOutline>(json, Json)!;

    /// <summary>Makes sure that data are those of the study.</summary>
    /// <exception cref="DataException">They are others.</exception>
    public void RequireData(ImageData data)
    {
        if (data.Fingerprint != DataFingerprint)
        {
            throw new DataException($"'{Plan.Data}' is not the data that study {Id} was made with; give the directory where that is.");
        }
    }

    /// <summary>The outline as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);
}
