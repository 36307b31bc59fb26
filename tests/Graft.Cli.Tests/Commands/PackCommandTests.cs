using System.IO.Compression;
using System.Security.Cryptography;
using Dapper;
using Graft.Cli.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Graft.Cli.Tests.Commands;

/// <summary>On the workspace of <see cref="OldWorkspaceTests"/>: a study and an acceleration, with their files.</summary>
[Collection("studies")]
public sealed class PackCommandTests
{
    [Fact]
    public async Task Pack_ThenUnpack_ShowsTheSameAndHasTheSameFiles()
    {
        string workspace = OldWorkspaceTests.Copy("packed-from");
        foreach (string id in await JobsAsync(workspace))
        {
            var packed = await InProcess.RunAsync($"pack {id} --weights --out {id}.zip --workspace {workspace}");
            Assert.True(packed.Code == 0, packed.Error);
            var unpacked = await InProcess.RunAsync($"unpack {id}.zip --workspace packed-to");
            Assert.True(unpacked.Code == 0, unpacked.Error);

            Assert.Equal(
                (await InProcess.RunAsync($"show study {id} --json --workspace {workspace}")).Output,
                (await InProcess.RunAsync($"show study {id} --json --workspace packed-to")).Output);
            using var archive = ZipFile.OpenRead($"{id}.zip");
            Assert.Contains(archive.Entries, e => e.FullName == "report.html");
            var files = archive.Entries.Where(e => e.FullName.StartsWith("artifacts/", StringComparison.Ordinal)).ToList();
            Assert.NotEmpty(files);
            Assert.All(
                files,
                file => Assert.Equal(File.ReadAllBytes(Path.Combine(workspace, file.FullName)), File.ReadAllBytes(Path.Combine("packed-to", file.FullName)))
            );
        }
    }

