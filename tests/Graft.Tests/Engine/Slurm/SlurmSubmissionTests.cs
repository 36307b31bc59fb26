using System.Text.Json.Serialization;
using Graft.Engine;
using Graft.Engine.Slurm;
using Graft.Tests.Engine.Local;

namespace Graft.Tests.Engine.Slurm;

/// <summary>What is handed to Slurm, with a Slurm that only remembers.</summary>
public sealed class SlurmSubmissionTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly MemoryWorkspace _workspace = new(TimeProvider.System);
    private readonly StepKinds _kinds = new([new NamedKind()]);
    private readonly RememberingSlurm _slurm = new();
    private readonly Submissions _submissions = new();
    private readonly ManualTime _time = new();
    private readonly NamedStep _teacher = new() { Name = "teacher" };

    public void Dispose()
    {
        _workspace.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Submit_Graph_IsArraysThatWaitForWhatTheyNeed()
    {
        var (a, b) = (Named("a", _teacher), Named("b", _teacher));
        var (onA, alsoOnA, onB, onBoth) = (Named("onA", a), Named("alsoOnA", a), Named("onB", b), Named("onBoth", a, b));

        var result = Submit([_teacher, a, b, onA, alsoOnA, onB, onBoth]);

        Assert.Equal((7, 0, 7, 0), (result.Steps, result.Ended, result.Submitted, result.Adopted));
        Assert.Equal(
            [
                "0-0 after nothing",
                "0-1 after afterok:1",
                "0-1 after afterok:2_0",
                "0-0 after afterok:2_1",
                "0-0 after afterok:2",
                "next after afterany:1:2:3:4:5",
            ],
            result.Scripts.Select(Sketch)
        );
    }

    [Fact]
    public void Submit_MoreStepsThanAnArrayTakes_IsSeveralArrays()
    {
        var steps = Enumerable.Range(0, 5).Select(i => Named($"{i}")).ToList();

        var result = Submit(steps, new() { ArraySize = 2, Throttle = 8 });

        Assert.Equal(["0-1%8 after nothing", "0-1%8 after nothing", "0-0%8 after nothing", "next after afterany:1:2:3"], result.Scripts.Select(Sketch));
    }

    [Fact]
    public void Submit_Again_AdoptsWhatSlurmHasAndSubmitsWhatIsMissing()
    {
        var trials = Enumerable.Range(0, 3).Select(i => Named($"trial {i}", _teacher)).ToList();
        Submit([_teacher, .. trials]);
        End(_teacher);
        _slurm.Active.RemoveAll(t => t.Job == "1" || t.Id == "2_1"); // the teacher ended, a trial was lost

        var again = Submit([_teacher, .. trials]);

        Assert.Equal((4, 1, 1, 2), (again.Steps, again.Ended, again.Submitted, again.Adopted));
        Assert.Equal(["0-0 after nothing", "next after afterany:4:2"], again.Scripts.Select(Sketch));
        Assert.Equal(["3"], _slurm.Cancelled); // it waited for less
    }

    [Fact]
    public void Submit_NeedThatSlurmHas_IsWaitedFor()
    {
        var other = Named("other", _teacher);
        Submit([_teacher]);

        Assert.Equal("0-0 after afterok:1_0", Sketch(Submit([_teacher, other]).Scripts[0]));
    }

    [Fact]
    public void Submit_AllEnded_SubmitsNothing()
    {
        _workspace.Steps.Declare([(_teacher.Key, _teacher.Kind, _teacher.ToJson())]);
        End(_teacher);

        var result = Submit([_teacher]);

        Assert.True(result.HasEnded);
        Assert.Empty(_slurm.Scripts);
    }

    [Fact]
    public void Submit_ByTheClusterWithoutProgress_StopsAndSaysWhere()
    {
        Submit([_teacher]);
        _slurm.Active.Clear();

        var error = Assert.Throws<RunException>(() => Submit([_teacher], endedBefore: 0));

        Assert.StartsWith("no step of 3f9c has ended since its tasks were submitted", error.Message);
    }

    [Fact]
    public void Submit_ByTheCluster_DoesNotTryAgainWhatFailed()
    {
        _workspace.Steps.Declare([(_teacher.Key, _teacher.Kind, _teacher.ToJson())]);
        _workspace.Steps.Fail(_teacher.Key, "it diverged", 1);

        Assert.True(Submit([_teacher], endedBefore: 0).HasEnded);
        Assert.Equal(1, Submit([_teacher]).Submitted); // a person's command does
    }

    [Fact]
    public void Submit_NeedMadeAgainWithOtherBits_SubmitsWhatStandsOnIt()
    {
        var (trial, other) = (Named("trial", _teacher), Named("other"));
        foreach (var step in new[] { _teacher, trial, other })
        {
            _workspace.Steps.Declare([(step.Key, step.Kind, step.ToJson())]);
        }

        _workspace.Steps.Complete(_teacher.Key, """{"value":1}""", 1, artifacts: [new("teacher", "other bits")]);
        _workspace.Steps.SaveInputs(trial.Key, [new(_teacher.Key, "bits")]);
        End(trial);
        End(other);

        var result = Submit([_teacher, trial, other], endedBefore: 2); // three had ended: that is progress

        Assert.Equal((2, 1), (result.Ended, result.Submitted));
        Assert.Equal(StepState.Pending, _workspace.Steps.Find(trial.Key)!.State);
    }

    [Fact]
    public void OfArray_Profile_IsOptionsAndSetUp()
    {
        var profile = new SlurmProfile
        {
            Partition = "gpu",
            Account = "vision",
            Time = "04:00:00",
            Memory = "16G",
            Cpus = 8,
            Gpus = 1,
            Options = ["--qos=long"],
            Setup = "module load dotnet/10\n",
            Latency = new() { Node = "lat01", Gpus = 0 },
        };

        string share = Script(ThreadDemand.Share), quiet = Script(ThreadDemand.QuietMachine);

        foreach (
            string option in new[]
            {
                "account=vision",
                "partition=gpu",
                "time=04:00:00",
                "mem=16G",
                "cpus-per-task=8",
                "gres=gpu:1",
                "qos=long",
                "signal=B:USR1@120",
            }
        )
        {
            Assert.Contains($"#SBATCH --{option}\n", share);
        }

        Assert.Contains("\nmodule load dotnet/10\n", share);
        Assert.Contains("\ngraft step 'a b' --task \"$SLURM_ARRAY_TASK_ID\" &\n", share);
        Assert.DoesNotContain("--exclusive", share);
        Assert.Contains("#SBATCH --nodelist=lat01\n", quiet);
        Assert.Contains("#SBATCH --exclusive\n", quiet);
        Assert.DoesNotContain("--gres", quiet);

        string Script(ThreadDemand demand) =>
            SlurmScript.OfArray(
                profile,
                "graft-x-1",
                new(
                    demand,
                    "trial",
                    [
                        ["k"],
                    ],
                    [],
                    []
                ),
                null,
                ["graft", "step", "a b"],
                "/logs"
            );
    }

    [Fact]
    public void Validate_WrongValues_NamesAll()
    {
        var error = Assert.Throws<ConfigurationException>(new SlurmProfile { Throttle = 0, Cpus = 0, Options = ["qos"] }.Validate);

        Assert.Equal(
            "the Slurm profile: throttle is 0; it must be at least 1; cpus is 0; it must be at least 1; 'qos' is no option of sbatch; they begin with '-'.",
            error.Message
        );
    }

    [Fact]
    public void LatencyPlace_NotNamed_SaysWhatToName() =>
        Assert.Contains("latency: { node: NAME }", Assert.Throws<ConfigurationException>(new SlurmProfile().LatencyPlace).Message);

    private static NamedStep Named(string name, params Step[] after) => new() { Name = name, After = [.. after.Select(s => s.Key)] };

    private static string Sketch(string script)
    {
        string Value(string option) =>
            script.Split('\n').FirstOrDefault(l => l.StartsWith($"#SBATCH --{option}=", StringComparison.Ordinal))?.Split('=', 2)[1] ?? "nothing";
        return $"{(script.Contains("--array=", StringComparison.Ordinal) ? Value("array") : "next")} after {Value("dependency")}";
    }

    private SlurmSubmissionResult Submit(IReadOnlyList<Step> steps, SlurmProfile? profile = null, int? endedBefore = null)
    {
        _time.Now += TimeSpan.FromSeconds(1); // names differ by the time
        return new SlurmSubmission(_workspace, _submissions, _kinds, new(), _slurm, _time).Submit(new Source(steps), new()
        {
            Job = "3f9c",
            Profile = profile ?? new(),
            Directory = _directory.Path,
            TaskCommand = (array, _) => ["graft", "step", array],
            NextCommand = ended => ["graft", "study", $"{ended}"],
            EndedBefore = endedBefore,
            TriesFailed = endedBefore is null,
        });
    }

    private void End(Step step)
    {
        _workspace.Steps.MarkRunning(step.Key, "{}", "test");
        _workspace.Steps.Complete(step.Key, """{"value":1}""", 1);
    }

    private sealed record NamedStep() : Step("named", revision: 1)
    {
        public required string Name { get; init; }

        public IReadOnlyList<string> After { get; init; } = [];

        [JsonIgnore]
        public override string Title => Name;

        [JsonIgnore]
        public override IReadOnlyList<string> Needs => After;
    }

    private sealed record NamedResult(int Value);

    private sealed class NamedKind : StepKind<NamedStep, NamedResult>
    {
        public override string Name => "named";

        public override int Revision => 1;

        protected override double WorkOf(NamedStep step, StepServices services) => 1;

        protected override string Summarize(NamedResult result) => "";

        protected override void Run(IReadOnlyList<NamedStep> steps, StepContext context) => throw new NotSupportedException();
    }

    private sealed class Source(IReadOnlyList<Step> steps) : IStepSource
    {
        public IReadOnlyList<Step> Steps(IStepResults results) => steps;
    }

    private sealed class Submissions : ISubmissionRecord
    {
        private readonly Dictionary<string, Submission> _known = [];

        public void Save(IReadOnlyCollection<Submission> submissions)
        {
            foreach (var submission in submissions)
            {
                _known[submission.Step] = submission;
            }
        }

        public IReadOnlyDictionary<string, Submission> Find(IReadOnlyCollection<string> steps) =>
            steps.Where(_known.ContainsKey).ToDictionary(s => s, s => _known[s]);
    }

    private sealed class RememberingSlurm : ISlurm
    {
        public List<string> Scripts { get; } = [];

        public List<SlurmTask> Active { get; } = [];

        public List<string> Cancelled { get; } = [];

        public string Submit(string script)
        {
            Scripts.Add(script);
            string id = $"{Scripts.Count}", name = script.Split("--job-name=")[1].Split('\n')[0];
            if (!script.Contains("--array=", StringComparison.Ordinal))
            {
                Active.Add(new(id, null, name, "PENDING"));
                return id;
            }

            int last = int.Parse(script.Split("--array=0-")[1].Split('\n', '%')[0], System.Globalization.CultureInfo.InvariantCulture);
            Active.AddRange(Enumerable.Range(0, last + 1).Select(task => new SlurmTask(id, task, name, "PENDING")));
            return id;
        }

        public IReadOnlyList<SlurmTask> ActiveTasks() => [.. Active];

        public void Cancel(IReadOnlyCollection<string> jobs)
        {
            Cancelled.AddRange(jobs);
            Active.RemoveAll(t => jobs.Contains(t.Id));
        }
    }
}
