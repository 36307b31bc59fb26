using System.Data.Common;
using System.Text;
using Dapper;

namespace Graft.Engine.Sql;

/// <summary>Inserts many rows with few statements: a statement a row is a round trip a row, which a server that is not on this machine makes slow.</summary>
internal static class Rows
{
    // A statement takes a limited number of parameters: 999 in older builds of SQLite.
    public const int MostParameters = 900;

    /// <summary>Inserts rows.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="into">The table and its columns: <c>step (key, kind)</c>.</param>
    /// <param name="rows">Their values, in the order of the columns.</param>
    /// <param name="suffix">What follows the values, such as what to do about rows that are there.</param>
    public static void Insert(DbConnection connection, string into, IEnumerable<object?[]> rows, string suffix = "")
    {
        foreach (object?[][] chunk in Chunks(rows))
        {
            var sql = new StringBuilder($"INSERT INTO {into} VALUES ");
            var parameters = new DynamicParameters();
            int count = 0;
            foreach (object?[] row in chunk)
            {
                sql.Append(count == 0 ? "(" : ", (");
                for (int column = 0; column < row.Length; column++, count++)
                {
                    sql.Append(Invariant($"{(column == 0 ? "" : ", ")}@p{count}"));
                    parameters.Add(Invariant($"p{count}"), row[column]);
                }

                sql.Append(')');
            }

            connection.Execute(sql.Append(' ').Append(suffix).ToString(), parameters);
        }
    }

    private static IEnumerable<object?[][]> Chunks(IEnumerable<object?[]> rows)
    {
        var list = rows.ToList();
        return list.Count == 0 ? [] : list.Chunk(MostParameters / list[0].Length);
    }
}
