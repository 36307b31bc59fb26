using System.Security.Cryptography;
using Graft.Data;
using Graft.Runtime;
using Graft.Tests.Data.Download;
using static Graft.Tests.Data.Download.LoopbackServer;

namespace Graft.Tests.Data;

public sealed class DataSetDownloaderTests : IDisposable
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 100_000).Select(i => (byte)Seed.Mix(i))];
    private static readonly DownloadPolicy Patient = new() { Retries = 2, FirstDelay = TimeSpan.FromMilliseconds(1) };
    private static readonly DownloadPolicy Impatient = Patient with { StallTimeout = TimeSpan.FromSeconds(1), Retries = 1 };
    private readonly TemporaryDirectory _directory = new();

    private string Final => _directory["data-directory/set/file"];

    private string Part => $"{Final}.part";

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Get_SoundServer_FileUnderItsFinalNameOnly()
    {
        await using var server = new LoopbackServer(Whole(Content));

        await GetAsync(server);

        Assert.Equal(Content, await System.IO.File.ReadAllBytesAsync(Final, TestContext.Current.CancellationToken));
        Assert.False(System.IO.File.Exists(Part));
        Assert.Equal(["GET /files/file"], server.Requests);
    }

    [Fact]
    public async Task Get_FileIsThere_AsksNobody()
    {
        _directory.Write("data-directory/set/file", [1]);
        await using var server = new LoopbackServer(Whole(Content));

        await GetAsync(server);

        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Get_ConnectionCut_GoesOnWhereItStopped()
    {
        await using var server = new LoopbackServer(Cut(Content, 40_000), Cut(Content, 20_000), Whole(Content));

        await GetAsync(server);

        Assert.Equal(Content, await System.IO.File.ReadAllBytesAsync(Final, TestContext.Current.CancellationToken));
        Assert.Equal(["GET /files/file", "GET /files/file bytes=40000-", "GET /files/file bytes=60000-"], server.Requests);
    }

    [Fact]
    public async Task Get_PartOfAnEarlierRun_GoesOnFromThere()
    {
        _directory.Write("data-directory/set/file.part", Content[..70_000]);
        await using var server = new LoopbackServer(Whole(Content));

        await GetAsync(server);

        Assert.Equal(Content, await System.IO.File.ReadAllBytesAsync(Final, TestContext.Current.CancellationToken));
        Assert.Equal(["GET /files/file bytes=70000-"], server.Requests);
    }

    [Fact]
    public async Task Get_ServerIgnoresRange_StartsOver()
    {
        _directory.Write("data-directory/set/file.part", [1, 2, 3]);
        await using var server = new LoopbackServer(IgnoreRange(Content));

        await GetAsync(server);

        Assert.Equal(Content, await System.IO.File.ReadAllBytesAsync(Final, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Get_PartLongerThanTheFile_StartsOver()
    {
        _directory.Write("data-directory/set/file.part", [.. Content, 1]);
        await using var server = new LoopbackServer(Whole(Content));

        await GetAsync(server);

        Assert.Equal(["GET /files/file"], server.Requests);
    }

    [Fact]
    public async Task Get_ServerSaysThePartIsTooLong_StartsOver()
    {
        // The length of a gzip is not known exactly; the server knows.
        var gzip = TemporaryDirectory.Gzip(Content);
        var entry = Entry(gzip) with { Files = [File(gzip) with { ContentBytes = Content.Length, Sha256 = Hash(Content) }] };
        _directory.Write("data-directory/set/file.part", new byte[gzip.Length + 1]);
        await using var server = new LoopbackServer(Whole(gzip));

        await GetAsync(server, entry);

        Assert.Equal([$"GET /files/file bytes={gzip.Length + 1}-", "GET /files/file"], server.Requests);
    }

    [Fact]
    public async Task Get_ServerFallsSilent_IsTriedAgainFromThere()
    {
        await using var server = new LoopbackServer(Stall(Content, 30_000), Whole(Content));

        await GetAsync(server, download: Impatient);

        Assert.Equal(["GET /files/file", "GET /files/file bytes=30000-"], server.Requests);
    }

    [Fact]
    public async Task Get_ServerStaysSilent_FailsAndKeepsThePart()
    {
        await using var server = new LoopbackServer(Stall(Content, 30_000), Stall(Content, 0));

        var message = (await Assert.ThrowsAsync<DataException>(() => GetAsync(server, download: Impatient))).Message;

        Assert.Equal(
            $"{server.Address}/file: nothing came for 1 s after 30,000 bytes (retried 1 times); run the command again to go on from there, or give a mirror.",
            message
        );
        Assert.Equal(2, server.Requests.Count);
        Assert.Equal(30_000, new FileInfo(Part).Length);
    }

    [Fact]
    public async Task Get_WrongContent_FailsWithBothChecksumsAndDeletesIt()
    {
        var wrong = (byte[])Content.Clone();
        wrong[50_000] ^= 1;
        await using var server = new LoopbackServer(Whole(wrong));

        var message = await FaultAsync(server);

        Assert.Equal(
            $"{server.Address}/file: SHA-256 {Hash(wrong)}, expected {Hash(Content)}; the file was deleted, get it again or from another mirror.",
            message
        );
        Assert.Empty(Directory.GetFiles(_directory["data-directory/set"]));
    }

    [Fact]
    public async Task Get_GzipCompressedAnew_IsAsGood()
    {
        var entry = Entry(Content) with { Files = [File(Content) with { ContentBytes = Content.Length, Sha256 = Hash(Content) }] };
        await using var server = new LoopbackServer(Whole(TemporaryDirectory.Gzip(Content)));

        await GetAsync(server, entry);

        Assert.True(System.IO.File.Exists(Final));
    }

    [Fact]
    public async Task Get_GzipThatNeverEnds_IsStoppedAtTheKnownLength()
    {
        var entry = Entry(Content) with { Files = [File(Content) with { ContentBytes = Content.Length, Sha256 = Hash(Content) }] };
        await using var server = new LoopbackServer(Whole(TemporaryDirectory.Gzip(new byte[10_000_000])));

        Assert.Contains("more than 100,000 bytes", await FaultAsync(server, entry));
    }

    [Fact]
    public async Task Get_ServerSendsTooMuch_IsStopped()
    {
        await using var server = new LoopbackServer(Whole([.. Content, 1, 2]));

        Assert.Contains("the server sends more than 100,000 bytes", await FaultAsync(server));
    }

    [Fact]
    public async Task Get_NotFound_FailsAtOnce()
    {
        await using var server = new LoopbackServer(Status("404 Not Found"));

        var fault = await Assert.ThrowsAsync<DataException>(() => GetAsync(server));

        Assert.Equal($"{server.Address}/file: the server answers 404 Not Found; check the address or give a mirror.", fault.Message);
        Assert.Equal([new Remedy(Setting.DownloadMirror, "set")], fault.Remedies);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Get_ServerBusy_IsTriedAgain()
    {
        await using var server = new LoopbackServer(Status("503 Service Unavailable"), Whole(Content));

        await GetAsync(server);

        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Get_Progress_EndsAtTheWholeLength()
    {
        var reports = new List<DataProgress>();
        await using var server = new LoopbackServer(Cut(Content, 40_000), Whole(Content));

        await GetAsync(server, progress: new ProgressRecorder(reports));

        Assert.Equal(reports.Select(report => report.Done).Order(), reports.Select(report => report.Done));
        Assert.Equal(new DataProgress(DataActivity.Download, "file", 100_000, 100_000), reports[^1]);
    }

    [Fact]
    public async Task Get_Archive_DirectoryAppearsAndNothingElseStays()
    {
        var archive = Archives.Of(Archives.File("set/a"), Archives.File("readme"));
        await using var server = new LoopbackServer(Whole(archive));

        var directory = await GetAsync(server, Entry(archive) with { ArchiveLimit = 100 });

        Assert.Equal(_directory["data-directory/set"], directory);
        Assert.Equal([directory], Directory.GetFileSystemEntries(_directory["data-directory"]));
        Assert.Equal([Path.Combine(directory, "a")], Directory.GetFileSystemEntries(directory));
    }

    [Fact]
    public async Task Get_RefusedArchive_LeavesNoDirectory()
    {
        var archive = Archives.Of(Archives.File("set/a"), Archives.File("../evil"));
        await using var server = new LoopbackServer(Whole(archive));

        Assert.Contains("'../evil' leads out", await FaultAsync(server, Entry(archive) with { ArchiveLimit = 100 }));
        Assert.Empty(Directory.GetDirectories(_directory["data-directory"]));
    }

    [Fact]
    public async Task Get_ArchiveWithoutItsDirectory_SaysSo()
    {
        var archive = Archives.Of(Archives.File("other/a"));
        await using var server = new LoopbackServer(Whole(archive));

        Assert.Contains("there is no directory 'set' in it", await FaultAsync(server, Entry(archive) with { ArchiveLimit = 100 }));
    }

    [Fact]
    public async Task Get_UnknownName_SuggestsTheNearest()
    {
        var exception = await Assert.ThrowsAsync<ConfigurationException>(
            () => new DataSetDownloader(_directory.Options).GetAsync("cifar1O", TestContext.Current.CancellationToken));

        Assert.Equal("data set 'cifar1O' is not known. Did you mean 'cifar10'?", exception.Message);
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static CatalogFile File(byte[] content) =>
        new() { Name = "file", Url = new Uri("http://127.0.0.1:1/unused"), Bytes = content.Length, Sha256 = Hash(content) };

    private static CatalogEntry Entry(byte[] content) => new()
    {
        Name = "set",
        Description = "",
        Shape = new(1, 8, 8),
        ClassNames = ["a", "b"],
        Normalization = new([0], [1]),
        Licence = "",
        Citation = "",
        Directory = "set",
        Files = [File(content)],
    };

    private async Task<string> FaultAsync(LoopbackServer server, CatalogEntry? entry = null) =>
        (await Assert.ThrowsAsync<DataException>(() => GetAsync(server, entry))).Message;

    private Task<string> GetAsync(LoopbackServer server, CatalogEntry? entry = null, IProgress<DataProgress>? progress = null, DownloadPolicy? download = null)
    {
        var options = _directory.Options with
        {
            Mirror = server.Address,
            Progress = progress,
            Download = download ?? Patient,
        };
        return new DataSetDownloader(options).GetAsync(entry ?? Entry(Content), TestContext.Current.CancellationToken);
    }
}
