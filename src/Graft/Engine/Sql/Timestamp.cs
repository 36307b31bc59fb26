using System.Globalization;

namespace Graft.Engine.Sql;

/// <summary>Times as the record holds them: UTC, ISO 8601 with all digits, so that they sort as text.</summary>
internal static class Timestamp
{
    public static string Format(DateTimeOffset time) => time.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);

    public static DateTimeOffset? Parse(string? text) => text is null ? null : DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
