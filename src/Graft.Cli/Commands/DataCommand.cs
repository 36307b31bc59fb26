using System.CommandLine;
using Graft.Cli.Completion;
using Graft.Cli.Views;
using Graft.Data;

namespace Graft.Cli.Commands;

/// <summary><c>graft data</c>: lists, downloads and checks data sets.</summary>
internal static class DataCommand
{
    public static Command Create(Terminal terminal)
    {
        var json = CommonOptions.Json();
        var dataDirectory = CommonOptions.DataDirectory();
        var list = new Command("list", "The known data sets.") { json };
        list.SetAction(parsed => List(terminal, parsed.GetValue(json)));

        var name = new Argument<string>("NAME")
        {
            Description = "A name of 'graft data list'.",
            HelpName = "NAME",
            CompletionSources = { Offers.Downloads },
        };
        var mirror = new Option<string>("--mirror") { Description = "Where the same files lie, for those who have their own.", HelpName = "URL" };
        var get = new Command("get", "Download a data set; goes on where it was broken off.") { name, mirror, dataDirectory, json };
        get.SetAction((parsed, cancellation) => GetAsync(
            terminal, parsed.GetValue(name)!, parsed.GetValue(mirror), parsed.GetValue(dataDirectory)!, parsed.GetValue(json), cancellation));

        var path = new Argument<string>("PATH")
        {
            Description = "A downloaded file, a directory, or a name.",
            HelpName = "PATH",
            CompletionSources = { Offers.DataSets, Offers.Files() },
        };
        var verify = new Command("verify", "Check a file or a directory of images, and count.") { path, dataDirectory, json };
        var images = new ImageOption();
        images.All.ToList().ForEach(verify.Options.Add);
        verify.SetAction((parsed, cancellation) => Task.Run(
            () => Verify(
                terminal, parsed.GetValue(path)!, images.Read(parsed, plan: null), parsed.GetValue(dataDirectory)!, parsed.GetValue(json), cancellation),
            cancellation));
        return new Command("data", "List, download and check data sets.") { list, get, verify };
    }

    public static int List(Terminal terminal, bool json)
    {
        if (json)
        {
            terminal.WriteJson(
                DataCatalog.All.Select(e => new
                {
                    e.Name,
                    e.Description,
                    e.Bytes,
                    e.Licence,
                    e.Citation,
                    files = e.Files.Select(f => new
                    {
                        f.Name,
                        f.Url,
                        f.Bytes,
                        f.Sha256,
                    }),
                })
            );
            return 0;
        }

        var table = new WideTable(1, "data set", "~what it is", ">download, MB", "~licence");
        foreach (var entry in DataCatalog.All)
        {
            table.AddRow(entry.Name, entry.Description, entry.Bytes == 0 ? "–" : Invariant($"{entry.Bytes / 1e6:N1}"), entry.Licence);
        }

        table.Write(terminal);
        terminal.WriteLine("A path works too: CIFAR-10 or CIFAR-100 in binary form, IDX files, or images as train/<class>/*.png and test/<class>/*.png.");
        return 0;
    }

    private static async Task<int> GetAsync(Terminal terminal, string name, string? mirror, string directory, bool json, CancellationToken cancellation)
    {
        var options = new DataOptions
        {
            DataDirectory = directory,
            Mirror = mirror is null ? null : ParseMirror(mirror),
            Progress = new DataProgressLines(terminal),
        };
        string path = await new DataSetDownloader(options).GetAsync(name, cancellation);
        if (json)
        {
            terminal.WriteJson(new { name, path });
        }
        else
        {
            terminal.WriteLine($"{name} is in {path}.  Next: graft study --data {name}");
        }

        return 0;
    }

    private static Uri ParseMirror(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
        ? uri
        : throw new ConfigurationException($"--mirror is '{text}'; it must be an http or https address, like https://example.org/cifar.");

    private static int Verify(Terminal terminal, string path, ImageOptions? images, string directory, bool json, CancellationToken cancellation)
    {
        if (images is not null && File.Exists(path))
        {
            throw new ConfigurationException(
                $"'{path}' is a file, which is only compared with its checksum; --image-size, --resize and --grayscale do nothing there."
            );
        }

        var options = new DataOptions { DataDirectory = directory, Progress = new DataProgressLines(terminal), Images = images ?? new() };
        var found = DataVerification.Verify(path, options, cancellation);
        if (json)
        {
            terminal.WriteJson(found);
            return 0;
        }

        terminal.WriteLine($"{found.Path}: {found.Description}");
        foreach (string note in found.Notes)
        {
            terminal.WriteNote(note);
        }

        if (found.Classes.Count > 0)
        {
            var table = new WideTable(1, "class", ">training images", ">test images");
            foreach (var count in found.Classes)
            {
                table.AddRow(count.Name, Invariant($"{count.Train:N0}"), Invariant($"{count.Test:N0}"));
            }

            table.Write(terminal);
            terminal.WriteLine($"fingerprint {found.Fingerprint}");
        }

        return 0;
    }
}
