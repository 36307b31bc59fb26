using Google.Protobuf;
using Graft.Data;
using Graft.Networks;
using Graft.Onnx;
using Graft.Onnx.Schema;
using Graft.Tests.Data;
using static TorchSharp.torch;

namespace Graft.Tests.Onnx;

public sealed class OnnxClassifierTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string FilePath => Path.Combine(_directory.Path, "model.onnx");

    [Fact]
    public void Load_ExportedNetwork_KnowsItsNormalisationAndClasses()
    {
        Write(Exported());

        using var classifier = OnnxClassifier.Load(FilePath, threads: 1);

        Assert.Equal(OnnxNetworks.Options.Normalization.Mean, classifier.Normalization!.Mean);
        Assert.Equal(OnnxNetworks.Options.Normalization.Std, classifier.Normalization.Std);
        Assert.Equal(["a", "b", "c", "d"], classifier.ClassNames);
        Assert.Null(classifier.BatchSize);
    }

    [Fact]
    public void Predict_FileMadeForBatchesOfTwo_ClassifiesAnyNumber()
    {
        var open = Exported();
        Write(open);
        using var any = OnnxClassifier.Load(FilePath, threads: 1);
        var made = ModelProto.Parser.ParseFrom(open.ToByteArray());
        made.Graph.Input[0].Type.TensorType.Shape.Dim[0].DimValue = 2;
        made.Graph.Output[0].Type.TensorType.Shape.Dim[0].DimValue = 2;
        Write(made, "two.onnx");
        using var two = OnnxClassifier.Load(_directory["two.onnx"], threads: 1);
        using var images = randn([5, 3, 16, 16], generator: new Generator(1));

        Assert.Equal(2, two.BatchSize);
        Assert.Equal(any.Predict(images), two.Predict(images));
    }

    [Fact]
    public void Predict_ChannelsLast_ClassifiesTheSameImagesAlike()
    {
        var model = Exported();
        Write(model);
        using var first = OnnxClassifier.Load(FilePath, threads: 1);
        foreach (var (dimension, size) in model.Graph.Input[0].Type.TensorType.Shape.Dim.Zip([0, 16, 16, 3]).Skip(1))
        {
            dimension.DimValue = size;
        }

        model.Graph.Input[0].Name = "last";
        var order = new AttributeProto { Name = "perm", Type = AttributeProto.Types.AttributeType.Ints, Ints = { 0, 3, 1, 2 } };
        model.Graph.Node.Insert(0, new NodeProto { OpType = "Transpose", Input = { "last" }, Output = { "images" }, Attribute = { order } });
        Write(model, "last.onnx");
        using var last = OnnxClassifier.Load(_directory["last.onnx"], threads: 1);
        using var images = randn([5, 3, 16, 16], generator: new Generator(1));

        last.RequireFit(Data(OnnxNetworks.Image, classes: 4).Outline);
        Assert.Equal(first.Predict(images), last.Predict(images));
    }

    [Fact]
    public void Run_Fp16WithMapsOfScores_GivesTheScoresOfFp32()
    {
        var model = Exported();
        Write(model);
        using var single = OnnxClassifier.Load(FilePath, threads: 1);
        var (input, output) = (model.Graph.Input[0], model.Graph.Output[0]);
        (input.Name, output.Name) = ("halves", "maps");
        input.Type.TensorType.ElemType = output.Type.TensorType.ElemType = (int)TensorProto.Types.DataType.Float16;
        output.Type.TensorType.Shape.Dim.Add([new() { DimValue = 1 }, new() { DimValue = 1 }]);
        model.Graph.Initializer.Add(
            new TensorProto { Name = "shape", DataType = (int)TensorProto.Types.DataType.Int64, Dims = { 4 }, Int64Data = { 0, 4, 1, 1 } });
        model.Graph.Node.Insert(0, Cast("halves", "images", TensorProto.Types.DataType.Float));
        model.Graph.Node.Add(new NodeProto { OpType = "Reshape", Input = { "logits", "shape" }, Output = { "pixels" } });
        model.Graph.Node.Add(Cast("pixels", "maps", TensorProto.Types.DataType.Float16));
        Write(model, "half.onnx");
        using var half = OnnxClassifier.Load(_directory["half.onnx"], threads: 1);
        using var images = randn([5, 3, 16, 16], generator: new Generator(1));
        using var singles = single.InputOf(images);
        using var halves = half.InputOf(images);

        half.RequireFit(Data(OnnxNetworks.Image, classes: 4).Outline);
        Assert.All(single.Run(singles).Zip(half.Run(halves)), scores => Assert.InRange(scores.Second - scores.First, -0.02, 0.02));
        Assert.Equal(single.Predict(images), half.Predict(images));

        static NodeProto Cast(string from, string to, TensorProto.Types.DataType type) => new()
        {
            OpType = "Cast",
            Input = { from },
            Output = { to },
            Attribute = { new AttributeProto { Name = "to", Type = AttributeProto.Types.AttributeType.Int, I = (long)type } },
        };
    }

    [Fact]
    public void Evaluate_Images_CountsWhatItPredictsRight()
    {
        Write(Exported());
        using var classifier = OnnxClassifier.Load(FilePath, threads: 1);
        var set = new ImageSet(OnnxNetworks.Image, [.. Enumerable.Range(0, 12 * OnnxNetworks.Image.Size).Select(i => (byte)(i * i % 251))], new int[12]);

        var result = OnnxEvaluator.Evaluate(classifier, set, classifier.Normalization!, null, TestContext.Current.CancellationToken);

        Assert.Equal(12, result.Predicted.Count);
        Assert.Equal(result.Predicted.Count(c => c == 0), result.Correct);
        Assert.Equal(result.Correct / 12.0, result.Accuracy);
    }

    [Fact]
    public void MeasureLatency_OnAClockThatStands_RunsTheMostItMay()
    {
        Write(Exported());
        using var classifier = OnnxClassifier.Load(FilePath, threads: 1);

        var latency = OnnxEvaluator.MeasureLatency(
            classifier,
            OnnxNetworks.Image,
            batchSize: 1,
            threads: 1,
            new Standing(),
            TestContext.Current.CancellationToken
        );

        Assert.Equal((1000, 0.0, 1), (latency.RunsMs.Count, latency.MedianMs, latency.Threads));
    }

    [Fact]
    public void RequireFit_OtherImagesOrClasses_SaysBoth()
    {
        Write(Exported());
        using var classifier = OnnxClassifier.Load(FilePath, threads: 1);

        classifier.RequireFit(Data(OnnxNetworks.Image, classes: 4).Outline);
        Assert.Equal(
            $"{FilePath} takes images of 3x16x16, toys has 1x28x28. Give the data that it was trained on.",
            Assert.Throws<DataException>(() => classifier.RequireFit(Data(new(1, 28, 28), classes: 4).Outline)).Message);
        Assert.Equal(
            $"{FilePath} tells 4 classes apart, toys has 10. Give the data that it was trained on, or train it on these, from its own weights on.",
            Assert.Throws<DataException>(() => classifier.RequireFit(Data(OnnxNetworks.Image, classes: 10).Outline)).Message);
    }

    [Fact]
    public void Evaluate_ClassesInAnotherOrder_CountsByName()
    {
        Write(Exported());
        using var classifier = OnnxClassifier.Load(FilePath, threads: 1);
        var set = new ImageSet(OnnxNetworks.Image, [.. Enumerable.Range(0, 12 * OnnxNetworks.Image.Size).Select(i => (byte)(i * i % 251))], new int[12]);
        var order = new ClassOrder(FilePath, classifier.ClassNames, "toys", ["d", "c", "b", "a"]);

        var plain = OnnxEvaluator.Evaluate(classifier, set, classifier.Normalization!, null, TestContext.Current.CancellationToken);
        var mapped = OnnxEvaluator.Evaluate(classifier, set, classifier.Normalization!, order.PlacesOfDataClasses, TestContext.Current.CancellationToken);

        Assert.Equal(plain.Predicted.Select(c => 3 - c), mapped.Predicted);
    }

    [Fact]
    public void Predict_ScoresThatAreNone_NamesFileClassAndImage()
    {
        var model = Exported();
        var weights = model.Graph.Initializer.Single(i => i.Dims is [4]);
        byte[] bias = weights.RawData.ToByteArray();
        BitConverter.TryWriteBytes(bias.AsSpan(4), float.NaN);
        weights.RawData = ByteString.CopyFrom(bias);
        Write(model);
        using var classifier = OnnxClassifier.Load(FilePath, threads: 1);
        using var images = randn([2, 3, 16, 16], generator: new Generator(1));

        Assert.StartsWith(
            $"{FilePath}: the score of class 1 for image 0 of the batch is NaN.",
            Assert.Throws<DataException>(() => classifier.Predict(images)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Predict_NumberOfScoresThatIsKnownOnlyAtRunTime_IsCompared()
    {
        var model = Exported();
        model.Graph.Node.Clear();
        model.Graph.Node.Add(new NodeProto { OpType = "Flatten", Input = { "images" }, Output = { "logits" } });
        model.Graph.Input[0].Type.TensorType.Shape.Dim[3] = new TensorShapeProto.Types.Dimension { DimParam = "width" };
        model.Graph.Output[0].Type.TensorType.Shape.Dim[1] = new TensorShapeProto.Types.Dimension { DimParam = "K" };
        Write(model);
        using var classifier = OnnxClassifier.Load(FilePath, threads: 1);
        using var images = randn([2, 3, 16, 16], generator: new Generator(1));
        classifier.RequireFit(Data(OnnxNetworks.Image, classes: 10).Outline);

        Assert.Equal(
            $"{FilePath} gives 1536 scores for 2 images, expected 10 for each. Give the data that it was trained on.",
            Assert.Throws<DataException>(() => classifier.Predict(images)).Message);
    }

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", "a Git LFS pointer")]
    [InlineData("<!DOCTYPE html><html></html>", "a web page")]
    [InlineData("PK\u0003\u0004rest", "a ZIP archive")]
    public void Load_FileOfAnotherKind_SaysWhatItIs(string content, string kind)
    {
        File.WriteAllText(FilePath, content);

        string message = Assert.Throws<DataException>(() => OnnxClassifier.Load(FilePath)).Message;

        Assert.StartsWith($"{FilePath} is not an ONNX file: it is {kind}", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OperatorSetOfTheFuture_SaysSo()
    {
        var model = Exported();
        model.OpsetImport[0].Version = 99;
        Write(model);

        Assert.Contains(
            "is written in an operator set that ONNX Runtime",
            Assert.Throws<DataException>(() => OnnxClassifier.Load(FilePath)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Load_InputThatIsNoImage_SaysWhatItTakes()
    {
        var model = Exported();
        model.Graph.Input[0].Type.TensorType.Shape.Dim.RemoveAt(3);
        model.Graph.Node.Clear();
        model.Graph.Node.Add(new NodeProto { OpType = "Identity", Input = { "images" }, Output = { "logits" } });
        model.Graph.Output[0].Type = model.Graph.Input[0].Type;
        Write(model);

        Assert.Equal(
            $"{FilePath} is no image classifier: it takes 'images': float [any, 3, 16], expected one input of float images [N, C, H, W] or [N, H, W, C].",
            Assert.Throws<DataException>(() => OnnxClassifier.Load(FilePath)).Message);
    }

    [Fact]
    public void Load_SeveralOutputsThatCanBeScores_TakesTheOneThatIsNamed()
    {
        var model = Exported();
        model.Graph.Node.Insert(0, new NodeProto { OpType = "GlobalAveragePool", Input = { "images" }, Output = { "means" } });
        model.Graph.Node.Insert(1, new NodeProto { OpType = "Flatten", Input = { "means" }, Output = { "features" } });
        var features = model.Graph.Output[0].Clone();
        features.Name = "features";
        features.Type.TensorType.Shape.Dim[1].DimValue = 3;
        model.Graph.Output.Insert(0, features);
        Write(model);
        using var classifier = OnnxClassifier.Load(FilePath, output: "logits");
        using var images = zeros([1, 3, 16, 16]);
        using var input = classifier.InputOf(images);

        Assert.Equal((int)model.Graph.Output[1].Type.TensorType.Shape.Dim[1].DimValue, classifier.Run(input).Length);
        Assert.Equal(
            $"{FilePath} gives 2 outputs that can be scores ('features', 'logits'); name the one with the classes' scores.",
            Assert.Throws<DataException>(() => OnnxClassifier.Load(FilePath)).Message);
        Assert.Equal(
            $"{FilePath} has no output 'score': it gives 'features', 'logits'.",
            Assert.Throws<DataException>(() => OnnxClassifier.Load(FilePath, output: "score")).Message);
    }

    // A detector's scores of anchors are [N, anchors, 1].
    [Fact]
    public void Load_SeveralOutputsNoneOfWhichCanBeScores_SaysSoAtOnce()
    {
        var model = Exported();
        Output(model, "boxes", 4, 2);
        Output(model, "anchors", 8, 1);
        var detector = ModelProto.Parser.ParseFrom(model.ToByteArray());
        detector.Graph.Output.RemoveAt(0);
        Write(model);
        using var classifier = OnnxClassifier.Load(FilePath);
        Write(detector, "detector.onnx");

        Assert.Equal(
            $"{_directory["detector.onnx"]} is no image classifier: none of its outputs are scores of classes. It gives 'boxes': float [any, 4, 2] and "
                + "'anchors': float [any, 8, 1], expected float scores [N, K] or [N, K, 1, 1]; a detector's boxes or maps are none.",
            Assert.Throws<DataException>(() => OnnxClassifier.Load(_directory["detector.onnx"])).Message);

        static void Output(ModelProto model, string name, params int[] sizes)
        {
            const int Integers = (int)TensorProto.Types.DataType.Int64;
            var shape = new TensorProto { Name = $"{name}.shape", DataType = Integers, Dims = { 3 }, Int64Data = { 0, sizes[0], sizes[1] } };
            var weight = new TensorProto { Name = $"{name}.weight", DataType = 1, Dims = { 4, 8 }, FloatData = { new float[32] } };
            model.Graph.Initializer.Add([shape, weight]);
            model.Graph.Node.Add(new NodeProto { OpType = "MatMul", Input = { "logits", weight.Name }, Output = { $"{name}.flat" } });
            model.Graph.Node.Add(new NodeProto { OpType = "Reshape", Input = { $"{name}.flat", shape.Name }, Output = { name } });
            var output = model.Graph.Output[0].Clone();
            output.Name = name;
            output.Type.TensorType.Shape.Dim.RemoveAt(1);
            output.Type.TensorType.Shape.Dim.Add(sizes.Select(size => new TensorShapeProto.Types.Dimension { DimValue = size }));
            model.Graph.Output.Add(output);
        }
    }

    [Fact]
    public void Load_OutputThatIsNoScores_SaysWhatItGives()
    {
        var model = Exported();
        model.Graph.Node.Clear();
        model.Graph.Node.Add(new NodeProto { OpType = "Identity", Input = { "images" }, Output = { "logits" } });
        model.Graph.Output[0].Type = model.Graph.Input[0].Type;
        Write(model);

        Assert.Equal(
            $"{FilePath} is no image classifier: none of its outputs are scores of classes. It gives 'logits': float [any, 3, 16, 16], "
                + "expected float scores [N, K] or [N, K, 1, 1]; a detector's boxes or maps are none.",
            Assert.Throws<DataException>(() => OnnxClassifier.Load(FilePath)).Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(5000)]
    public void Load_TruncatedFile_SaysSoInOneLine(int length)
    {
        File.WriteAllBytes(FilePath, Exported().ToByteArray()[..length]);

        string message = Assert.Throws<DataException>(() => OnnxClassifier.Load(FilePath)).Message;

        Assert.StartsWith($"{FilePath} is not a readable ONNX file: ", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void Load_EmptyFile_SaysThatItIs()
    {
        File.WriteAllBytes(FilePath, []);

        Assert.Equal(
            $"{FilePath} is not a readable ONNX file: it is empty. It may be damaged or incomplete; export it again.",
            Assert.Throws<DataException>(() => OnnxClassifier.Load(FilePath)).Message);
    }

    [Fact]
    public void Load_WeightsThatAreMissing_NamesTheirFile()
    {
        var model = Exported();
        var outside = model.Graph.Initializer.First(t => t.Dims.Count == 4);
        outside.ClearRawData();
        outside.DataLocation = TensorProto.Types.DataLocation.External;
        outside.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "model.external" });
        Write(model);

        Assert.Equal(
            $"{FilePath} keeps 1 weights in 'model.external', which is not beside it. Put that file there.",
            Assert.Throws<DataException>(() => OnnxClassifier.Load(FilePath)).Message);
    }

    [Fact]
    public void Load_NoFile_NamesIt() => Assert.Equal(
        $"{FilePath}: there is no such file.", Assert.Throws<DataException>(() => OnnxClassifier.Load(FilePath)).Message);

    public void Dispose() => _directory.Dispose();

    private static ModelProto Exported()
    {
        using var network = OnnxNetworks.Create("wrn-10-1");
        return ModelProto.Parser.ParseFrom(OnnxExport.Serialize(network, OnnxNetworks.Options with { ClassNames = ["a", "b", "c", "d"] }));
    }

    private static ImageData Data(ImageShape shape, int classes)
    {
        var set = new ImageSet(shape, new byte[shape.Size], [0]);
        return new()
        {
            Name = "toys",
            Train = set,
            Test = set,
            ClassNames = [.. Enumerable.Range(0, classes).Select(i => $"{i}")],
            Normalization = OnnxNetworks.Options.Normalization,
            Fingerprint = "",
        };
    }

    private void Write(ModelProto model, string name = "model.onnx") => File.WriteAllBytes(_directory[name], model.ToByteArray());

    private sealed class Standing : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }
}
