#:package Microsoft.ML.OnnxRuntime
#:package SkiaSharp
#:package SkiaSharp.NativeAssets.Linux.NoDependencies
// Classify photographs with an exported file, without Graft: dotnet run samples/classify.cs -- model.onnx photo.jpg …
using System.Globalization;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SkiaSharp;

using var session = new InferenceSession(args[0]);
var about = session.ModelMetadata.CustomMetadataMap;
float[] Numbers(string key) => [.. about[key].Split(',').Select(n => float.Parse(n, CultureInfo.InvariantCulture))];
var (mean, std) = (Numbers("input_mean"), Numbers("input_std"));
int size = int.Parse(about["image"].Split('x')[1], CultureInfo.InvariantCulture);
foreach (string file in args[1..])
{
    using var photo = SKBitmap.Decode(file).Resize(new SKImageInfo(size, size), new SKSamplingOptions(SKCubicResampler.Mitchell));
    var x = new DenseTensor<float>([1, mean.Length, size, size]);
    for (int i = 0; i < mean.Length * size * size; i++)
    {
        var (channel, row, column) = (i / size / size, i / size % size, i % size);
        x[0, channel, row, column] = ((Value(photo.GetPixel(column, row), channel) / 255f) - mean[channel]) / std[channel];
    }

    var scores = session.Run([NamedOnnxValue.CreateFromTensor(session.InputNames[0], x)])[0].AsEnumerable<float>().ToList();
    Console.WriteLine($"{file}: {JsonDocument.Parse(about["classes"]).RootElement[scores.IndexOf(scores.Max())]}");
}

float Value(SKColor p, int channel) => mean.Length == 1 ? (p.Red * 0.299f) + (p.Green * 0.587f) + (p.Blue * 0.114f) : new[] { p.Red, p.Green, p.Blue }[channel];
