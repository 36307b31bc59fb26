using Graft.Analysis;
using Graft.Analysis.Findings;
using Graft.Engine;
using Graft.Jobs;
using Graft.Jobs.Studies;

namespace Graft.Report.Tests;

/// <summary>Made-up studies with the shape and rough numbers of the published one; the same arguments give the same study.</summary>
internal static class SyntheticStudy
{
    private const double TeacherAccuracy = 0.9612;
    private const long TeacherParameters = 2_243_546, TeacherMultiplyAccumulates = 327_600_000;

    private static readonly string[] SeedOperations =
    [
        "teacher", "identity", "inverted-residual(e=6,k=3)", "conv-stack(w=1,k=3)", "conv-stack(w=2,k=3)", "residual(w=2,k=3)", "bottleneck(w=2,k=3)",
    ];

    /// <summary>Three positions, seven operations, two lengths, three seeds; identity is unavailable where the shape changes.</summary>
    public static StudyResult Published() => Make([1, 7, 18], SeedOperations, [25, 50], seeds: 3);

    /// <summary>Any size: operations beyond the first seven are made up.</summary>
    public static StudyResult Make(int positions, int operations, int[] lengths, int seeds)
    {
        IEnumerable<string> more = Enumerable.Range(3, Math.Max(0, operations)).Select(w => $"conv-stack(w={w},k=5)");
        return Make([.. Enumerable.Range(1, positions)], [.. SeedOperations.Concat(more).Take(operations)], lengths, seeds);
    }

    /// <summary>Positions 1 and 2, each with the unchanged network, and the run of both, where the teacher's own block is distilled like others.</summary>
    public static StudyResult WithRun()
    {
        StudyResult study = Make(positions: 2, operations: 4, [25], seeds: 3);
        CellResult teacher = study.Cells.Single(c => c.IsUnchanged);
        CellResult[] run = [.. study.Cells.Where(c => c.Position == 1 && !c.IsUnchanged).Select(c => c with { Position = new(1, 2) })];
        return study with { Cells = [.. study.Cells, teacher with { Position = 2 }, .. run, run[0] with { Operation = teacher.Operation }] };
    }

    /// <summary>The study with every trial still to come.</summary>
    public static StudyResult Pending()
    {
        StudyResult study = Published();
        return study with
        {
            State = JobState.Incomplete,
            Teacher = study.Teacher with { State = StepState.Pending, Accuracy = null, Weights = null, History = [] },
            Cells =
            [
                .. study.Cells.Select(c =>
                    c with
                    {
                        State = StepState.Pending,
                        Accuracies = [],
                        Mean = null,
                        Std = null,
                        DifferenceToTeacher = null,
                        DistillationLoss = null,
                        AccuracyBeforeTraining = null,
                        Trials =
                        [
                            .. c.Trials.Select(t => new TrialResult
                            {
                                Key = t.Key,
                                Seed = t.Seed,
                                State = StepState.Pending,
                            }),
                        ],
                    }
                ),
            ],
            Provenance = study.Provenance with { Finished = null, StepSeconds = 0 },
        };
    }

    /// <summary>The study with all trials of one cell and one trial of another failed.</summary>
    public static StudyResult Failed()
    {
        StudyResult study = Published();
        CellResult[] cells = [.. study.Cells];
        int whole = Array.FindIndex(cells, c => c.Position == 1 && c.Operation.StartsWith("bottleneck", StringComparison.Ordinal));
        int part = Array.FindIndex(cells, c => c.Position == 7 && c.Operation.StartsWith("residual", StringComparison.Ordinal));
        cells[whole] = WithFailures(cells[whole], cells[whole].Trials.Count);
        cells[part] = WithFailures(cells[part], 1);
        return study with { State = JobState.Failed, Cells = cells };
    }

    /// <summary>The study with verdicts: answers on 400 images are drawn to fit the accuracies.</summary>
    public static StudyResult WithAnalysis(StudyResult study)
    {
        Random random = new(3);
        int[] labels = new int[400];
        return study with
        {
            Analysis = StudyAnalysis.Of(
                new AnalysedStudy
                {
                    PositionCount = 18,
                    FirstHalving = 7,
                    Parameters = TeacherParameters,
                    MultiplyAccumulates = TeacherMultiplyAccumulates,
                    Cells =
                    [
                        .. study.Cells.Select(c => new AnalysedCell(
                            c,
                            c.Accuracies,
                            [
                                .. c.Trials.Where(t => t.Accuracy is not null).Select(t => new TrialOutcome(
                                    t.Seed,
                                    TestOutcome.FromPredictions([.. labels.Select(_ => random.NextDouble() < t.Accuracy ? 0 : 1)], labels))),
                            ])),
                    ],
                },
                new AnalysisOptions()),
        };
    }

    /// <summary>The cell with its first trials failed and its statistics without them.</summary>
    public static CellResult WithFailures(CellResult cell, int failed)
    {
        TrialResult[] trials = [.. cell.Trials.Select((t, i) => i < failed
            ? new TrialResult { Key = t.Key, Seed = t.Seed, State = StepState.Failed, Error = "training diverged at epoch 3: the loss is not a number" } : t)];
        double[] accuracies = [.. trials.Select(t => t.Accuracy).OfType<double>()];
        return cell with
        {
            State = StepState.Failed,
            Trials = trials,
            Accuracies = accuracies,
            Mean = accuracies.Length > 0 ? accuracies.Average() : null,
            Std = Deviation(accuracies),
            DifferenceToTeacher = accuracies.Length > 0 ? cell.DifferenceToTeacher : null,
        };
    }

