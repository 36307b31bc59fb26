namespace Graft.Report;

/// <summary>Recovers the order of a plan's operations from positions that each hold only some of them.</summary>
internal static class OperationOrder
{
    /// <summary>
    /// Merges sequences that follow one common order: an operation that is new goes right behind the one that precedes it in its own sequence.
    /// </summary>
    /// <param name="sequences">The operations of each position, in order.</param>
    /// <returns>Every operation once.</returns>
    public static IReadOnlyList<string> Merge(IEnumerable<IEnumerable<string>> sequences)
    {
        List<string> merged = [];
        foreach (IEnumerable<string> sequence in sequences)
        {
            int at = 0;
            foreach (string operation in sequence)
            {
                int known = merged.IndexOf(operation);
                if (known < 0)
                {
                    merged.Insert(at, operation);
                    known = at;
                }

                at = known + 1;
            }
        }

        return merged;
    }
}
