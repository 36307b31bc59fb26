using Graft.Jobs.Accelerations;
using Graft.Report.Components;

namespace Graft.Report;

/// <summary>An acceleration as one HTML file that needs nothing else: no network, no script, no font, no image.</summary>
public static class AccelerationReport
{
    /// <summary>Renders an acceleration. The same result gives the same text.</summary>
    /// <param name="result">The acceleration, in any state.</param>
    /// <returns>A whole HTML document.</returns>
    public static Task<string> RenderAsync(AccelerationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return ReportFile.RenderAsync<AccelerationPage>(nameof(AccelerationPage.Result), result);
    }

    /// <summary>Renders an acceleration into a file. The file appears whole or not at all; an older one of that name is replaced.</summary>
    /// <param name="result">The acceleration.</param>
    /// <param name="path">Where to write; its directory is created where it is missing.</param>
    /// <param name="cancellation">Ends the work before the file is in place.</param>
    /// <exception cref="RunException">The file cannot be written.</exception>
    public static async Task WriteAsync(AccelerationResult result, string path, CancellationToken cancellation = default) =>
        ReportFile.Write(await RenderAsync(result), path, cancellation);
}
