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
int[] shape = [.. about["image"].Split('x').Select(n => int.Parse(n, CultureInfo.InvariantCulture))]; // channels, height, width
int side = about.TryGetValue("input_resize", out string? resize) ? int.Parse(resize, CultureInfo.InvariantCulture) : 0; // of photographs that are cropped
foreach (string file in args[1..])
{
    using var whole = SKBitmap.Decode(file);
    var (w, h) = side == 0 ? (shape[2], shape[1]) : (Math.Max(side, side * whole.Width / whole.Height), Math.Max(side, side * whole.Height / whole.Width));
    var (left, top) = ((int)Math.Round((w - shape[2]) / 2.0), (int)Math.Round((h - shape[1]) / 2.0));
    using var photo = whole.Resize(new SKImageInfo(w, h), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
    var x = new DenseTensor<float>([1, .. shape]);
    for (int i = 0; i < x.Length; i++)
    {
        var (channel, row, column) = (i / shape[2] / shape[1], i / shape[2] % shape[1], i % shape[2]);
        x[0, channel, row, column] = ((Value(photo.GetPixel(left + column, top + row), channel) / 255f) - mean[channel]) / std[channel];
    }

    var scores = session.Run([NamedOnnxValue.CreateFromTensor(session.InputNames[0], x)])[0].AsEnumerable<float>().ToList();
    Console.WriteLine($"{file}: {JsonDocument.Parse(about["classes"]).RootElement[scores.IndexOf(scores.Max())]}");
}

float Value(SKColor p, int channel) => mean.Length == 1 ? (p.Red * 0.299f) + (p.Green * 0.587f) + (p.Blue * 0.114f) : new[] { p.Red, p.Green, p.Blue }[channel];
