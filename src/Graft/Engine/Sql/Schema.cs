namespace Graft.Engine.Sql;

/// <summary>The tables of the record, in SQL that SQLite and PostgreSQL both take. Script n leads from version n to version n + 1.</summary>
internal static class Schema
{
    /// <summary>
    /// The scripts in the order of versions. A script that was released is never changed; the next version appends one. Times are UTC in ISO 8601, which sorts
    /// as text; losses are nullable because NaN, the loss of a training that diverged, is stored as NULL; BYTEA, to SQLite, is a column that takes any blob.
    /// </summary>
    public static readonly IReadOnlyList<string> Scripts =
    [
        """
        CREATE TABLE step (
          key TEXT NOT NULL PRIMARY KEY,
          kind TEXT NOT NULL,
          specification TEXT NOT NULL,
          state TEXT NOT NULL,
          result TEXT,
          error TEXT,
          environment TEXT,
          started TEXT,
          finished TEXT,
          seconds DOUBLE PRECISION NOT NULL,
          attempts BIGINT NOT NULL
        );
        CREATE TABLE epoch (
          step TEXT NOT NULL REFERENCES step (key),
          epoch BIGINT NOT NULL,
          training_loss DOUBLE PRECISION,
          training_accuracy DOUBLE PRECISION NOT NULL,
          held_out_accuracy DOUBLE PRECISION,
          learning_rate DOUBLE PRECISION NOT NULL,
          seconds DOUBLE PRECISION NOT NULL,
          PRIMARY KEY (step, epoch)
        );
        CREATE TABLE loss_point (
          step TEXT NOT NULL REFERENCES step (key),
          ordinal BIGINT NOT NULL,
          images BIGINT NOT NULL,
          loss DOUBLE PRECISION,
          PRIMARY KEY (step, ordinal)
        );
        CREATE TABLE outcome (
          step TEXT NOT NULL PRIMARY KEY REFERENCES step (key),
          images BIGINT NOT NULL,
          correct BYTEA NOT NULL,
          predicted BYTEA NOT NULL
        );
        CREATE TABLE study (
          id TEXT NOT NULL PRIMARY KEY,
          kind TEXT NOT NULL,
          plan TEXT NOT NULL,
          document TEXT NOT NULL,
          created TEXT NOT NULL,
          updated TEXT NOT NULL
        );
        CREATE TABLE study_step (
          study TEXT NOT NULL REFERENCES study (id),
          ordinal BIGINT NOT NULL,
          step TEXT NOT NULL,
          PRIMARY KEY (study, ordinal)
        );
        """,
        """
        ALTER TABLE step ADD COLUMN holder TEXT;
        ALTER TABLE step ADD COLUMN heartbeat TEXT;
        ALTER TABLE step ADD COLUMN fraction DOUBLE PRECISION NOT NULL DEFAULT 0;
        ALTER TABLE step ADD COLUMN sequence BIGINT NOT NULL DEFAULT 0;
        CREATE INDEX step_sequence ON step (sequence);
        CREATE TABLE change (
          last BIGINT NOT NULL
        );
        INSERT INTO change (last) VALUES (0);
        CREATE TABLE artifact (
          step TEXT NOT NULL REFERENCES step (key),
          path TEXT NOT NULL,
          sha256 TEXT NOT NULL,
          PRIMARY KEY (step, path)
        );
        """,
        """
        CREATE TABLE lease (
          step TEXT NOT NULL PRIMARY KEY,
          owner TEXT NOT NULL,
          start BIGINT NOT NULL,
          renewed DOUBLE PRECISION NOT NULL
        );
        CREATE TABLE submission (
          step TEXT NOT NULL PRIMARY KEY REFERENCES step (key),
          study TEXT NOT NULL,
          array_name TEXT NOT NULL,
          task BIGINT NOT NULL,
          submitted TEXT NOT NULL
        );
        CREATE TABLE workspace (
          id TEXT NOT NULL PRIMARY KEY,
          directory TEXT NOT NULL
        );
        """,
        """
        CREATE TABLE input (
          step TEXT NOT NULL REFERENCES step (key),
          need TEXT NOT NULL,
          digest TEXT NOT NULL,
          PRIMARY KEY (step, need)
        );
        """,
    ];

    /// <summary>The version that this program writes.</summary>
    public static int Version => Scripts.Count;
}
