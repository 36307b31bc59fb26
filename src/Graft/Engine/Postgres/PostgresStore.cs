using Npgsql;

namespace Graft.Engine.Postgres;

/// <summary>
/// Where a record in PostgreSQL is: what a connection needs, but for the password, which the environment has (<c>PGPASSWORD</c>, <c>PGPASSFILE</c>,
/// <c>~/.pgpass</c>).
/// </summary>
internal sealed class PostgresStore
{
    private static readonly string[] Schemes = ["postgres", "postgresql"];

    private readonly NpgsqlConnectionStringBuilder _values;

    private PostgresStore(NpgsqlConnectionStringBuilder values) => _values = values;

    /// <summary>The store as text that <see cref="Parse"/> reads. It may be shown and kept: it holds no password.</summary>
    public string Text => _values.ConnectionString;

    /// <summary>The store in a few words, for messages.</summary>
    public string Name => Invariant($"{_values.Host}:{_values.Port}/{_values.Database}") + (_values.SearchPath is { Length: > 0 } path ? $" ({path})" : "");

    /// <summary>The database's name.</summary>
    public string Database => _values.Database!;

    /// <summary>The schema of the tables; null for the server's default.</summary>
    public string? Schema => _values.SearchPath is { Length: > 0 } path ? path : null;

    /// <summary>Reads a store.</summary>
    /// <param name="text">Either <c>Host=db;Database=graft</c>, with any keyword of Npgsql, or <c>postgres://user@db:5432/graft?SearchPath=mine</c>.</param>
    /// <exception cref="ConfigurationException">It is neither, names no host or database, or has a password in it.</exception>
    public static PostgresStore Parse(string text)
    {
        NpgsqlConnectionStringBuilder values;
        try
        {
            values = text.Contains("://", StringComparison.Ordinal) ? FromUri(text) : new(text);
        }
        catch (Exception e) when (e is ArgumentException or UriFormatException or FormatException or InvalidCastException)
        {
            // The text itself is not shown: it may hold a password.
            throw new ConfigurationException(
                $"the store cannot be read: {e.Message.Split('\n')[0].TrimEnd('.')}. Write \"Host=db;Database=graft\" or postgres://user@db/graft.",
                e
            );
        }

        if (values.Password is { Length: > 0 })
        {
            throw new ConfigurationException(
                "the store has a password in it, which others could read. Leave it out and give it by PGPASSWORD, or by ~/.pgpass (or the file that PGPASSFILE names)."
            );
        }

        return values is { Host.Length: > 0, Database.Length: > 0 }
            ? new(values)
            : throw new ConfigurationException(
                $"the store names no {(values.Host is { Length: > 0 } ? "database" : "host")}. Write \"Host=db;Database=graft\" or postgres://user@db/graft."
            );
    }

    /// <summary>What Npgsql connects with.</summary>
    internal NpgsqlDataSource Connect()
    {
        // A process that computes has something to say every ten seconds: it does not hold a connection meanwhile, of which a server has some hundred.
        var values = new NpgsqlConnectionStringBuilder(Text) { ConnectionIdleLifetime = 5, ConnectionPruningInterval = 5, IncludeErrorDetail = false };
        if (!Text.Contains("Application Name", StringComparison.OrdinalIgnoreCase))
        {
            values.ApplicationName = "graft";
        }

        return NpgsqlDataSource.Create(values);
    }

    private static NpgsqlConnectionStringBuilder FromUri(string text)
    {
        var uri = new Uri(text);
        if (!Schemes.Contains(uri.Scheme))
        {
            throw new ArgumentException($"'{uri.Scheme}' is no kind of store");
        }

        var values = new NpgsqlConnectionStringBuilder { Host = uri.Host, Database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/')) };
        if (!uri.IsDefaultPort && uri.Port > 0)
        {
            values.Port = uri.Port;
        }

        string[] user = uri.UserInfo.Split(':', 2);
        if (user[0].Length > 0)
        {
            values.Username = Uri.UnescapeDataString(user[0]);
        }

        if (user.Length > 1)
        {
            values.Password = "given"; // that there is one is all that matters
        }

        foreach (string[] pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('=', 2)))
        {
            values[Uri.UnescapeDataString(pair[0])] = Uri.UnescapeDataString(pair.ElementAtOrDefault(1) ?? "");
        }

        return values;
    }
}
