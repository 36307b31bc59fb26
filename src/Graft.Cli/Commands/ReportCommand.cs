using System.CommandLine;
using Graft.Jobs;
using Graft.Jobs.Accelerations;
using Graft.Jobs.Studies;
using Graft.Report;

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
        var command = new Command("report", "Write a study or an acceleration as one HTML file.") { id, output, margin, force, workspace, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var options = CommonOptions.Analysis(parsed.GetValue(margin));
            OutputFile.Require(output.Name, parsed.GetValue(output)!);
            OutputFile.RequireNew(parsed.GetValue(output)!, parsed.GetValue(force));
            using var record = Workspaces.OpenExisting(parsed.GetValue(workspace)!, TimeProvider.System);
            var study = CommonOptions.JobOf(record, parsed.GetValue(id));
            CommonOptions.RefuseIdle(parsed, study.Kind == AccelerationJob.Kind ? [margin] : [], $"for {study.Id}, an acceleration, which has no verdicts");
            string path = parsed.GetValue(output)!;
            await (study.Kind == AccelerationJob.Kind
                ? AccelerationReport.WriteAsync(AccelerationResultBuilder.Build(study, record), path, cancellation)
                : StudyReport.WriteAsync(StudyResultBuilder.Build(StudyOutline.FromJson(study.Document), record.Steps, options), path, cancellation));
            if (parsed.GetValue(json))
            {
                terminal.WriteJson(new { study = study.Id, path });
            }
            else
            {
                terminal.WriteLine($"{(study.Kind == AccelerationJob.Kind ? "Acceleration" : "Study")} {study.Id} is in {path}.");
            }

            return 0;
        });
        return command;
    }
}