    private static StudyResult Make(int[] positions, string[] operations, int[] lengths, int seeds)
    {
        Random random = new(7);
        List<CellResult> cells = [];
        List<UnavailableCell> unavailable = [];
        Dictionary<int, CellResult> teachers = lengths.ToDictionary(e => e, e => Cell(random, positions[0], 0, "teacher", e, seeds, null));
        foreach (int position in positions)
        {
            foreach ((int index, string operation) in operations.Index())
            {
                if (operation == "identity" && position is 1 or 7 or 13)
                {
                    unavailable.Add(new UnavailableCell(position, operation, "it changes the shape from 16x32x32 to 32x32x32"));
                    continue;
                }

                cells.AddRange(lengths.Where(_ => index > 0 || position == positions[0])
                    .Select(e => index == 0 ? teachers[e] : Cell(random, position, index, operation, e, seeds, teachers[e].Mean)));
            }
        }

        return new StudyResult
        {
            Study = "4be1c09d7a52",
            Network = "wrn-40-2",
            Data = "cifar10",
            State = JobState.Done,
            Cells = cells,
            Unavailable = unavailable,
            Teacher = new TeacherResult
            {
                Key = Key(random),
                State = StepState.Done,
                Accuracy = TeacherAccuracy,
                Parameters = TeacherParameters,
                MultiplyAccumulates = TeacherMultiplyAccumulates,
                Weights = "artifacts/teacher.safetensors",
                History = History(random, 60, 0.1, TeacherAccuracy),
            },
            Provenance = new Provenance
            {
                Plan = "network: wrn-40-2\ndata: cifar10\npositions: [1, 7, 18]\nepochs: [25, 50]\nseeds: 3\ntrial:\n  learning-rate: 0.02\n  batch: 128\n",
                DataFingerprint = "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
                Versions = new Dictionary<string, string> { ["graft"] = "0.1.0", [".NET"] = "10.0.1", ["TorchSharp"] = "0.107.0", ["libtorch"] = "2.10.0" },
                Machine = "Example processor, 16 cores, 64 GB, Linux 6.1",
                Device = "cpu",
                Precision = "bf16",
                Workers = 8,
                ThreadsPerWorker = 2,
                Started = new DateTimeOffset(2026, 3, 2, 18, 4, 0, TimeSpan.Zero),
                Finished = new DateTimeOffset(2026, 3, 4, 7, 31, 0, TimeSpan.Zero),
                StepSeconds = 912_345,
            },
        };
    }

    private static CellResult Cell(Random random, int position, int index, string operation, int epochs, int seeds, double? baseline)
    {
        double loss = index == 0 ? 0 : (position < 7 ? 0.025 : position < 18 ? 0.042 : -0.002) * (0.6 + (0.7 / index)) * (epochs > 25 ? 0.5 : 1);
        bool learns = operation is not ("teacher" or "identity");
        TrialResult[] trials =
        [
            .. Enumerable
                .Range(0, seeds)
                .Select(seed =>
                {
                    double accuracy = TeacherAccuracy - loss + (0.0012 * Gaussian(random));
                    double distillation = 0.004 + Math.Abs(0.02 + (0.3 * loss * 10 / Math.Max(index, 1)) + (0.01 * random.NextDouble()));
                    return new TrialResult
                    {
                        Key = Key(random),
                        Seed = seed,
                        State = StepState.Done,
                        Accuracy = accuracy,
                        AccuracyBeforeTraining = index == 0 ? TeacherAccuracy : 0.85 - (10 * Math.Abs(loss)),
                        DistillationLoss = learns ? distillation : null,
                        DistillationHistory = learns
                            ? [.. Enumerable.Range(1, 20).Select(i => new LossPoint(i * 2375, distillation + (0.9 * Math.Exp(-i / 2.5))))]
                            : [],
                        History = History(random, epochs, index == 0 ? 0.9 : 0.75, accuracy),
                        Seconds = epochs * 61.5,
                    };
                }),
        ];
        double[] accuracies = [.. trials.Select(t => t.Accuracy!.Value)];
        double mean = accuracies.Average();
        return new CellResult
        {
            Position = position,
            Path = $"block{((position - 1) / 6) + 1}.layer.{(position - 1) % 6}",
            Operation = operation,
            Epochs = epochs,
            State = StepState.Done,
            Trials = trials,
            Accuracies = accuracies,
            Mean = mean,
            Std = Deviation(accuracies),
            DifferenceToTeacher = mean - (baseline ?? mean),
            Parameters = TeacherParameters + (index * 41_000L),
            MultiplyAccumulates = TeacherMultiplyAccumulates + (index * 1_250_000L),
            DistillationLoss = learns ? trials.Average(t => t.DistillationLoss) : null,
            AccuracyBeforeTraining = trials.Average(t => t.AccuracyBeforeTraining),
        };
    }

    private static EpochResult[] History(Random random, int epochs, double first, double last)
    {
        return [.. Enumerable.Range(1, epochs).Select(epoch =>
        {
            double done = 1 - Math.Exp(-5.0 * epoch / epochs);
            double heldOut = first + ((last - first) * done) + (0.004 * (1 - done) * Gaussian(random));
            return new EpochResult
            {
                Epoch = epoch, TrainingLoss = 2.4 * (1.02 - heldOut) + 0.01, TrainingAccuracy = heldOut, HeldOutAccuracy = heldOut,
                LearningRate = 0.01 * (1 + Math.Cos(Math.PI * epoch / epochs)), Seconds = 61.5,
            };
        })];
    }

    private static double? Deviation(double[] x) => x.Length < 2 ? null : Math.Sqrt(x.Sum(v => (v - x.Average()) * (v - x.Average())) / (x.Length - 1));

    private static double Gaussian(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static string Key(Random random) => Convert.ToHexStringLower([.. Enumerable.Range(0, 16).Select(_ => (byte)random.Next(256))]);
}
