using System.Runtime.InteropServices;
using Graft.Formats;
using Graft.Onnx.Import;
using Graft.Runtime;
using Microsoft.ML.OnnxRuntime;
using static TorchSharp.torch;
using TensorElementType = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace Graft.Onnx;

/// <summary>
/// A model of one input and one or more outputs, of which one counts, loaded into ONNX Runtime on the CPU. Not for use by several threads at once.
/// </summary>
internal sealed class OnnxModel : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly string _name;
    private readonly string[] _inputs;

    private OnnxModel(InferenceSession session, string name)
    {
        _session = session;
        _name = name;
        _inputs = [session.InputNames[0]];
        Output = session.OutputNames[0];
    }

    /// <summary>The output that counts, if not the first.</summary>
    public string Output { get; set; }

    /// <summary>The version of ONNX Runtime.</summary>
    public static string RuntimeVersion => OrtEnv.Instance().GetVersionString();

    /// <summary>What ONNX Runtime says of inputs, outputs and metadata.</summary>
    internal InferenceSession Session => _session;

    /// <summary>Loads a file, with what it refers to.</summary>
    /// <param name="path">The file.</param>
    /// <param name="threads">Threads that a layer is computed with; 0 for one a core.</param>
    /// <exception cref="DataException">There is no such file, or ONNX Runtime cannot load it.</exception>
    public static OnnxModel Load(string path, int threads = 0) =>
        !File.Exists(path) ? throw new DataException(RegularFile.MissingFault(path))
        : RegularFile.FaultOf(path) is { } fault ? throw new DataException($"{path} cannot be read: {fault}")
        : Load(options => new InferenceSession(path, options), path, threads);

    /// <summary>Loads the bytes of a file.</summary>
    /// <param name="model">The bytes.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="threads">Threads that a layer is computed with; 0 for one a core.</param>
    /// <exception cref="DataException">ONNX Runtime cannot load it.</exception>
    public static OnnxModel Load(byte[] model, string name, int threads = 0) => Load(options => new InferenceSession(model, options), name, threads);

    /// <summary>A tensor as the model's input, in the number format that it takes (fp32 or fp16); to be disposed.</summary>
    /// <param name="x">fp32 on the CPU, e.g. [N, C, H, W].</param>
    public OrtValue InputOf(Tensor x)
    {
        using var contiguous = x.contiguous();
        float[] values = new float[contiguous.numel()];
        contiguous.data<float>().CopyTo(values);
        if (!IsHalf(_session.InputMetadata[_inputs[0]]))
        {
            return OrtValue.CreateTensorValueFromMemory(values, contiguous.shape);
        }

        var halves = new Float16[values.Length];
        System.Numerics.Tensors.TensorPrimitives.ConvertToHalf(values, MemoryMarshal.Cast<Float16, Half>(halves.AsSpan()));
        return OrtValue.CreateTensorValueFromMemory(halves, contiguous.shape);
    }

    /// <summary>Runs the model.</summary>
    /// <param name="x">fp32 on the CPU, e.g. [N, C, H, W].</param>
    /// <returns>The output, row-major.</returns>
    /// <exception cref="DataException">The model cannot be run on this input.</exception>
    public float[] Run(Tensor x)
    {
        using var input = InputOf(x);
        return Run(input);
    }

    /// <summary>Runs the model.</summary>
    /// <param name="x">The input, row-major.</param>
    /// <param name="shape">Its shape, e.g. [N, C, H, W].</param>
    /// <returns>The output, row-major.</returns>
    /// <exception cref="DataException">The model cannot be run on this input.</exception>
    public float[] Run(float[] x, long[] shape)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(x, shape);
        return Run(input);
    }

    /// <summary>Runs the model.</summary>
    /// <param name="input">The input, of <see cref="InputOf"/>.</param>
    /// <returns>The output in fp32, row-major.</returns>
    /// <exception cref="DataException">The model cannot be run on this input.</exception>
    public float[] Run(OrtValue input)
    {
        try
        {
            using var results = _session.Run(_options, _inputs, [input], [Output]);
            return IsHalf(_session.OutputMetadata[Output])
                ? Singles(MemoryMarshal.Cast<Float16, Half>(results[0].GetTensorDataAsSpan<Float16>()))
                : results[0].GetTensorDataAsSpan<float>().ToArray();
        }
        catch (OnnxRuntimeException e)
        {
            throw new DataException(
                $"{_name}: ONNX Runtime cannot run it on an input of {ShapeText.Of(input.GetTensorTypeAndShape().Shape)}: {OneLine(e)}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _options.Dispose();
        _session.Dispose();
    }

    private static OnnxModel Load(Func<SessionOptions, InferenceSession> open, string name, int threads)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, // errors come as exceptions
        };
        // Threads that wait sleep: spinning takes the cores from whatever else runs, libtorch's own threads among it.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        try
        {
            return new(open(options), name);
        }
        catch (OnnxRuntimeException e) when (FileKind.InPlaceOfOnnx(name) is { } other)
        {
            throw new DataException($"{name} is not an ONNX file: {other}", e);
        }
        catch (OnnxRuntimeException e) when (
            e.Message.Contains("[ErrorCode:InvalidProtobuf]", StringComparison.Ordinal) || e.Message.Contains("No graph was found", StringComparison.Ordinal))
        {
            throw new DataException(ImportFault.Unreadable(name, OneLine(e).TrimEnd('.')), e);
        }
        catch (OnnxRuntimeException e) when (e.Message.Contains("opset", StringComparison.OrdinalIgnoreCase))
        {
            throw new DataException(
                Invariant(
                    $"{name} is written in an operator set that ONNX Runtime {RuntimeVersion} does not know. Export it again with an older one (opset_version=17): {OneLine(e)}"
                ),
                e
            );
        }
        catch (OnnxRuntimeException e)
        {
            throw new DataException(
                Invariant($"{name} is an ONNX file that ONNX Runtime {RuntimeVersion} cannot load: {OneLine(e)}"),
                e
            );
        }
    }

    private static bool IsHalf(NodeMetadata value) => value.IsTensor && value.ElementDataType == TensorElementType.Float16;

    private static float[] Singles(ReadOnlySpan<Half> halves)
    {
        float[] singles = new float[halves.Length];
        System.Numerics.Tensors.TensorPrimitives.ConvertToSingle(halves, singles);
        return singles;
    }

    private static string OneLine(OnnxRuntimeException e) => e.Message.ReplaceLineEndings(" ").Trim();
}
