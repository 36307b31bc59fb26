using System.CommandLine;
using System.Text;
using System.Text.Json;
using Graft.Cli.Completion;
using Graft.Cli.Views;
using Graft.Jobs;
using Graft.Jobs.Packages;
using Graft.Runtime;

namespace Graft.Cli.Commands;

/// <summary><c>graft pack</c> and <c>graft unpack</c>: a study as one file, and into another workspace.</summary>
internal static class PackCommand
{
    public static Command CreatePack(Terminal terminal)
    {
        var id = CommonOptions.NewestJob();
        var output = CommonOptions.Out(null, "[default: ID.zip]", ".zip");
        var weights = new Option<bool>("--weights") { Description = "Pack the weights of teacher, candidates and networks, too." };
        var force = CommonOptions.Force();
        var workspace = CommonOptions.Workspace();
        var json = CommonOptions.Json();
        var command = new Command("pack", "Write a study or an acceleration (default: the newest) as one file.")
        {
            id,
            output,
            weights,
            force,
            workspace,
            json,
        };
        command.SetAction(async (parsed, _) =>
        {
            using var record = Workspaces.OpenExisting(parsed.GetValue(workspace)!, TimeProvider.System);
            var job = CommonOptions.JobOf(record, parsed.GetValue(id));
            string path = parsed.GetValue(output) ?? $"{job.Id}.zip";
            OutputFile.Require(output.Name, path);
            OutputFile.RequireNew(path, parsed.GetValue(force));
            var content = JobPackage.Pack(path, record, job, Extensions.AllKinds(), parsed.GetValue(weights), await ExtrasAsync(JobView.Of(record, job)));
            if (parsed.GetValue(json))
            {
                terminal.WriteJson(new { content, path });
                return 0;
            }

            string size = Format.Bytes(new FileInfo(path).Length);
            string held = $"{Plural.Of(content.Results, "result")}, {Plural.Of(content.Files, "file")}, {size}";
            terminal.WriteLine($"{content.Kind} {content.Job}: {held}, in {path}.");
            WriteShortfall(terminal, content);
            terminal.WriteLine($"Next: graft unpack {Format.Argument(path)} --workspace DIR, on this machine or another.");
            return 0;
        });
        return command;
    }

    public static Command CreateUnpack(Terminal terminal)
    {
        var file = new Argument<string>("FILE")
        {
            Description = "A file that 'graft pack' wrote.",
            HelpName = "FILE",
            CompletionSources = { Offers.Files(".zip") },
        };
        var workspace = CommonOptions.Workspace();
        var json = CommonOptions.Json();
        var command = new Command("unpack", "Take a packed study into a workspace, to show it or to go on.") { file, workspace, json };
        command.SetAction(parsed =>
        {
            string directory = parsed.GetValue(workspace)!;
            var content = JobPackage.Unpack(parsed.GetValue(file)!, Extensions.AllKinds(), time => Workspaces.Open(directory, null, time));
            if (parsed.GetValue(json))
            {
                terminal.WriteJson(content);
                return 0;
            }

            terminal.WriteLine(
                Invariant(
                    $"{content.Kind} {content.Job}: {Plural.Of(content.Results, "result")} and {Plural.Of(content.Files, "file")} are in {Path.GetFullPath(directory)}."
                )
            );
            WriteShortfall(terminal, content);
            terminal.WriteLine($"Next: graft show study {content.Job} --workspace {Format.Argument(directory)}");
            return 0;
        });
        return command;
    }

    // Results are enough to read a study; what goes on from trained networks needs their files.
    private static void WriteShortfall(Terminal terminal, PackedContent content)
    {
        if (content.Lacking > 0)
        {
            terminal.WriteLine(Invariant(
                $"It lacks {Plural.Of(content.Lacking, "file")} of results (pack --weights): what goes on from these makes them anew, and where they come out ")
                + "otherwise, as on another processor, all that stands on them.");
        }

        if (content.Outdated > 0)
        {
            terminal.WriteLine(Invariant(
                $"Of other bits than here are the files that {Plural.Of(content.Outdated, "result")} stand on: the command of the {content.Kind} makes these anew."));
        }
    }

    // What people read without Graft.
    private static async Task<Dictionary<string, byte[]>> ExtrasAsync(JobView view) => new()
    {
        ["results.json"] = JsonSerializer.SerializeToUtf8Bytes(view.Document, Terminal.Json),
        ["report.html"] = Encoding.UTF8.GetBytes(await view.RenderReportAsync()),
    };
}
