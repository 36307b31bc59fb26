using Graft.Engine.Local;
using Graft.Jobs.Packages;
using Graft.Steps;
using Graft.Tests.Engine.Local;

namespace Graft.Tests.Jobs.Packages;

/// <summary>What steps that belong to no job need.</summary>
public sealed class WorkspaceUseTests : IDisposable
{
    private const string Given = "aaaa1111", Trained = "weights/0123456789ab.safetensors";
    private static readonly string Teacher = new('1', 32), Distillation = new('2', 32), Measure = new('3', 32);

    private readonly TemporaryDirectory _directory = new();
    private readonly Workspace _workspace;

    public WorkspaceUseTests() => _workspace = Workspace.Open(_directory.Path, TimeProvider.System);

    [Theory]
    [InlineData("pending", true)]
    [InlineData("running", true)]
    [InlineData("interrupted", true)]
    [InlineData("failed", false)]
    [InlineData("done", false)]
    public void Of_StepOfNoJob_NeedsWhatItBeginsWithUntilItHasEnded(string state, bool isNeeded)
    {
        string file = ImportStep.PathFor(Given);
        Write(file);
        Declare(Teacher, $$"""{"kind":"teacher","from":"{{Given}}"}""");
        Bring(Teacher, state);

        Assert.Equal([(file, isNeeded)], Needed());
    }

    [Fact]
    public void Of_StepOfNoJob_NeedsResultsOfWhatItStandsOn()
    {
        string candidate = $"candidates/{Distillation}.safetensors", file = ImportStep.PathFor(Given), stray = "weights/ffffffffffff.safetensors";
        new[] { candidate, file, stray, Trained }.ToList().ForEach(Write);
        Declare(Teacher, $$"""{"kind":"import","sha256":"{{Given}}"}""");
        Declare(Distillation, $$"""{"kind":"distillation","teacher":"{{Teacher}}"}""");
        Declare(Measure, $$"""{"kind":"measure","distillation":"{{Distillation}}"}""");
        _workspace.Steps.Complete(Teacher, $$"""{"weights":"{{Trained}}"}""", 0);
        _workspace.Steps.Complete(Distillation, "{}", 0);

        Assert.Equal([(candidate, true), (file, true), (Trained, true), (stray, false)], Needed());
        Bring(Measure, "done");
        Assert.DoesNotContain(Needed(), f => f.IsNeeded);
    }

    public void Dispose()
    {
        _workspace.Dispose();
        _directory.Dispose();
    }

    private void Declare(string key, string specification) => _workspace.Steps.Declare([(key, "kind", specification)]);

    private void Bring(string key, string state)
    {
        if (state is "running" or "interrupted")
        {
            _workspace.Steps.MarkRunning(key, "{}", "a process");
        }

        if (state == "interrupted")
        {
            _workspace.Steps.BreakOff([key], 0);
        }

        if (state == "done")
        {
            _workspace.Steps.Complete(key, "{}", 0);
        }

        if (state == "failed")
        {
            _workspace.Steps.Fail(key, "no luck", 0);
        }
    }

    private void Write(string path) => _workspace.Artifacts.Write(path, stream => stream.WriteByte(1));

    private IEnumerable<(string Path, bool IsNeeded)> Needed() => WorkspaceUse.Of(_workspace, _directory.Path).Files.Select(f => (f.Path, f.IsNeeded));
}
