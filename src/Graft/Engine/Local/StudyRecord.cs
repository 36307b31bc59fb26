using Dapper;

namespace Graft.Engine.Local;

/// <summary>The studies of a workspace. Every method is one transaction or query and throws <see cref="RunException"/> where the database cannot be used.</summary>
public sealed class StudyRecord
{
    private const string Columns = "id, kind, plan, document, created, updated";
    private const int MostListed = 10;

    private readonly SqliteDatabase _database;
    private readonly TimeProvider _time;
    private readonly string _directory;

    internal StudyRecord(SqliteDatabase database, TimeProvider time, string directory)
    {
        _database = database;
        _time = time;
        _directory = directory;
    }

    /// <summary>Records a study, or replaces all of it but the time when it was first saved.</summary>
    /// <param name="id">Its identifier.</param>
    /// <param name="kind">The kind of job, e.g. <c>study</c>.</param>
    /// <param name="plan">The resolved plan, as YAML.</param>
    /// <param name="document">What was found so far, as JSON.</param>
    /// <param name="steps">The keys of its steps, in its order.</param>
    public void Save(string id, string kind, string plan, string document, IReadOnlyList<string> steps)
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
            connection.Execute("DELETE FROM study_step WHERE study = @id", new { id });
            connection.Execute(
                "INSERT INTO study_step (study, ordinal, step) VALUES (@id, @ordinal, @step)",
                steps.Select((step, ordinal) => new { id, ordinal, step }));
        });
    }

    /// <summary>The study of an identifier or of a prefix that only one has.</summary>
    /// <exception cref="ConfigurationException">No study, or more than one, begins with it.</exception>
    public StoredStudy Find(string idOrPrefix) => _database.Read(connection =>
    {
        var id = Resolve(idOrPrefix, connection.Query<string>("SELECT id FROM study ORDER BY created DESC, id").ToList());
        var study = connection.QuerySingle<StudyRow>($"SELECT {Columns} FROM study WHERE id = @id", new { id });
        return study.ToStudy(connection.Query<string>("SELECT step FROM study_step WHERE study = @id ORDER BY ordinal", new { id }).ToList());
    });

    /// <summary>All studies, the newest (by the time when it was first saved) first.</summary>
    public IReadOnlyList<StoredStudy> List() => _database.Read(connection =>
    {
        var studies = connection.Query<StudyRow>($"SELECT {Columns} FROM study ORDER BY created DESC, id").ToList();
        var steps = connection.Query<StudyStepRow>("SELECT study, step FROM study_step ORDER BY study, ordinal").ToLookup(row => row.Study, row => row.Step);
        return studies.ConvertAll(study => study.ToStudy([.. steps[study.Id]]));
    });

    private string Resolve(string idOrPrefix, List<string> known)
    {
        if (known.Contains(idOrPrefix))
        {
            return idOrPrefix;
        }

        var matches = known.FindAll(id => id.StartsWith(idOrPrefix, StringComparison.Ordinal));
        return matches switch
        {
            [var only] => only,
            [] when known.Count == 0 => throw new ConfigurationException(
                $"no study '{idOrPrefix}': workspace {_directory} has none yet. Run `graft study` first or pass --workspace."),
            [] => throw new ConfigurationException($"no study '{idOrPrefix}' in workspace {_directory}.{Hint(idOrPrefix, known)}"),
            _ => throw new ConfigurationException($"'{idOrPrefix}' begins {matches.Count} studies of workspace {_directory}: {Names(matches)}. Give more characters."),
        };
    }

    private static string Hint(string id, List<string> known) =>
        NearestName.Of(id, known) is { } nearest ? $" Did you mean '{nearest}'?" : $" Known: {Names(known)}.";

    private static string Names(List<string> ids) => string.Join(", ", ids.Take(MostListed)) + (ids.Count > MostListed ? ", …" : "");

    private sealed class StudyStepRow
    {
        public required string Study { get; init; }

        public required string Step { get; init; }
    }

    private sealed class StudyRow
    {
        public required string Id { get; init; }

        public required string Kind { get; init; }

        public required string Plan { get; init; }

        public required string Document { get; init; }

        public required string Created { get; init; }

        public required string Updated { get; init; }

        public StoredStudy ToStudy(IReadOnlyList<string> steps) => new()
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