    // The same step on another machine has other bits.
    [Fact]
    public async Task Unpack_WhereAStepIsDoneAlready_LeavesItsFiles()
    {
        const string Here = "unpacked-over";
        foreach (string workspace in new[] { "unpacked-from", Here })
        {
            var study = await InProcess.RunAsync($"study --plan plan.yaml --workers 2 --workspace {workspace} --json");
            Assert.True(study.Code == 0, study.Error);
        }

        string[] candidates = [.. Directory.EnumerateFiles(Path.Combine(Here, "artifacts", "candidates"))];
        string mine = candidates[0], gone = candidates[1];
        byte[] before = [.. await File.ReadAllBytesAsync(mine, TestContext.Current.CancellationToken), 0];
        await File.WriteAllBytesAsync(mine, before, TestContext.Current.CancellationToken); // as if it had been made elsewhere
        using (var connection = new SqliteConnection($"Data Source={Here}/graft.db;Pooling=False"))
        {
            int changed = connection.Execute(
                "UPDATE artifact SET sha256 = @sha256 WHERE path = @path",
                new { sha256 = Convert.ToHexStringLower(SHA256.HashData(before)), path = $"candidates/{Path.GetFileName(mine)}" });
            Assert.Equal(1, changed);
        }

        byte[] whole = await File.ReadAllBytesAsync(gone, TestContext.Current.CancellationToken);
        File.Delete(gone);
        await InProcess.RunAsync("pack --weights --out over.zip --workspace unpacked-from");

        var unpacked = await InProcess.RunAsync($"unpack over.zip --workspace {Here}");

        Assert.True(unpacked.Code == 0, unpacked.Error);
        Assert.Equal(before, await File.ReadAllBytesAsync(mine, TestContext.Current.CancellationToken));
        Assert.Equal(whole, await File.ReadAllBytesAsync(gone, TestContext.Current.CancellationToken)); // what was recorded here comes back
        Assert.Contains("result stand on", unpacked.Output, StringComparison.Ordinal);
        var again = await InProcess.RunAsync($"study --plan plan.yaml --workers 2 --workspace {Here}");
        Assert.Contains("which it stands on, was made again and is not what it was", again.Output + again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unpack_ContentThatWasChanged_IsRefused()
    {
        string workspace = OldWorkspaceTests.Copy("damaged-from");
        string id = (await JobsAsync(workspace))[0];
        await InProcess.RunAsync($"pack {id} --out damaged.zip --workspace {workspace}");
        using (var archive = ZipFile.Open("damaged.zip", ZipArchiveMode.Update))
        {
            archive.GetEntry("plan.yaml")!.Delete();
            using var writer = new StreamWriter(archive.CreateEntry("plan.yaml").Open());
            writer.Write("seeds: 99");
        }

        var result = await InProcess.RunAsync("unpack damaged.zip --workspace damaged-to");

        Assert.Equal(
            (2, "error: damaged.zip is damaged: plan.yaml is not what was packed. Get it again, or pack it anew."),
            (result.Code, result.Error.TrimEnd())
        );
        Assert.False(Directory.Exists("damaged-to"));
    }

    [Fact]
    public async Task Pack_WeightsThatAreNotWhatWasRecorded_AreNamedAndNotPacked()
    {
        const string Workspace = "unsound", Package = "unsound.zip";
        var study = await InProcess.RunAsync($"study --plan plan.yaml --workers 2 --workspace {Workspace} --json");
        Assert.True(study.Code == 0, study.Error);
        string file = Path.GetFullPath(
            Directory.EnumerateFiles(Path.Combine(Workspace, "artifacts", "weights"), "*.safetensors").Order(StringComparer.Ordinal).First()
        );
        var faults = new (Action Harm, string Fault)[]
        {
            (() => Shorten(1000), "is not what was recorded (its SHA-256 differs)"),
            (() => Shorten(0), "is empty"),
            (() => File.Delete(file), "is gone"),
        };

        foreach (var (harm, fault) in faults)
        {
            harm();
            var result = await InProcess.RunAsync($"pack --weights --out {Package} --workspace {Workspace}");

            Assert.Equal(
                (1, $"error: {file} {fault}. Give the command of the study again, which makes it anew, or pack without weights."),
                (result.Code, result.Error.TrimEnd())
            );
            Assert.False(File.Exists(Package));
        }

        Assert.Equal(0, (await InProcess.RunAsync($"pack --out {Package} --workspace {Workspace}")).Code);

        void Shorten(int length)
        {
            using var weights = new FileStream(file, FileMode.Open);
            weights.SetLength(length);
        }
    }

    [Fact]
    public async Task Pack_FileThatIsThere_NeedsForce()
    {
        string workspace = OldWorkspaceTests.Copy("forced-from");
        await File.WriteAllTextAsync("there.zip", "precious", TestContext.Current.CancellationToken);

        var refused = await InProcess.RunAsync($"pack --out there.zip --workspace {workspace}");
        Assert.Equal(
            (2, "error: 'there.zip' is there already. Name another file with --out, or replace it with --force."),
            (refused.Code, refused.Error.TrimEnd())
        );
        Assert.Equal("precious", await File.ReadAllTextAsync("there.zip", TestContext.Current.CancellationToken));
        Assert.Equal(0, (await InProcess.RunAsync($"pack --out there.zip --force --workspace {workspace}")).Code);
    }

    [Fact]
    public async Task Workspace_FilesThatNothingNeeds_ArePrunedAndNothingElse()
    {
        string workspace = OldWorkspaceTests.Copy("pruned");
        string[] before = Files(workspace);
        string stray = Path.Combine(workspace, "artifacts", "weights", "0123456789ab.safetensors");
        await File.WriteAllTextAsync(stray, "left over", TestContext.Current.CancellationToken);
        string written = Path.Combine(workspace, "artifacts", "weights", ".ab.safetensors.0123.graft-tmp"); // by a study that runs
        await File.WriteAllTextAsync(written, "so far", TestContext.Current.CancellationToken);

        var dry = await InProcess.RunAsync($"workspace --prune --dry-run --workspace {workspace}");
        Assert.Contains("weights/0123456789ab.safetensors", dry.Output);
        Assert.EndsWith($"Next: graft workspace --prune --workspace {workspace}", dry.Output.TrimEnd(), StringComparison.Ordinal);
        Assert.True(File.Exists(stray));
        var pruned = await InProcess.RunAsync($"workspace --prune --workspace {workspace}");

        Assert.Equal((0, ""), (pruned.Code, pruned.Error));
        Assert.True(File.Exists(written));
        File.Delete(written);
        Assert.Equal(before, Files(workspace));
    }

    [Fact]
    public async Task Workspace_ForgottenJob_IsListedNoMoreAndItsFilesCanBePruned()
    {
        string workspace = OldWorkspaceTests.Copy("forgotten");
        string[] jobs = await JobsAsync(workspace);
        using (var connection = new SqliteConnection($"Data Source={workspace}/graft.db;Pooling=False"))
        {
            int left = connection.Execute("UPDATE step SET state = 'pending', result = NULL, finished = NULL WHERE kind = 'trial'"); // as if broken off
            Assert.NotEqual(0, left);
        }

        var both = await InProcess.RunAsync($"workspace --forget {jobs[0]} --prune --dry-run --workspace {workspace}");
        Assert.Equal((2, true), (both.Code, both.Error.Contains("do not go together", StringComparison.Ordinal)));
        foreach (string job in jobs)
        {
            var forgotten = await InProcess.RunAsync($"workspace --forget {job} --workspace {workspace}");
            Assert.Equal(0, forgotten.Code);
            Assert.Contains($" {job} and its report. Results of its steps stay in the record", forgotten.Error, StringComparison.Ordinal);
        }

        Assert.Empty(await JobsAsync(workspace));
        Assert.Equal(0, (await InProcess.RunAsync($"workspace --prune --workspace {workspace}")).Code);
        Assert.DoesNotContain(Files(workspace), file => file.EndsWith(".safetensors", StringComparison.Ordinal));
        Assert.Contains(
            "has none yet", (await InProcess.RunAsync($"workspace --forget {jobs[0]} --workspace {workspace}")).Error, StringComparison.Ordinal);
    }

    private static string[] Files(string workspace) =>
        [.. Directory.EnumerateFiles(Path.Combine(workspace, "artifacts"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private static async Task<string[]> JobsAsync(string workspace)
    {
        var shown = await InProcess.RunAsync($"show studies --json --workspace {workspace}");
        using var document = System.Text.Json.JsonDocument.Parse(shown.Output);
        return [.. document.RootElement.EnumerateArray().Select(j => j.GetProperty("study").GetString()!)];
    }
}
