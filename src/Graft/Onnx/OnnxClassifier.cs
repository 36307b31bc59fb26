using System.Globalization;
using Graft.Data;
using Graft.Networks;
using Graft.Onnx.Import;
using Microsoft.ML.OnnxRuntime;
using static TorchSharp.torch;
using TensorElementType = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace Graft.Onnx;

/// <summary>
/// An image classifier in an ONNX file, Graft's or anybody's: images [N, C, H, W] or [N, H, W, C] in, scores [N, K] out (or [N, K, 1, 1]), both fp32 or fp16.
/// The highest score is the class.
/// </summary>
internal sealed class OnnxClassifier : IDisposable
{
    private const int Any = -1; // ONNX Runtime's mark of a dimension that is not fixed

    private readonly OnnxModel _model;
    private readonly string _path;
    private readonly int[] _input, _output; // [N, C, H, W] however the file has it, and [N, K]
    private readonly bool _channelsLast;
    private int _channels;
    private int? _classes;

    private OnnxClassifier(OnnxModel model, string path, string? wanted)
    {
        _model = model;
        _path = path;
        var session = model.Session;
        var input = session.InputMetadata[session.InputNames[0]];
        if (session.InputNames.Count != 1 || !IsFloat(input) || input.Dimensions.Length != 4)
        {
            throw NoClassifier(
                $"it takes {string.Join(" and ", session.InputNames.Select(name => $"'{name}': {Describe(session.InputMetadata[name])}"))}, expected one input of float images [N, C, H, W] or [N, H, W, C]"
            );
        }

        model.Output = OutputName(session, wanted);
        var output = session.OutputMetadata[model.Output];
        if (!AreScores(output))
        {
            throw NoScores(session);
        }

        _channelsLast = ImageLayout.IsChannelsLast(input.Dimensions[1], input.Dimensions[3]);
        _input = _channelsLast ? [input.Dimensions[0], input.Dimensions[3], input.Dimensions[1], input.Dimensions[2]] : input.Dimensions;
        _output = output.Dimensions;
        Metadata = session.ModelMetadata.CustomMetadataMap;
        _channels = _input[1] == Any ? ImageShape.Rgb : _input[1];
        ImageMetadata.RequireRgb(Metadata, path);
    }

    /// <summary>What the file says about itself.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>
    /// How the file says that pixels are normalised, in Graft's or in Windows ML's words; null if it does not say, or in words that are not known.
    /// </summary>
    /// <exception cref="DataException">What it says are no numbers for pixels.</exception>
    public Normalization? Normalization => ImageMetadata.ReadNormalization(Metadata, _path, _channels);

    /// <summary>How the file says that images of other sizes become its own; null if it does not say.</summary>
    /// <exception cref="DataException">What it says are no numbers of pixels.</exception>
    public ImageScaling? Scaling => NetworkMetadata.ReadScaling(Metadata, _path);

    /// <summary>The side in pixels of the square images that the file takes; null where it takes others, or leaves it open.</summary>
    public int? Side => _input[2] == _input[3] && _input[2] != Any ? _input[2] : null;

    /// <summary>The names of the classes; empty if the file does not say them.</summary>
    public IReadOnlyList<string> ClassNames => NetworkMetadata.ReadClassNames(Metadata, _path);

    /// <summary>The number of images that the file is made for; null for any number.</summary>
    public int? BatchSize => _input[0] == Any ? null : _input[0];

    /// <summary>What is to be said of a file that seems to be no classifier, for the middle of a sentence; null for nothing.</summary>
    public string? Remark
    {
        get
        {
            try
            {
                return OnnxImport.ReadUnproven(_path, new() { Output = _model.Output }).Remark;
            }
            catch (DataException)
            {
                return null; // what cannot be imported can be tested all the same
            }
        }
    }

