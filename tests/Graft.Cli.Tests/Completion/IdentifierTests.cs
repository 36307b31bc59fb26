using System.Text.Json;
using Graft.Cli.Completion;
using Graft.Cli.Tests.Support;
using Graft.Engine;
using Graft.Jobs;

namespace Graft.Cli.Tests.Completion;

[Collection("studies")]
public sealed class IdentifierTests(Playground playground)
{
    [Fact]
    public async Task Complete_Identifier_OffersTheJobsOfTheWorkspace()
    {
        using var study = JsonDocument.Parse(await playground.FinishedStudyAsync());
        string id = study.RootElement.GetProperty("study").GetString()!;

        Assert.Contains(id, Offered("graft show study --workspace finished "));
        Assert.Equal([id], Offered($"graft report --workspace=finished {id[..^1]}"));
        Assert.Contains(id, Offered("graft export --workspace finished --from ")); // its cells can be had as networks
        Assert.Empty(Offered($"graft report --workspace elsewhere {id[..^1]}"));
    }

    [Fact]
    public async Task Complete_KeyOfAStep_OffersThoseThatWereBegun()
    {
        await playground.FinishedStudyAsync();
        using var workspace = Workspaces.OpenExisting("finished", TimeProvider.System);
        var ids = workspace.Steps.List().Where(s => s.Started is not null).Select(s => Step.IdOf(s.Key)).ToList();

        Assert.Equal(ids.Order(), Offered("graft show step --workspace finished ").Order());
        Assert.Equal([ids[0]], Offered($"graft show step --workspace finished {ids[0][..^1]}"));
    }

    internal static IEnumerable<string> Offered(string line) =>
        Completer.Complete(GraftApp.Root(new Terminal(TextWriter.Null, TextWriter.Null)), line).Select(item => item.Label);
}
