using Graft.Jobs.Studies;
using Graft.Report.Components;

namespace Graft.Report;

/// <summary>A study as one HTML file that needs nothing else: no network, no script, no font, no image.</summary>
public static class StudyReport
{
    /// <summary>Renders a study in any state. The same study gives the same text.</summary>
    /// <param name="result">The study.</param>
    /// <returns>A whole HTML document.</returns>
    public static Task<string> RenderAsync(StudyResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return ReportFile.RenderAsync<StudyPage>(nameof(StudyPage.Result), result);
    }

    /// <summary>Renders a study into a file. The file appears whole or not at all; an older one of that name is replaced.</summary>
    /// <param name="result">The study.</param>
    /// <param name="path">Where to write; its directory is created where it is missing.</param>
    /// <param name="cancellation">Ends the work before the file is in place.</param>
    /// <exception cref="RunException">The file cannot be written.</exception>
    public static async Task WriteAsync(StudyResult result, string path, CancellationToken cancellation = default) =>
        ReportFile.Write(await RenderAsync(result), path, cancellation);
}
