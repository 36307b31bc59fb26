namespace Graft.Engine.Slurm;

/// <summary>Makes arrays of tasks of the graph of steps, those that are not ready yet included: what waits for the same steps becomes one array.</summary>
internal static class SlurmArrays
{
    /// <summary>Works the arrays out, in an order in which they can be submitted.</summary>
    /// <param name="steps">The steps to submit, in the order of the job.</param>
    /// <param name="known">The tasks of steps that Slurm knows already (<c>1234_5</c>), by step.</param>
    /// <param name="kinds">The kinds of step.</param>
    /// <param name="services">What they use beside their specifications.</param>
    /// <param name="arraySize">The most tasks of an array.</param>
    public static IReadOnlyList<SlurmArray> Of(
        IReadOnlyList<Step> steps, IReadOnlyDictionary<string, string> known, StepKinds kinds, StepServices services, int arraySize)
    {
        var depths = Depths(steps);
        var batches = steps
            .GroupBy(s => (s.Kind, Depth: depths[s.Key], Group: kinds.Of(s).GroupOf(s) ?? s.Key))
            .SelectMany(g => g.Count() == 1 ? [[.. g]] : kinds.Find(g.Key.Kind).Batches([.. g], services).Select(b => (IReadOnlyList<Step>)b))
            .OrderBy(b => depths[b[0].Key])
            .ToList();
        var batchOf = batches.SelectMany((batch, index) => batch.Select(s => (s.Key, index))).ToDictionary(p => p.Key, p => p.index);
        var placeOf = new (int Array, int Task)[batches.Count];
        var arrays = new List<SlurmArray>();
        foreach (var group in batches
            .Select((batch, index) => (Batch: batch, Index: index, Waits: WaitsOf(batch, batchOf, known)))
            .GroupBy(b => (depths[b.Batch[0].Key], b.Batch[0].Kind, b.Waits.Text)))
        {
            foreach (var chunk in group.Chunk(arraySize))
            {
                var first = chunk[0];
                for (int task = 0; task < chunk.Length; task++)
                {
                    placeOf[chunk[task].Index] = (arrays.Count, task);
                }

                arrays.Add(
                    new(
                        kinds.Of(first.Batch[0]).Threads,
                        first.Batch[0].Kind,
                        [.. chunk.Select(b => (IReadOnlyList<string>)[.. b.Batch.Select(s => s.Key)])],
                        [
                            .. first
                                .Waits.Batches.Select(b => placeOf[b])
                                .GroupBy(p => p.Array)
                                .Select(g => (g.Key, (IReadOnlyList<int>)[.. g.Select(p => p.Task).Order()])),
                        ],
                        first.Waits.Known
                    )
                );
            }
        }

        return arrays;
    }

    private static (IReadOnlyList<int> Batches, IReadOnlyList<string> Known, string Text) WaitsOf(
        IReadOnlyList<Step> batch, Dictionary<string, int> batchOf, IReadOnlyDictionary<string, string> known)
    {
        var needs = batch.SelectMany(s => s.Needs).Distinct().ToList();
        int[] batches = [.. needs.Where(batchOf.ContainsKey).Select(n => batchOf[n]).Distinct().Order()];
        string[] tasks = [.. needs.Where(known.ContainsKey).Select(n => known[n]).Distinct().Order(StringComparer.Ordinal)];
        return (batches, tasks, $"{string.Join(",", batches.Select(b => Invariant($"{b}")))};{string.Join(",", tasks)}");
    }

    // How many of these steps each waits for, one after another: steps of one depth never wait for one another.
    private static Dictionary<string, int> Depths(IReadOnlyList<Step> steps)
    {
        var byKey = steps.ToDictionary(s => s.Key);
        var depths = new Dictionary<string, int>();
        foreach (var step in steps)
        {
            Depth(step);
        }

        return depths;

        int Depth(Step step)
        {
            if (!depths.TryGetValue(step.Key, out int depth))
            {
                depth = step.Needs.Where(byKey.ContainsKey).Select(n => Depth(byKey[n]) + 1).DefaultIfEmpty(0).Max();
                depths[step.Key] = depth;
            }

            return depth;
        }
    }
}
