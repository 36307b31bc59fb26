using System.Data.Common;

namespace Graft.Engine.Sql;

/// <summary>
/// A database that holds a record: what SQLite and PostgreSQL do differently. The statements of <see cref="StepRecord"/> and <see cref="JobRecord"/> are the
/// same for both.
/// </summary>
internal abstract class RecordDatabase : IDisposable
{
    /// <summary>Runs a query.</summary>
    /// <exception cref="RunException">The database cannot be used.</exception>
    public abstract T Read<T>(Func<DbConnection, T> query);

    /// <summary>Runs queries in one transaction: all of them see the database as it was at the first.</summary>
    /// <exception cref="RunException">The database cannot be used.</exception>
    public T ReadTogether<T>(Func<DbConnection, T> queries) => Read(connection =>
    {
        using var transaction = BeginReading(connection);
        var result = queries(connection);
        transaction.Commit();
        return result;
    });

    /// <summary>
    /// Runs statements in one transaction, which waits for other writers and is rolled back when anything is thrown. There is one writer at a time, so what a
    /// transaction reads stays true until it ends. The statements may be run a second time where the connection was lost.
    /// </summary>
    /// <exception cref="RunException">The database cannot be used.</exception>
    public abstract T Write<T>(Func<DbConnection, T> statements);

    /// <inheritdoc cref="Write{T}(Func{DbConnection, T})"/>
    public void Write(Action<DbConnection> statements) => Write(connection =>
    {
        statements(connection);
        return true;
    });

    /// <summary>The condition that a column has one of the values of a list parameter.</summary>
    public abstract string In(string column, string parameter);

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Begins a transaction that reads one state of the database, beside writers.</summary>
    protected abstract DbTransaction BeginReading(DbConnection connection);
}
