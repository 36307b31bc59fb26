using Dapper;
using Graft.Engine.Local;

namespace Graft.Tests.Engine.Local;

public sealed class SqliteDatabaseTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly SqliteDatabase _database;

    public SqliteDatabaseTests() => _database = SqliteDatabase.Open(File);

    private string File => _directory.File("graft.db");

    public void Dispose()
    {
        _database.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void ReadTogether_OtherWritesBetween_SeesOneState()
    {
        _database.Write(connection => connection.Execute("INSERT INTO study VALUES ('a', 'study', '', '', '', '')"));

        var counts = _database.ReadTogether(connection =>
        {
            long before = connection.ExecuteScalar<long>("SELECT COUNT(*) FROM study");
            _database.Write(other => other.Execute("DELETE FROM study"));
            return (before, connection.ExecuteScalar<long>("SELECT COUNT(*) FROM study"));
        });

        Assert.Equal((1, 1), counts);
        Assert.Equal(0, _database.Read(connection => connection.ExecuteScalar<long>("SELECT COUNT(*) FROM study")));
    }

    [Fact]
    public void Write_DatabaseFull_SaysSoAndRollsBack()
    {
        var error = Assert.Throws<RunException>(() => _database.Write(connection =>
        {
            connection.Execute("PRAGMA max_page_count = 20");
            foreach (var i in Enumerable.Range(0, 100))
            {
                connection.Execute("INSERT INTO study VALUES (@i, 'study', @plan, '', '', '')", new { i, plan = new string('x', 4096) });
            }
        }));

        Assert.Equal($"the disk that holds {File} is full. Free space on it and run again: what was finished is kept.", error.Message);
        Assert.Equal(0, _database.Read(connection => connection.ExecuteScalar<long>("SELECT COUNT(*) FROM study")));
    }

    [Fact]
    public void Write_ReadOnlyConnection_SaysSo()
    {
        var error = Assert.Throws<RunException>(() => _database.Write(connection =>
        {
            connection.Execute("PRAGMA query_only = 1");
            connection.Execute("DELETE FROM study");
        }));

        Assert.StartsWith($"{File} cannot be written: ", error.Message);
    }

    [Fact]
    public void Write_OtherWriterDoesNotEnd_GivesUpAndSaysSo()
    {
        var error = Assert.Throws<RunException>(() => _database.Write(_ =>
        {
            using var other = SqliteDatabase.Open(File, busySeconds: 1);
        }));

        Assert.StartsWith($"{File} stayed locked by another process for too long.", error.Message);
    }

    [Fact]
    public void Write_Throws_RollsBack()
    {
        Assert.Throws<DataException>(() => _database.Write(connection =>
        {
            connection.Execute("INSERT INTO study VALUES ('a', 'study', '', '', '', '')");
            throw new DataException("");
        }));

        Assert.Equal(0, _database.Read(connection => connection.ExecuteScalar<long>("SELECT COUNT(*) FROM study")));
    }

    [Fact]
    public void Read_WhileAnotherWrites_DoesNotWait()
    {
        var seen = _database.Write(connection =>
        {
            connection.Execute("INSERT INTO study VALUES ('a', 'study', '', '', '', '')");
            return _database.Read(reader => reader.ExecuteScalar<long>("SELECT COUNT(*) FROM study"));
        });

        Assert.Equal(0, seen);
    }

    [Fact]
    public void Read_Disposed_Throws()
    {
        _database.Dispose();

        Assert.Throws<ObjectDisposedException>(() => _database.Read(_ => 0));
    }
}
