using Dapper;
using Graft.Analysis;

namespace Graft.Engine.Sql;

/// <content>What a step leaves beside its result: epochs, loss curves, test outcomes, files, and what it stands on.</content>
internal sealed partial class StepRecord
{
    /// <inheritdoc/>
    public bool SaveEpoch(string key, EpochResult epoch) =>
        WriteUnlessDone(
            key,
            (connection, sequence) =>
                connection.Execute(
                    """
                    INSERT INTO epoch (step, epoch, training_loss, training_accuracy, held_out_accuracy, learning_rate, seconds)
                    VALUES (@key, @Epoch, @loss, @TrainingAccuracy, @HeldOutAccuracy, @LearningRate, @Seconds)
                    ON CONFLICT (step, epoch) DO UPDATE SET training_loss = excluded.training_loss, training_accuracy = excluded.training_accuracy,
                      held_out_accuracy = excluded.held_out_accuracy, learning_rate = excluded.learning_rate, seconds = excluded.seconds;
                    UPDATE step SET sequence = @sequence WHERE key = @key
                    """,
                    new
                    {
                        key,
                        sequence,
                        epoch.Epoch,
                        loss = OrNull(epoch.TrainingLoss),
                        epoch.TrainingAccuracy,
                        epoch.HeldOutAccuracy,
                        epoch.LearningRate,
                        epoch.Seconds,
                    }
                )
        );

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, IReadOnlyList<EpochResult>> Histories(IReadOnlyCollection<string> keys) => Grouped<EpochRow, EpochResult>(
        $"""
        SELECT step, epoch, training_loss AS TrainingLoss, training_accuracy AS TrainingAccuracy, held_out_accuracy AS HeldOutAccuracy,
          learning_rate AS LearningRate, seconds
        FROM epoch WHERE {_database.In("step", "keys")} ORDER BY step, epoch
        """,
        keys);

    /// <inheritdoc/>
    public bool SaveLossPoints(string key, IReadOnlyList<LossPoint> points) =>
        WriteUnlessDone(
            key,
            (connection, sequence) =>
            {
                connection.Execute("DELETE FROM loss_point WHERE step = @key", new { key });
                Rows.Insert(
                    connection,
                    "loss_point (step, ordinal, images, loss)",
                    points.Select((point, ordinal) => new object?[] { key, ordinal, point.Images, OrNull(point.Loss) })
                );
                connection.Execute("UPDATE step SET sequence = @sequence WHERE key = @key", new { key, sequence });
            }
        );

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, IReadOnlyList<LossPoint>> LossPoints(IReadOnlyCollection<string> keys) =>
        Grouped<LossRow, LossPoint>($"SELECT step, images, loss FROM loss_point WHERE {_database.In("step", "keys")} ORDER BY step, ordinal", keys);

    /// <inheritdoc/>
    public TestOutcome? Outcome(string key) => _database.Read(connection => connection
        .QuerySingleOrDefault<OutcomeRow>("SELECT images, correct, predicted FROM outcome WHERE step = @key", new { key })
        ?.ToOutcome());

    /// <inheritdoc/>
    public IReadOnlyList<ArtifactChecksum> Artifacts(string key) => _database.Read(connection => connection
        .Query<ArtifactChecksum>("SELECT path AS Path, sha256 AS Sha256 FROM artifact WHERE step = @key", new { key })
        .OrderBy(artifact => artifact.Path, StringComparer.Ordinal)
        .ToList());

    /// <inheritdoc/>
    public bool SaveInputs(string key, IReadOnlyList<StepInput> inputs) => WriteUnlessDone(key, (connection, _) =>
    {
        connection.Execute("DELETE FROM input WHERE step = @key", new { key });
        Rows.Insert(connection, "input (step, need, digest)", inputs.Select(i => new object?[] { key, i.Need, i.Digest }));
    });

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, IReadOnlyList<StepInput>> Inputs(IReadOnlyCollection<string> keys) =>
        Grouped<InputRow, StepInput>($"SELECT step, need, digest FROM input WHERE {_database.In("step", "keys")} ORDER BY step, need", keys);

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Digests(IReadOnlyCollection<string> keys)
    {
        var files = Grouped<ArtifactRow, ArtifactChecksum>($"SELECT step, path, sha256 FROM artifact WHERE {_database.In("step", "keys")}", keys);
        return Query<(string Key, string Result)>($"SELECT key, result FROM step WHERE state = 'done' AND {_database.In("key", "keys")}", keys)
            .ToDictionary(step => step.Key, step => ResultDigest.Of(step.Result, files[step.Key]));
    }

    private static double? OrNull(double value) => double.IsNaN(value) ? null : value;

    private Dictionary<string, IReadOnlyList<T>> Grouped<TRow, T>(string sql, IReadOnlyCollection<string> keys)
        where TRow : IStepRow<T>
    {
        var rows = Query<TRow>(sql, keys).ToLookup(row => row.Step, row => row.ToValue());
        return keys.Distinct().ToDictionary(key => key, key => (IReadOnlyList<T>)[.. rows[key]]);
    }

    private interface IStepRow<T>
    {
        string Step { get; }

        T ToValue();
    }

    private sealed class EpochRow : IStepRow<EpochResult>
    {
        public required string Step { get; init; }

        public int Epoch { get; init; }

        public double? TrainingLoss { get; init; }

        public double TrainingAccuracy { get; init; }

        public double? HeldOutAccuracy { get; init; }

        public double LearningRate { get; init; }

        public double Seconds { get; init; }

        public EpochResult ToValue() => new()
        {
            Epoch = Epoch,
            TrainingLoss = TrainingLoss ?? double.NaN,
            TrainingAccuracy = TrainingAccuracy,
            HeldOutAccuracy = HeldOutAccuracy,
            LearningRate = LearningRate,
            Seconds = Seconds,
        };
    }

    private sealed class LossRow : IStepRow<LossPoint>
    {
        public required string Step { get; init; }

        public long Images { get; init; }

        public double? Loss { get; init; }

        public LossPoint ToValue() => new(Images, Loss ?? double.NaN);
    }

    private sealed class InputRow : IStepRow<StepInput>
    {
        public required string Step { get; init; }

        public required string Need { get; init; }

        public required string Digest { get; init; }

        public StepInput ToValue() => new(Need, Digest);
    }

    private sealed class ArtifactRow : IStepRow<ArtifactChecksum>
    {
        public required string Step { get; init; }

        public required string Path { get; init; }

        public required string Sha256 { get; init; }

        public ArtifactChecksum ToValue() => new(Path, Sha256);
    }

    private sealed class OutcomeRow
    {
        public int Images { get; init; }

        public required byte[] Correct { get; init; }

        public required byte[] Predicted { get; init; }

        public TestOutcome ToOutcome() => TestOutcome.FromBlobs(Images, Correct, Predicted);
    }
}
