using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Graft;

/// <summary>
/// A run of neighbouring positions of one entry and one exit, which one operation can stand for: <c>3</c> is a single position, <c>3-5</c> the positions 3, 4
/// and 5. The default value is no place at all, written <c>0</c>. In JSON a single position is a number and a run a text.
/// </summary>
[JsonConverter(typeof(JsonText))]
public readonly record struct Place
{
    /// <param name="first">The first position, from 1.</param>
    /// <param name="last">The last position, at least <paramref name="first"/>.</param>
    public Place(int first, int last)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(first, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(last, first);
        (First, Last) = (first, last);
    }

    /// <summary>The first position, from 1.</summary>
    public int First { get; }

    /// <summary>The last position.</summary>
    public int Last { get; }

    /// <summary>How many positions it spans.</summary>
    public int Length => Last - First + 1;

    /// <summary>Whether it is no place at all.</summary>
    public bool IsNone => First == 0;

    /// <summary>Whether it is one position.</summary>
    public bool IsSingle => First == Last;

    /// <summary>A single position is a place; 0 is none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The position is negative.</exception>
    public static implicit operator Place(int position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        return position == 0 ? default : new(position, position);
    }

    /// <summary>Whether a position is part of it.</summary>
    public bool Contains(int position) => position >= First && position <= Last;

    /// <summary>Whether the two share a position.</summary>
    public bool Overlaps(Place other) => First <= other.Last && other.First <= Last;

    /// <summary>Reads <c>3</c> or <c>3-5</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="place">The place, where the text is one.</param>
    public static bool TryParse(string text, out Place place)
    {
        string[] ends = text.Split('-');
        place = default;
        if (ends.Length > 2 || !TryPosition(ends[0], out int first) || !TryPosition(ends[^1], out int last) || last < first)
        {
            return false;
        }

        place = new(first, last);
        return true;

        static bool TryPosition(string text, out int position) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out position) && position >= 1;
    }

    /// <summary><c>3</c> or <c>3-5</c>.</summary>
    public override string ToString() => IsSingle
        ? First.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{First}-{Last}");

    private sealed class JsonText : JsonConverter<Place>
    {
        public override Place Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Number ? reader.GetInt32()
            : TryParse(reader.GetString()!, out var place) ? place
            : throw new JsonException($"'{reader.GetString()}' is no place: a position like 3, or a run of positions like 3-5.");

        public override void Write(Utf8JsonWriter writer, Place value, JsonSerializerOptions options)
        {
            if (value.IsSingle)
            {
                writer.WriteNumberValue(value.First);
            }
            else
            {
                writer.WriteStringValue(value.ToString());
            }
        }
    }
}
