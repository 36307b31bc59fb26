using Dapper;

namespace Graft.Engine.Sql;

/// <summary>
/// The jobs of a workspace, in its database, whose tables are called after studies, the first kind of job. Every method is one transaction.
/// </summary>
internal sealed class JobRecord : IJobRecord
{
    private const string Columns = "id, kind, plan, document, created, updated";

    private readonly RecordDatabase _database;
    private readonly TimeProvider _time;
    private readonly string _directory;

    public JobRecord(RecordDatabase database, TimeProvider time, string directory)
    {
        _database = database;
        _time = time;
        _directory = directory;
    }

    /// <inheritdoc/>
    public void Save(string id, string kind, string plan, string document, IReadOnlyList<string> steps, bool isPart = false)
    {
        var now = Timestamp.Format(_time.GetUtcNow());
        _database.Write(connection =>
        {
            connection.Execute(
                """
                INSERT INTO study (id, kind, plan, document, created, updated) VALUES (@id, @kind, @plan, @document, @now, @now)
                ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, plan = excluded.plan, document = excluded.document, updated = excluded.updated
                """,
                new { id, kind, plan, document, now });
            var listed = isPart ? connection.Query<string>("SELECT step FROM study_step WHERE study = @id ORDER BY ordinal", new { id }).ToList() : [];
            connection.Execute("DELETE FROM study_step WHERE study = @id", new { id });
            Rows.Insert(connection, "study_step (study, ordinal, step)", steps.Union(listed).Select((step, ordinal) => new object?[] { id, ordinal, step }));
        });
    }

    /// <inheritdoc/>
    public StoredJob Find(string idOrPrefix) => _database.ReadTogether(connection =>
    {
        var known = connection.Query<(string Id, string Kind)>("SELECT id, kind FROM study ORDER BY created DESC, id").ToList();
        string id = JobNames.Resolve(idOrPrefix, known, _directory);
        var job = connection.QuerySingle<JobRow>($"SELECT {Columns} FROM study WHERE id = @id", new { id });
        return job.ToJob(connection.Query<string>("SELECT step FROM study_step WHERE study = @id ORDER BY ordinal", new { id }).ToList());
    });

    /// <inheritdoc/>
    public IReadOnlyList<StoredJob> List() => _database.ReadTogether(connection =>
    {
        var jobs = connection.Query<JobRow>($"SELECT {Columns} FROM study ORDER BY created DESC, id").ToList();
        var steps = connection.Query<JobStepRow>("SELECT study AS Job, step FROM study_step ORDER BY study, ordinal").ToLookup(row => row.Job, row => row.Step);
        return jobs.ConvertAll(job => job.ToJob([.. steps[job.Id]]));
    });

    /// <inheritdoc/>
    public void Forget(string id) => _database.Write(connection =>
    {
        connection.Execute("DELETE FROM study_step WHERE study = @id", new { id });
        connection.Execute("DELETE FROM study WHERE id = @id", new { id });
    });

    private sealed class JobStepRow
    {
        public required string Job { get; init; }

        public required string Step { get; init; }
    }

    private sealed class JobRow
    {
        public required string Id { get; init; }

        public required string Kind { get; init; }

        public required string Plan { get; init; }

        public required string Document { get; init; }

        public required string Created { get; init; }

        public required string Updated { get; init; }

        public StoredJob ToJob(IReadOnlyList<string> steps) => new()
        {
            Id = Id,
            Kind = Kind,
            Plan = Plan,
            Document = Document,
            Steps = steps,
            Created = Timestamp.Parse(Created)!.Value,
            Updated = Timestamp.Parse(Updated)!.Value,
        };
    }
}
