using System.Text;
using Graft.Jobs.Studies;
using Graft.Report.Components;
using Graft.Runtime;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Graft.Report;

/// <summary>A study as one HTML file that needs nothing else: no network, no script, no font, no image.</summary>
public static class StudyReport
{
    /// <summary>Renders a study in any state. The same study gives the same text.</summary>
    /// <param name="result">The study.</param>
    /// <returns>A whole HTML document.</returns>
    public static async Task<string> RenderAsync(StudyResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        await using ServiceProvider services = new ServiceCollection().BuildServiceProvider();
        await using HtmlRenderer renderer = new(services, NullLoggerFactory.Instance);
        ParameterView parameters = ParameterView.FromDictionary(new Dictionary<string, object?> { [nameof(StudyPage.Result)] = result });
        return await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<StudyPage>(parameters)).ToHtmlString());
    }

    /// <summary>Renders a study into a file. The file appears whole or not at all; an older one of that name is replaced.</summary>
    /// <param name="result">The study.</param>
    /// <param name="path">Where to write; its directory is created where it is missing.</param>
    /// <param name="cancellation">Ends the work before the file is in place.</param>
    /// <exception cref="RunException">The file cannot be written.</exception>
    public static async Task WriteAsync(StudyResult result, string path, CancellationToken cancellation = default)
    {
        byte[] html = Encoding.UTF8.GetBytes(await RenderAsync(result));
        cancellation.ThrowIfCancellationRequested();
        AtomicFile.Write(path, stream => stream.Write(html));
    }
}