    /// <summary>Loads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="threads">Threads that a layer is computed with; 0 for one a core.</param>
    /// <param name="output">The output with the classes' scores; null where only one can be that.</param>
    /// <exception cref="DataException">
    /// There is no such file, it is damaged, or it is no image classifier of RGB or grayscale; or several of its outputs can be scores and none is named.
    /// </exception>
    public static OnnxClassifier Load(string path, int threads = 0, string? output = null)
    {
        var model = Open(path, threads);
        try
        {
            return new(model, path, output);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Makes sure that the classifier takes such images and tells so many classes apart. Where the file leaves the number of classes open, each answer is
    /// checked.
    /// </summary>
    /// <exception cref="DataException">It does not.</exception>
    public void RequireFit(DataOutline data)
    {
        var (shape, classes) = (data.Image, data.ClassNames.Count);
        if (!Fits(_output[1], classes))
        {
            var (message, remedies) = OtherClasses.Fault(_path, _output[1], data.Name, classes, Remark);
            throw new DataException(message) { Remedies = remedies };
        }

        if (!Fits(_input[1], shape.Channels) || !Fits(_input[2], shape.Height) || !Fits(_input[3], shape.Width))
        {
            var fit = ImageFit.Of(shape, data.ArePhotographs, Taken(_input[1]), Taken(_input[2]), Taken(_input[3]), data.Stored);
            throw new DataException(
                $"{_path} takes images of {string.Join("x", _input.Skip(1).Select(Size))}, {data.Name} has {shape}. Give the data that it was trained on{(fit.Words is { } words ? $", or {words}" : "")}."
            )
            {
                Remedies = fit.Remedies,
            };

            static int? Taken(int size) => size == Any ? null : size;
        }

        (_channels, _classes) = (shape.Channels, classes);
    }

    /// <summary>Makes sure that the file, whose normalisation nobody else gives, does not say it in words that are not known.</summary>
    /// <exception cref="DataException">It does.</exception>
    public void RequireKnownNormalization() => ImageMetadata.RequireKnownRange(Metadata, _path);

    /// <summary>The class of each image.</summary>
    /// <param name="images">fp32 [N, C, H, W], normalised; any N, also where the file is made for one.</param>
    /// <exception cref="DataException">The file cannot be run on them, gives another number of scores, or scores that are not finite.</exception>
    public IReadOnlyList<int> Predict(Tensor images)
    {
        using var scope = NewDisposeScope();
        long batch = BatchSize ?? images.shape[0];
        var classes = new List<int>((int)images.shape[0]);
        foreach (var part in images.split(batch))
        {
            long missing = batch - part.shape[0];
            using var input = InputOf(missing == 0 ? part : cat([part, zeros([missing, .. part.shape[1..]])]));
            float[] scores = Run(input);
            int count = ScoresAnImage(scores.Length, (int)batch);
            if (Array.FindIndex(scores, 0, count * (int)part.shape[0], score => !float.IsFinite(score)) is >= 0 and var wrong)
            {
                throw new DataException(
                    Invariant(
                        $"{_path}: the score of class {wrong % count} for image {classes.Count + wrong / count} of the batch is {scores[wrong]}. The weights in the file are damaged, or the pixels normalised wrongly."
                    )
                );
            }

            classes.AddRange(Enumerable.Range(0, (int)part.shape[0]).Select(i => IndexOfMax(scores.AsSpan(i * count, count))));
        }

        return classes;
    }

    /// <summary>Images as the file takes them; to be disposed.</summary>
    /// <param name="images">fp32 [N, C, H, W], normalised.</param>
    internal OrtValue InputOf(Tensor images)
    {
        using var laidOut = _channelsLast ? images.permute(0, 2, 3, 1) : images.alias();
        return _model.InputOf(laidOut);
    }

    /// <summary>The scores of images of <see cref="InputOf"/>, row-major [N, K].</summary>
    internal float[] Run(OrtValue images) => _model.Run(images);

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    // What is wrong with a file that the runtime cannot load, its reader says in plain words, where that is it.
    private static OnnxModel Open(string path, int threads)
    {
        try
        {
            return OnnxModel.Load(path, threads);
        }
        catch (DataException) when (File.Exists(path))
        {
            OnnxFile.Read(path);
            throw;
        }
    }

    private string OutputName(InferenceSession session, string? wanted)
    {
        var names = session.OutputNames;
        if (wanted is not null)
        {
            return names.Contains(wanted) ? wanted : throw new DataException($"{_path} has no output '{wanted}': it gives {List(names)}.");
        }

        var scores = names.Count == 1 ? names : [.. names.Where(name => CanBeScores(session.OutputMetadata[name]))];
        return scores switch
        {
            [var only] => only,
            [] => throw NoScores(session),
            _ => throw new DataException(Invariant(
                $"{_path} gives {scores.Count} outputs that can be scores ({List(scores)}); name the one with the classes' scores."))
            {
                Remedies = [new(Setting.OnnxOutput)],
            },
        };

        static string List(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"'{name}'"));
    }

    private static bool Fits(int dimension, int size) => dimension == Any || dimension == size;

    private static bool IsFloat(NodeMetadata value) => value.IsTensor && value.ElementDataType is TensorElementType.Float or TensorElementType.Float16;

    // [N, K], also as maps of one pixel, [N, K, 1, 1].
    private static bool AreScores(NodeMetadata value) =>
        IsFloat(value) && value.Dimensions is [_, _, .. var pixels] && pixels.All(size => size == 1);

    // Where there are others beside it.
    private static bool CanBeScores(NodeMetadata value) => IsFloat(value) && ScoreOutputs.AreScores([.. value.Dimensions.Select(size => (long)size)]);

    private static string Describe(NodeMetadata value) => value.IsTensor
        ? $"{value.ElementDataType.ToString().ToLowerInvariant()} [{string.Join(", ", value.Dimensions.Select(Size))}]"
        : $"{value.OnnxValueType}";

    private static string Size(int dimension) => dimension == Any ? "any" : Invariant($"{dimension}");

    private int ScoresAnImage(int scores, int images)
    {
        int count = scores / images;
        return scores % images != 0 || (_classes ?? count) != count || count == 0
            ? throw new DataException(
                Invariant(
                    $"{_path} gives {scores} scores for {images} images, expected {_classes?.ToString(CultureInfo.InvariantCulture) ?? "as many"} for each. Give the data that it was trained on."
                )
            )
            : count;
    }

    private static int IndexOfMax(ReadOnlySpan<float> values) => System.Numerics.Tensors.TensorPrimitives.IndexOfMax(values);

    private DataException NoScores(InferenceSession session) =>
        NoClassifier(ScoreOutputs.NoneOf([.. session.OutputNames.Select(name => $"'{name}': {Describe(session.OutputMetadata[name])}")]));

    private DataException NoClassifier(string reason) => new($"{_path} is no image classifier: {reason}.");
}
