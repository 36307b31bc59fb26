using Graft.Runtime;
using Microsoft.Data.Sqlite;

namespace Graft.Tests.Runtime;

public sealed class StorageErrorsTests
{
    // What SQLite says of a full disk, and what it says where the index of its write-ahead log does not fit on it.
    [Theory]
    [InlineData(13, 13)]
    [InlineData(10, 4874)]
    public void Translate_DiskIsFull_SaysSo(int code, int extended)
    {
        var exception = new SqliteException("SQLite Error 10: 'disk I/O error'.", code, extended);

        Assert.True(StorageErrors.IsFull(exception));
        Assert.StartsWith("the disk that holds w is full.", StorageErrors.Translate(exception, "w").Message, StringComparison.Ordinal);
    }
}
