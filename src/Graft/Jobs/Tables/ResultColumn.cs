namespace Graft.Jobs.Tables;

/// <summary>A column of a table of results.</summary>
/// <param name="Name">Its name in the header: lower case, words separated by <c>_</c>.</param>
/// <param name="Unit">The unit of its values; empty for names and plain counts.</param>
/// <param name="Meaning">What its values are.</param>
public sealed record ResultColumn(string Name, string Unit, string Meaning);

/// <summary>A column, and how a row gives its value: text, a number, a truth value or a time; null stays empty.</summary>
/// <typeparam name="T">What a row is made of.</typeparam>
/// <param name="Name">Its name in the header.</param>
/// <param name="Unit">The unit of its values.</param>
/// <param name="Meaning">What its values are.</param>
/// <param name="Value">The value of a row.</param>
internal sealed record ResultColumn<T>(string Name, string Unit, string Meaning, Func<T, object?> Value);
