using System.Text;
using Graft.Runtime;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Graft.Report;

/// <summary>Makes one HTML file of a page.</summary>
internal static class ReportFile
{
    /// <summary>Renders a page. The same parameter gives the same text.</summary>
    /// <typeparam name="TPage">The page.</typeparam>
    /// <param name="parameter">The name of its only parameter.</param>
    /// <param name="value">The value of that.</param>
    /// <returns>A whole HTML document.</returns>
    public static async Task<string> RenderAsync<TPage>(string parameter, object value)
        where TPage : IComponent
    {
        await using ServiceProvider services = new ServiceCollection().BuildServiceProvider();
        await using HtmlRenderer renderer = new(services, NullLoggerFactory.Instance);
        ParameterView parameters = ParameterView.FromDictionary(new Dictionary<string, object?> { [parameter] = value });
        return await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<TPage>(parameters)).ToHtmlString());
    }

    /// <summary>Writes a document. The file appears whole or not at all; an older one of that name is replaced.</summary>
    /// <param name="html">The document.</param>
    /// <param name="path">Where to write; its directory is created where it is missing.</param>
    /// <param name="cancellation">Ends the work before the file is in place.</param>
    /// <exception cref="RunException">The file cannot be written.</exception>
    public static void Write(string html, string path, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(html)));
    }
}
