namespace Graft.Runtime;

/// <summary>Counts with their nouns.</summary>
internal static class Plural
{
    /// <summary>A count and its noun, e.g. <c>1 epoch</c>, <c>2 epochs</c>, <c>1,200 images</c>.</summary>
    public static string Of(long count, string noun) => Of(count, noun, $"{noun}s");

    /// <summary>The same with an irregular plural, e.g. <c>1 study</c>, <c>2 studies</c>; or with more words: <c>1 file is</c>, <c>2 files are</c>.</summary>
    public static string Of(long count, string one, string many) => Invariant($"{count:N0} {(count == 1 ? one : many)}");
}
