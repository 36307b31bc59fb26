using Dapper;

namespace Graft.Engine.Sql;

/// <summary>Which steps were handed to a cluster, in the database of the record.</summary>
internal sealed class SubmissionRecord(RecordDatabase database, TimeProvider time) : ISubmissionRecord
{
    public void Save(IReadOnlyCollection<Submission> submissions)
    {
        string now = Timestamp.Format(time.GetUtcNow());
        database.Write(connection => Rows.Insert(
            connection,
            "submission (step, study, array_name, task, submitted)",
            submissions.Select(s => new object?[] { s.Step, s.Job, s.Array, s.Task, now }),
            "ON CONFLICT (step) DO UPDATE SET study = excluded.study, array_name = excluded.array_name, task = excluded.task, submitted = excluded.submitted"));
    }

    public IReadOnlyDictionary<string, Submission> Find(IReadOnlyCollection<string> steps) =>
        database.Read(connection =>
            steps
                .Distinct()
                .Chunk(Rows.MostParameters)
                .SelectMany(keys =>
                    connection.Query<Row>(
                        $"SELECT step, study AS Job, array_name AS ArrayName, task FROM submission WHERE {database.In("step", "keys")}",
                        new { keys }
                    )
                )
                .ToDictionary(row => row.Step, row => new Submission(row.Step, row.Job, row.ArrayName, row.Task))
        );

    private sealed class Row
    {
        public required string Step { get; init; }

        public required string Job { get; init; }

        public required string ArrayName { get; init; }

        public int Task { get; init; }
    }
}
