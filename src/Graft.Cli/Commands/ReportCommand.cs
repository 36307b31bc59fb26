using System.CommandLine;
using Graft.Cli.Views;
using Graft.Jobs;

namespace Graft.Cli.Commands;

/// <summary><c>graft report</c>: a study or an acceleration as one HTML file.</summary>
internal static class ReportCommand
{
    public static Command Create(Terminal terminal)
    {
        var id = CommonOptions.NewestJob();
        var output = CommonOptions.Out("report.html", "A page for any browser.", ".html");
        var margin = CommonOptions.Margin();
        var workspace = CommonOptions.Workspace();
        var force = CommonOptions.Force();
        var json = CommonOptions.Json();
        var command = new Command("report", "Write a study or an acceleration (default: the newest) as one HTML file.")
        {
            id, output, margin, force, workspace, json,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var options = CommonOptions.Analysis(parsed.GetValue(margin));
            OutputFile.Require(output.Name, parsed.GetValue(output)!);
            OutputFile.RequireNew(parsed.GetValue(output)!, parsed.GetValue(force));
            using var record = Workspaces.OpenExisting(parsed.GetValue(workspace)!, TimeProvider.System);
            var view = JobView.Of(record, CommonOptions.JobOf(record, parsed.GetValue(id)), options);
            view.RefuseMargin(parsed, margin);
            string path = parsed.GetValue(output)!;
            await view.WriteReportAsync(path, cancellation);
            if (parsed.GetValue(json))
            {
                terminal.WriteJson(new { study = view.Job.Id, path });
            }
            else
            {
                terminal.WriteLine($"{view.Title} {view.Job.Id} is in {path}.");
            }

            return 0;
        });
        return command;
    }
}
