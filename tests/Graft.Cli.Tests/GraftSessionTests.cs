using Graft.Cli.Tests.Commands;
using Graft.Cli.Tests.Support;
using Graft.Data;
using Graft.Jobs;
using Graft.Networks;
using Graft.Steps;
using TorchSharp;

namespace Graft.Cli.Tests;

/// <summary>What programs open by themselves, on the images of the playground.</summary>
[Collection("studies")]
public sealed class GraftSessionTests
{
    private static readonly ImageOptions ImageNet = new() { Normalization = "imagenet" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void OpenNetwork_Weights_AForwardPassLeavesThemAsTheyAre()
    {
        using var scope = torch.NewDisposeScope();
        using var session = Open();
        var data = session.LoadData("images", null, Token);
        string file = Save(data, data.Normalization);

        using var network = session.OpenNetwork(file, data, cancellation: Token);
        double before = Sum(network);
        network.forward(torch.ones(2, 3, 16, 16));

        Assert.False(network.training);
        Assert.Equal(before, Sum(network));
    }

    [Fact]
    public void OpenNetwork_OtherNormalization_SaysSo()
    {
        using var session = Open();
        var data = session.LoadData("images", null, Token);
        string file = Save(data, Normalization.Parse("imagenet"));

        var error = Assert.Throws<ConfigurationException>(() => session.OpenNetwork(file, data, cancellation: Token));
        using var network = session.OpenNetwork(file, session.LoadData("images", ImageNet, Token), cancellation: Token);

        Assert.Contains("load the data with that normalization", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none", null, "0,0,0/1,1,1")]
    [InlineData("none", "imagenet", null)] // the data are so already
    [InlineData(null, null, null)] // the weights say what the data are
    public void Train_FromWeights_NormalisesAsIsAskedForElseAsTheySay(string? own, string? given, string? expected)
    {
        using var session = Open();
        var data = session.LoadData("images", null, Token);
        string file = Save(data, own is null ? data.Normalization : Normalization.Parse(own));

        var job = session.Train(new() { Network = "wrn-10-1", Data = "images", From = file, Images = new() { Normalization = given } }, Token);

        Assert.Equal(expected, NormalizationOf(job));
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("class0,class1,class2", false)]
    [InlineData("class1,class0,class2", true)]
    [InlineData("cat,dog,horse", true)]
    public void Train_FromWeightsOfOtherClasses_MakesTheClassifierAnew(string named, bool isAnew)
    {
        using var scope = torch.NewDisposeScope();
        using var session = Open();
        var data = session.LoadData("images", null, Token);
        Assert.Equal(["class0", "class1", "class2"], data.ClassNames);
        string file = $"named-{Guid.NewGuid():N}.safetensors";
        using var network = Network.Create("wrn-10-1", data.Train.Shape, 3, seed: 1);
        NetworkWeights.Save(network, data.Normalization, file, named.Length == 0 ? null : named.Split(','));

        var job = session.Train(new() { Network = "wrn-10-1", Data = "images", From = file }, Token);

        var step = Assert.IsType<TeacherStep>(Assert.Single(job.Steps(null!)));
        using var begun = step.Begin(file, data.Outline);
        var (before, after) = (network.state_dict(), begun.state_dict());
        string[] changed = [.. before.Keys.Where(name => !before[name].eq(after[name]).all().item<bool>())];
        Assert.Equal(isAnew ? ["head.fc.weight"] : [], changed);
        Assert.Equal(isAnew, job.Notes.Contains($"{file} has other classes, or another order: its classifier is made anew for the 3 of images."));
        Assert.Equal(isAnew, step.ToJson().Contains("hasNewClassifier", StringComparison.Ordinal));
    }

    [Fact]
    public void Train_OnnxNetworkFromWeights_NormalisesAsTheWeightsSay()
    {
        Playground.WriteImages("ten-onward", classes: 10, train: 4, test: 2, size: 32);
        string onnx = OnnxNetworkTests.FileOf("resnet20-cifar10-folded"), file = "onward.safetensors";
        using var session = Open();
        var data = session.LoadData("ten-onward", ImageNet, Token);
        using (var network = session.OpenNetwork(onnx, data, cancellation: Token))
        {
            NetworkWeights.Save(network, data.Normalization, file);
        }

        var job = session.Train(new() { Network = onnx, Data = "ten-onward", From = file }, Token);
        var other = session.Train(new() { Network = onnx, Data = "ten-onward", From = file, Images = new() { Normalization = "none" } }, Token);

        Assert.Equal(($"{data.Normalization}", "0,0,0/1,1,1"), (NormalizationOf(job), NormalizationOf(other)));
    }

    [Theory]
    [InlineData("none", true)]
    [InlineData("imagenet", false)]
    [InlineData(null, false)]
    public void Study_TeacherOfOtherPixelsThanAskedFor_SaysWhichAreTaken(string? given, bool isSaid)
    {
        using var session = Open();
        string file = Save(session.LoadData("images", null, Token), Normalization.Parse("imagenet"));
        string said = $"{file} says that it takes pixels normalised by 0.485,0.456,0.406/0.229,0.224,0.225, the options say pixels from 0 to 1, not normalised "
            + "('none'): what the file says is taken.";

        var job = session.Study(
            new() { Network = "wrn-10-1", Data = "images", Teacher = new() { Weights = file }, Images = new() { Normalization = given } }, Token);

        Assert.Equal(isSaid, job.Data.Notes.Contains(said));
    }

    [Fact]
    public void Study_NormalizationOfATeacherThatHasItsOwn_IsRefused()
    {
        using var session = Open();
        string file = Save(session.LoadData("images", null, Token), Normalization.Parse("imagenet"));

        var error = Assert.Throws<ConfigurationException>(() => session.Study(
            new() { Network = "wrn-10-1", Data = "images", Teacher = new() { Weights = file, Normalization = "none" } }, Token));

        Assert.Equal(
            "teacher.normalization says how pixels are normalised for an ONNX file's own weights, and wrn-10-1 is none. Leave it out; normalization in images says it.",
            error.Message);
    }

    [Fact]
    public void OpenNetwork_OnnxFile_CanBeEvaluatedSwappedAndTrainedOn()
    {
        using var scope = torch.NewDisposeScope();
        Playground.WriteImages("ten-session", classes: 10, train: 4, test: 2, size: 32);
        using var session = Open();
        var data = session.LoadData("ten-session", ImageNet, Token);

        using var network = session.OpenNetwork(OnnxNetworkTests.FileOf("resnet20-cifar10-folded"), data, cancellation: Token);
        var before = session.Evaluate(network, data, Token);
        network.Substitute(2, Graft.Operations.OperationCatalog.Default.Parse("conv-stack(w=1,k=3)"), seed: 1);
        var epochs = session.TrainOn(network, data, 1, new() { BatchSize = 16, LearningRate = 0.01 }, cancellation: Token);

        Assert.Single(epochs);
        Assert.False(network.training); // as it was
        Assert.Equal(20, before.Predicted.Length);
        Assert.True(double.IsFinite(session.Evaluate(network, data, Token).Loss));
    }

    [Fact]
    public void TrainOnAndEvaluate_LabelsBeyondTheClassesOrNoImages_SayWhich()
    {
        using var session = Open();
        var data = session.LoadData("images", cancellation: Token);
        using var network = Graft.Networks.Network.Create("wrn-10-1", data.Train.Shape, data.ClassNames.Count);
        var shape = data.Train.Shape;
        var wrong = data with { Name = "mine", Train = new(shape, new byte[2 * shape.Size], [0, 77]), Test = new(shape, [], []) };

        Assert.Equal(
            "image 1 of mine has label 77; 3 classes have labels from 0 to 2.",
            Assert.Throws<Graft.ConfigurationException>(() => session.TrainOn(network, wrong, 1, cancellation: Token)).Message
        );
        Assert.Equal("mine has no test images.", Assert.Throws<Graft.ConfigurationException>(() => session.Evaluate(network, wrong, Token)).Message);
    }

    [Fact]
    public void TrainOn_CancelledBefore_ChangesNothing()
    {
        using var scope = torch.NewDisposeScope();
        using var session = Open();
        var data = session.LoadData("images", null, Token);
        using var network = session.OpenNetwork(Save(data, data.Normalization), data, cancellation: Token);
        double before = Sum(network);

        Assert.Throws<OperationCanceledException>(() => session.TrainOn(network, data, 1, cancellation: new(canceled: true)));

        Assert.Equal(before, Sum(network));
    }

    [Fact]
    public void OpenNetworkAndImportNetwork_Cancelled_End()
    {
        using var session = Open();
        var data = session.LoadData("images", null, Token);
        string file = OnnxNetworkTests.FileOf("resnet20-cifar10-folded");
        var cancelled = new CancellationToken(canceled: true);

        Assert.Throws<OperationCanceledException>(() => session.ImportNetwork(file, cancelled));
        Assert.Throws<OperationCanceledException>(() => session.OpenNetwork(file, data, cancellation: cancelled));
        Assert.StartsWith("onnx-", session.ImportNetwork(file, Token), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "safetensors",
        "takes images of 1 channel, images has images of 3x16x16. Give the data that it was trained on, or convert the images to grayscale."
    )]
    [InlineData("onnx", "takes images of 1x16x16, images has 3x16x16; convert the images to grayscale.")]
    public void OpenNetwork_OfGreyImages_IsRefusedByShape(string kind, string message)
    {
        using var session = Open();
        var data = session.LoadData("images", null, Token);
        using var network = Network.Create("wrn-10-1", new(1, 16, 16), data.ClassNames.Count, seed: 1);
        var grey = new Normalization([0.5f], [0.25f]);
        string file = $"gray-{Guid.NewGuid():N}.{kind}";
        if (kind == "onnx")
        {
            session.ExportOnnx(network, file, options: new() { Normalization = grey }, cancellation: Token);
        }
        else
        {
            NetworkWeights.Save(network, grey, file);
        }

        var error = Assert.Throws<ConfigurationException>(() => session.OpenNetwork(file, data, cancellation: Token));

        Assert.Equal($"{file} {message}", error.Message);
    }

    [Fact]
    public void TrainOn_OtherSeed_TrainsOtherwise()
    {
        using var scope = torch.NewDisposeScope();
        using var session = Open();
        var data = session.LoadData("images", null, Token);
        string file = Save(data, data.Normalization);

        double[] sums = [.. new[] { 1, 1, 2 }.Select(seed =>
        {
            using var network = session.OpenNetwork(file, data, cancellation: Token);
            session.TrainOn(network, data, 1, new() { BatchSize = 16 }, seed, cancellation: Token);
            return Sum(network);
        })];

        Assert.Equal(sums[0], sums[1]);
        Assert.NotEqual(sums[0], sums[2]);
    }

    [Fact]
    public void TrainOn_WhileItRuns_LetsOnlyItsOwnThreadUseTheNetwork()
    {
        using var scope = torch.NewDisposeScope();
        using var session = Open();
        var data = session.LoadData("images", null, Token);
        string file = Save(data, data.Normalization);
        using var alone = session.OpenNetwork(file, data, cancellation: Token);
        using var watched = session.OpenNetwork(file, data, cancellation: Token);
        var accuracies = new List<double>();
        var elsewhere = new List<Exception?>();

        session.TrainOn(alone, data, 2, new() { BatchSize = 16 }, cancellation: Token);
        session.TrainOn(watched, data, 2, new() { BatchSize = 16 }, cancellation: Token, epochDone: _ =>
        {
            accuracies.Add(session.Evaluate(watched, data, Token).Accuracy);
            var other = new Thread(() =>
            {
                elsewhere.Add(Record.Exception(() => session.Evaluate(watched, data, Token)));
                elsewhere.Add(Record.Exception(() => session.TrainOn(watched, data, 1, cancellation: Token)));
                elsewhere.Add(Record.Exception(() => session.ExportOnnx(watched, "busy.onnx", data, cancellation: Token)));
            });
            other.Start();
            other.Join();
        });

        Assert.Equal(2, accuracies.Count);
        Assert.Equal(6, elsewhere.Count);
        Assert.All(elsewhere, e => Assert.IsType<InvalidOperationException>(e));
        Assert.StartsWith("Another thread trains, tests or exports this network", elsewhere[0]!.Message);
        Assert.Equal(Sum(alone), Sum(watched));
        Assert.Equal(accuracies[^1], session.Evaluate(watched, data, Token).Accuracy);
    }

    [Fact]
    public void Evaluate_OnSeveralThreads_GivesEachTheSame()
    {
        using var scope = torch.NewDisposeScope();
        using var session = Open();
        var data = session.LoadData("images", null, Token);
        using var network = session.OpenNetwork(Save(data, data.Normalization), data, cancellation: Token);
        network.train();
        double loss = session.Evaluate(network, data, Token).Loss;
        double[] losses = new double[4];

        Thread[] threads = [.. losses.Select((_, i) => new Thread(() => losses[i] = session.Evaluate(network, data, Token).Loss))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        Assert.All(losses, each => Assert.Equal(loss, each));
        Assert.True(network.training);
    }

    [Fact]
    public void Substitute_NegativePosition_NamesThePosition()
    {
        using var session = Open();
        var data = session.LoadData("images", null, Token);
        using var network = Network.Create("wrn-10-1", data.Train.Shape, data.ClassNames.Count);

        var error = Assert.Throws<ArgumentOutOfRangeException>(
            () => network.Substitute(-1, Graft.Operations.OperationCatalog.Default.Parse("identity"), seed: 1));

        Assert.Equal("position", error.ParamName);
    }

    [Fact]
    public void ExportOnnx_Data_IsCheckedOnAllTestImagesAndSaysPixelsAndClasses()
    {
        using var scope = torch.NewDisposeScope();
        using var session = Open();
        var data = session.LoadData("images", null, Token);
        using var network = session.OpenNetwork(Save(data, data.Normalization), data, cancellation: Token);
        network.Substitute(1, Graft.Operations.OperationCatalog.Default.Parse("conv-stack(w=1,k=3)"), seed: 1);
        string file = $"session-{Guid.NewGuid():N}.onnx";
        long answered = 0;
        var hook = network.register_forward_hook((_, images, logits) =>
        {
            answered += images.shape[0];
            return logits;
        });

        var comparison = session.ExportOnnx(network, file, data, cancellation: Token);
        hook.remove();
        using var opened = session.OpenNetwork(file, data, cancellation: Token);

        Assert.Equal((data.Test.Count, 0, data.Test.Count), (comparison.Images, comparison.ClassesDiffering, answered)); // each image once
        Assert.Equal(session.Evaluate(network, data, Token).Predicted, session.Evaluate(opened, data, Token).Predicted);
        Assert.Throws<ArgumentException>(() => session.ExportOnnx(network, file, cancellation: Token));
        Assert.Throws<ArgumentNullException>(() => session.ExportOnnx(null!, file, data, cancellation: Token));
    }

    [Fact]
    public void ExportOnnx_OptionsBesideData_NameTheClassesOfTheDataUnlessOthersAreGiven()
    {
        using var scope = torch.NewDisposeScope();
        using var session = Open();
        var data = session.LoadData("images", null, Token);
        using var network = session.OpenNetwork(Save(data, data.Normalization), data, cancellation: Token);
        var options = new Graft.Onnx.OnnxExportOptions { Normalization = data.Normalization };

        Assert.Equal(data.ClassNames, Written(options));
        Assert.Equal(["a", "b", "c"], Written(options with { ClassNames = ["a", "b", "c"] }));
        Assert.Throws<ArgumentException>(() => Written(options with { ClassNames = ["a", "b"] }));
        var error = Assert.Throws<ConfigurationException>(() => Written(options with { ClassNames = [.. data.ClassNames.Reverse()] }));
        Assert.StartsWith("the options name the classes of images in another order than the data", error.Message);

        IReadOnlyList<string> Written(Graft.Onnx.OnnxExportOptions with)
        {
            string file = $"classes-{Guid.NewGuid():N}.onnx";
            session.ExportOnnx(network, file, data, with, Token);
            using var written = Graft.Onnx.OnnxClassifier.Load(file);
            return written.ClassNames;
        }
    }

    [Fact]
    public void ExportOnnx_NetworkOfAnOnnxFile_IsWrittenBackIntoIt()
    {
        using var scope = torch.NewDisposeScope();
        Playground.WriteImages("ten-export", classes: 10, train: 4, test: 2, size: 32);
        using var session = Open();
        var data = session.LoadData("ten-export", ImageNet, Token);
        string original = OnnxNetworkTests.FileOf("resnet20-cifar10-folded"), file = $"session-{Guid.NewGuid():N}.onnx";
        using var network = session.OpenNetwork(original, data, cancellation: Token);
        network.Substitute(2, Graft.Operations.OperationCatalog.Default.Parse("conv-stack(w=1,k=3)"), seed: 1);

        var comparison = session.ExportOnnx(network, file, data, cancellation: Token);

        Assert.Equal((20, 0), (comparison.Images, comparison.ClassesDiffering));
        using var before = Graft.Onnx.OnnxModel.Load(original);
        using var after = Graft.Onnx.OnnxModel.Load(file);
        Assert.Equal(before.Session.InputNames, after.Session.InputNames);
        Assert.Equal(before.Session.OutputNames, after.Session.OutputNames);
    }

    [Fact]
    public void Open_WorkersWithoutAWayToStartThem_IsRefused()
    {
        var error = Assert.Throws<ConfigurationException>(() => GraftSession.Open(new() { Workspace = "session", Device = "cpu", Workers = 4 }));

        Assert.StartsWith("4 workers are asked for, but nothing says how a worker process is started (SessionOptions.StartWorker)", error.Message);
    }

    [Fact]
    public async Task RunAsync_JobThatTakesLongToBegin_ReturnsAtOnce()
    {
        using var session = Open();
        using var gate = new ManualResetEventSlim();
        var job = new GatedJob(session, gate);

        var run = job.RunAsync(cancellation: Token);

        Assert.False(run.IsCompleted);
        gate.Set();
        Assert.True(await run);
    }

    [Fact]
    public async Task RunAsync_Cancelled_ThrowsWithTheTokenOfTheCaller()
    {
        using var session = Open();
        using var source = new CancellationTokenSource();
        var job = session.Train(new() { Network = "wrn-10-1", Data = "images", Epochs = 100_000, Precision = "fp32", Seed = 79 }, Token);

        var run = job.RunAsync(new Teller(_ => source.Cancel()), source.Token);

        Assert.Equal(source.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run)).CancellationToken);
    }

    [Fact]
    public async Task ReadStudy_OfAnotherSession_GivesWhatItsJobGave()
    {
        var plan = new Graft.Jobs.Studies.StudyPlan
        {
            Network = "wrn-10-1",
            Data = "images",
            Positions = ["1"],
            Operations = ["teacher", "identity"],
            Precision = "fp32",
            Teacher = new() { Epochs = 1 },
            Epochs = [1],
            Seeds = 1,
        };
        string workspace = $"read-{Guid.NewGuid():N}", computed;
        Assert.Empty(Open(workspace).Jobs());
        using (var session = Open(workspace))
        {
            computed = Json(await session.Study(plan, Token).RunAsync(cancellation: Token));
        }

        using var later = Open(workspace);
        var listed = Assert.Single(later.Jobs());
        var error = Assert.Throws<ConfigurationException>(() => later.ReadAcceleration(listed.Id));

        Assert.Equal(("study", listed.Steps), (listed.Kind, listed.Ended));
        Assert.Equal(computed, Json(later.ReadStudy(listed.Id[..4])));
        Assert.Equal($"'{listed.Id}' is a study, not an acceleration.", error.Message);

        static string Json(Graft.Jobs.Studies.StudyResult result) => System.Text.Json.JsonSerializer.Serialize(result);
    }

    [Fact]
    public void ReadStudy_NoWorkspaceOrADisposedSession_SaysSo()
    {
        var session = Open("unborn-results");

        var error = Assert.Throws<ConfigurationException>(() => session.ReadStudy("abc"));
        Assert.Equal("there is no study 'abc': unborn-results has no workspace yet.", error.Message);
        session.Dispose();
        Assert.Throws<ObjectDisposedException>(() => session.Jobs());
    }

    [Fact]
    public void Submit_SessionWithoutACluster_SaysWhatNamesOne()
    {
        using var session = Open();
        var job = session.Train(new() { Network = "wrn-10-1", Data = "images", Seed = 80 }, Token);

        Assert.Equal("the session has no cluster: SessionOptions.Cluster says which.", Assert.Throws<ConfigurationException>(() => job.Submit()).Message);
    }

    [Fact]
    public async Task Dispose_WhileAJobRuns_EndsItInWords()
    {
        var session = Open();
        var job = session.Train(new() { Network = "wrn-10-1", Data = "images", Epochs = 100_000, Precision = "fp32", Seed = 77 }, Token);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var run = job.RunAsync(new Teller(p =>
        {
            if (p.Fraction > 0)
            {
                begun.TrySetResult();
            }
        }), Token);
        await begun.Task.WaitAsync(TimeSpan.FromMinutes(2), Token);

        session.Dispose();
        session.Dispose();

        Assert.True(run.IsCompleted || await Task.WhenAny(run, Task.Delay(10_000, Token)) == run);
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Equal("The session was disposed while the job ran. What was finished is kept.", error.Message);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => job.RunAsync(cancellation: Token));
    }

    [Fact]
    public void TrainingResult_BeforeItRan_SaysWhatMakesIt()
    {
        using var session = Open();
        var job = session.Train(new() { Network = "wrn-10-1", Data = "images", Seed = 78 }, Token);

        Assert.StartsWith("the training has no result yet: RunAsync makes it", Assert.Throws<RunException>(() => job.Result).Message);
    }

    [Fact]
    public void ImageData_AsText_IsShort()
    {
        using var session = Open();

        Assert.Equal("images: 48 training and 24 test images of 3x16x16, 3 classes", $"{session.LoadData("images", null, Token)}");
    }

    [Fact]
    public void ImageData_OfImagesInMemory_IsThatOfTheSameImagesInAFolder()
    {
        using var session = Open();
        var folder = session.LoadData("images", null, Token);

        var memory = ImageData.Create("mine", folder.Train, folder.Test, folder.ClassNames);

        Assert.Equal((folder.Fingerprint, $"{folder.Normalization}"), (memory.Fingerprint, $"{memory.Normalization}"));
    }

    [Fact]
    public void PathOf_NameOfAResult_IsInTheWorkspace()
    {
        using var session = Open();

        Assert.Equal(session.PathOf("weights/a.safetensors"), session.PathOf("artifacts/weights/a.safetensors"));
    }

    private static GraftSession Open(string workspace = "session") =>
        GraftSession.Open(new() { Workspace = workspace, DataDirectory = "data", Device = "cpu", TuneRuntime = false });

    private static string? NormalizationOf(TrainingJob job) => Assert.IsType<TeacherStep>(Assert.Single(job.Steps(null!))).Normalization;

    private static string Save(ImageData data, Normalization normalization)
    {
        using var network = Network.Create("wrn-10-1", data.Train.Shape, data.ClassNames.Count, seed: 1);
        string file = $"session-{Guid.NewGuid():N}.safetensors";
        NetworkWeights.Save(network, normalization, file);
        return file;
    }

    private sealed class GatedJob(GraftSession session, ManualResetEventSlim gate) : GraftJob<bool>(session, session.LoadData("images"))
    {
        public override bool Result => true;

        public override IReadOnlyList<Graft.Engine.Step> Steps(Graft.Engine.IStepResults results) =>
            gate.Wait(TimeSpan.FromSeconds(30)) ? [] : throw new TimeoutException("RunAsync does not return before it is done");
    }

    private sealed class Teller(Action<JobProgress> tell) : IProgress<JobProgress>
    {
        public void Report(JobProgress value) => tell(value);
    }

    private static double Sum(Network network) => network.state_dict().Values.Sum(t => t.to(torch.float64).abs().sum().item<double>());
}
