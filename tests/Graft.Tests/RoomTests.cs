using System.Text.RegularExpressions;
using Graft.Tests.Fixtures;

namespace Graft.Tests;

/// <summary>
/// The rooms of the library (folders below <c>src/Graft</c>) and which of them may use which: docs/architecture.md. What stands in no row may be used by nobody
/// else.
/// </summary>
public sealed partial class RoomTests
{
    // A room, and the rooms that it may use. All may use the exceptions and names at the top of the library.
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Runtime"] = [],
        ["Analysis"] = ["Runtime"],
        ["Formats"] = ["Runtime"],
        ["Data"] = ["Runtime", "Formats"],
        ["Operations"] = ["Runtime"],
        ["Networks"] = ["Runtime", "Formats", "Data", "Operations"],
        ["Onnx"] = ["Runtime", "Formats", "Data", "Operations", "Networks"],
        ["Training"] = ["Runtime", "Analysis", "Formats", "Data", "Operations", "Networks"],
        ["Measures"] = ["Runtime", "Data", "Operations", "Networks", "Training"],
        ["Latency"] = ["Runtime", "Analysis", "Data", "Operations", "Networks", "Onnx"],
        ["Selection"] = ["Runtime", "Analysis", "Operations", "Measures"],
        ["Engine"] = ["Runtime", "Analysis"], // what a step records on its way, which is pure data
        ["Engine.Sql"] = ["Runtime", "Analysis", "Engine"],
        ["Engine.Local"] = ["Runtime", "Analysis", "Engine", "Engine.Sql"],
        ["Engine.Postgres"] = ["Runtime", "Analysis", "Engine", "Engine.Sql"],
        ["Engine.Slurm"] = ["Runtime", "Engine"],
        ["Steps"] = ["Runtime", "Analysis", "Formats", "Data", "Operations", "Networks", "Onnx", "Training", "Measures", "Latency", "Selection", "Engine"],
        ["Jobs"] =
        [
            .. (string[])["Runtime", "Analysis", "Formats", "Data", "Operations", "Networks", "Onnx", "Training", "Measures", "Latency", "Selection"],
            .. (string[])["Engine", "Engine.Local", "Engine.Postgres", "Engine.Slurm", "Steps"],
        ],
    };

    [Fact]
    public void Library_EveryArrowBetweenRooms_IsAllowed()
    {
        var arrows = Arrows().Distinct().ToList();

        Assert.NotEmpty(arrows);
        Assert.Equal([], arrows.Where(a => !Allowed[a.From].Contains(a.To)).Select(a => $"{a.From} -> {a.To}").Order());
    }

    [Fact]
    public void Library_EveryFolder_IsARoom() =>
        Assert.Equal([], Directory.GetDirectories(Root).Select(d => Path.GetFileName(d)!).Except([.. Allowed.Keys, "bin", "obj"]));

    private static string Root => SourceTree.PathOf("src", "Graft");

    private static IEnumerable<(string From, string To)> Arrows()
    {
        foreach (string file in Directory.EnumerateFiles(Root, "*.cs", SearchOption.AllDirectories))
        {
            string folder = Path.GetRelativePath(Root, Path.GetDirectoryName(file)!).Replace('\\', '/');
            if (folder == ".")
            {
                continue;
            }

            string from = RoomOf(folder.Replace('/', '.'));
            foreach (string line in File.ReadLines(file).Where(l => !l.TrimStart().StartsWith("//", StringComparison.Ordinal)))
            {
                foreach (Match match in Reference().Matches(line))
                {
                    string to = RoomOf(match.Groups["name"].Value);
                    if (to != from && Allowed.ContainsKey(to))
                    {
                        yield return (from, to);
                    }
                }
            }
        }
    }

    // The first name decides, and the second where it is a room of its own.
    private static string RoomOf(string name)
    {
        string[] parts = name.Split('.');
        return parts.Length > 1 && Allowed.ContainsKey($"{parts[0]}.{parts[1]}") ? $"{parts[0]}.{parts[1]}" : parts[0];
    }

    // "using Graft.Data.Readers;" and, in the code, "Networks.Network".
    [GeneratedRegex(
        @"^using (static )?Graft\.(?<name>[\w.]+)|(?<![\w.])(Graft\.)?(?<name>(Runtime|Analysis|Formats|Data|Operations|Networks|Onnx|Training|Measures|Latency|Selection|Engine|Steps|Jobs)\.[A-Z][\w.]*)"
    )]
    private static partial Regex Reference();
}
