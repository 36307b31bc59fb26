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
    var x = new DenseTensor<float>([1, 3, size, size]);
    for (int i = 0; i < size * size; i++)
    {
        var (row, column, pixel) = (i / size, i % size, photo.GetPixel(i % size, i / size));
        (x[0, 0, row, column], x[0, 1, row, column], x[0, 2, row, column]) = (Scale(pixel.Red, 0), Scale(pixel.Green, 1), Scale(pixel.Blue, 2));
    }

    var scores = session.Run([NamedOnnxValue.CreateFromTensor(session.InputNames[0], x)])[0].AsEnumerable<float>().ToList();
    Console.WriteLine($"{file}: {JsonSerializer.Deserialize<string[]>(about["classes"])![scores.IndexOf(scores.Max())]}");
}

float Scale(byte pixel, int channel) => ((pixel / 255f) - mean[channel]) / std[channel];
