using System.Text;
using Graft.Jobs.Accelerations;
using Graft.Report.Components;
using Graft.Runtime;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Graft.Report;

/// <summary>An acceleration as one HTML file that needs nothing else: no network, no script, no font, no image.</summary>
public static class AccelerationReport
{
    /// <summary>Renders an acceleration. The same result gives the same text.</summary>
    public static async Task<string> RenderAsync(AccelerationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        await using ServiceProvider services = new ServiceCollection().BuildServiceProvider();
        await using HtmlRenderer renderer = new(services, NullLoggerFactory.Instance);
        ParameterView parameters = ParameterView.FromDictionary(new Dictionary<string, object?> { [nameof(AccelerationPage.Result)] = result });
        return await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<AccelerationPage>(parameters)).ToHtmlString());
    }

    /// <summary>Renders an acceleration into a file. The file appears whole or not at all; an older one of that name is replaced.</summary>
    /// <exception cref="RunException">The file cannot be written.</exception>
    public static async Task WriteAsync(AccelerationResult result, string path, CancellationToken cancellation = default)
    {
        byte[] html = Encoding.UTF8.GetBytes(await RenderAsync(result));
        cancellation.ThrowIfCancellationRequested();
        AtomicFile.Write(path, stream => stream.Write(html));
    }
}
