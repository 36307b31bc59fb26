using Graft.Analysis.Sequential;
using Graft.Engine;
using Graft.Jobs.Studies;
using Graft.Steps;

namespace Graft.Tests.Jobs.Studies;

public sealed class StudySeedsTests
{
    private static readonly StudyPlan Plan = SmallStudy.Plan with { Positions = ["1", "2"], Seeds = 2, UntilDecided = new() { MaxSeeds = 4 } };

    [Fact]
    public void Steps_Begin_AreThoseOfTheFirstLook()
    {
        var seeds = new StudySeeds(SmallStudy.Graph(Plan));

        Assert.Equal([1, 2], seeds.Wanted.Trials.Select(t => t.Seed).Distinct());
        Assert.Equal([1, 2], seeds.Steps.OfType<DistillationStep>().Select(d => d.Seed).Distinct());
        Assert.Equal(SmallStudy.Graph(Plan with { UntilDecided = null }).Steps.Select(s => s.Key), seeds.Steps.Select(s => s.Key));
    }

    [Fact]
    public void Update_TrialsLeft_MakesNoLook()
    {
        var seeds = new StudySeeds(SmallStudy.Graph(Plan));

        Assert.False(seeds.Update(new Results(seeds.Steps.SkipLast(1)), _ => throw new InvalidOperationException("no look")));
        Assert.False(
            new StudySeeds(SmallStudy.Graph(Plan with { UntilDecided = null })).Update(new Results([]), _ => throw new InvalidOperationException("no look"))
        );
    }

    [Fact]
    public void Update_OpenCell_AddsItsSeedsAndThoseOfTheUnchangedNetwork()
    {
        var seeds = new StudySeeds(SmallStudy.Graph(Plan));
        int before = seeds.Steps.Count;

        bool more = seeds.Update(new Results(seeds.Steps), _ => Judgement(new(1, "teacher", 1, 3), new(2, "conv-stack(w=1,k=3)", 1, 3)));

        Assert.True(more);
        Assert.Equal(
            ["distil conv-stack(w=1,k=3) at 2, seed 3", "teacher, 1 epoch, seed 3", "conv-stack(w=1,k=3) at 2, 1 epoch, seed 3"],
            seeds.Steps.Skip(before).Select(s => s.Title));
        Assert.All(seeds.Wanted.Cells.Where(c => c.Operation == "teacher"), c => Assert.Equal(3, c.Trials.Count));
    }

    [Fact]
    public void MostFurtherTrials_AfterALook_AreThoseOfTheCellsThatAreOpen()
    {
        var seeds = new StudySeeds(SmallStudy.Graph(Plan));
        int first = seeds.MostFurtherTrials;

        seeds.Update(new Results(seeds.Steps), _ => Judgement(new(1, "teacher", 1, 3), new(2, "conv-stack(w=1,k=3)", 1, 3)));
        int second = seeds.MostFurtherTrials;
        seeds.Update(new Results(seeds.Steps), _ => Judgement());

        Assert.Equal((2 * 4, 2, 0), (first, second, seeds.MostFurtherTrials)); // identity stands at one of both positions
    }

    // A trial that failed is asked for again and again, and does not come.
    [Fact]
    public void Update_NothingThatIsNotThereYet_IsTheEnd()
    {
        var seeds = new StudySeeds(SmallStudy.Graph(Plan));

        Assert.False(seeds.Update(new Results(seeds.Steps), _ => Judgement(new SeedRequest(1, "teacher", 1, 2))));
        Assert.False(seeds.Update(new Results(seeds.Steps), _ => throw new InvalidOperationException("no further look")));
    }

    [Fact]
    public void Update_NothingOpen_IsTheEnd()
    {
        var seeds = new StudySeeds(SmallStudy.Graph(Plan));

        Assert.False(seeds.Update(new Results(seeds.Steps), _ => Judgement()));
        Assert.False(seeds.Update(new Results(seeds.Steps), _ => throw new InvalidOperationException("no further look")));
    }

    [Theory]
    [InlineData(1, 4, "seeds is 1; with untilDecided it is the number of seeds at the first look, at least 2.")]
    [InlineData(3, 2, "untilDecided.maxSeeds is 2; it must be from the 3 of the first look (seeds) to 1000.")]
    public void Validate_Fault_IsNamed(int first, int most, string fault) => Assert.Equal(
        fault, Assert.Throws<ConfigurationException>((Plan with { Seeds = first, UntilDecided = new() { MaxSeeds = most } }).Validate).Message);

    private static SequentialJudgement Judgement(params SeedRequest[] requests) => new() { Margin = 0.005, Looks = [2], Cells = [], Requests = requests };

    private sealed class Results(IEnumerable<Step> done) : IStepResults
    {
        private readonly HashSet<string> _done = [.. done.Select(s => s.Key)];

        public StoredStep? Ended(string key) => _done.Contains(key)
            ? new() { Key = key, Kind = "trial", Specification = "{}", State = StepState.Done }
            : null;
    }
}
