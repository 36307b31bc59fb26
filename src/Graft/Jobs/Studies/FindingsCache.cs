using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Graft.Analysis.Findings;
using Graft.Engine;

namespace Graft.Jobs.Studies;

/// <summary>
/// The findings of a study as they were last computed. They are computed anew when what they are made of is another: the cells, how they are judged, the steps
/// that have ended. Whoever reads a study again and again while it runs keeps one; seconds of resampling are then spent once for each trial that ends.
/// </summary>
internal sealed class FindingsCache
{
    private readonly Lock _lock = new();
    private (string MadeOf, StudyFindings Findings)? _last;

    /// <summary>The findings.</summary>
    /// <param name="outline">The study.</param>
    /// <param name="steps">Its steps as they stand.</param>
    /// <param name="options">How results are judged.</param>
    /// <param name="compute">Computes the findings.</param>
    public StudyFindings Get(StudyOutline outline, IEnumerable<StoredStep> steps, AnalysisOptions options, Func<StudyFindings> compute)
    {
        string madeOf = MadeOf(outline, steps, options);
        lock (_lock)
        {
            if (_last?.MadeOf != madeOf)
            {
                _last = (madeOf, compute());
            }

            return _last.Value.Findings;
        }
    }

    // A step that runs changes at every sign of life, and tells the analysis nothing.
    private static string MadeOf(StudyOutline outline, IEnumerable<StoredStep> steps, AnalysisOptions options)
    {
        var ended = steps.Where(s => s.State.HasEnded()).OrderBy(s => s.Key, StringComparer.Ordinal);
        string text = string.Join('\n', [outline.ToJson(), JsonSerializer.Serialize(options), .. ended.Select(s => Invariant($"{s.Key} {s.Sequence}"))]);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
