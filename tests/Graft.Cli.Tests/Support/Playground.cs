using Graft.Cli.Tests.Support;
using SkiaSharp;

[assembly: AssemblyFixture(typeof(Playground))]

namespace Graft.Cli.Tests.Support;

/// <summary>
/// The directory that all commands run in, so that they are given short relative paths as people give them: <c>images</c> holds 3 classes of 16x16 pixels,
/// <c>plan.yaml</c> a study of them that takes seconds.
/// </summary>
public sealed class Playground : IDisposable
{
    public const string Plan =
        """
        network: wrn-10-1
        data: images
        positions: [1, 2]
        operations: [teacher, identity, "conv-stack(w=1,k=3)"]
        epochs: 1
        seeds: 1
        precision: fp32
        teacher:
          epochs: 1
          recipe: { batchSize: 16 }
        distillation: { batchSize: 16, minSteps: 8 }
        trial: { batchSize: 16, learningRate: 0.02 }
        """;

    private static readonly SKColor[] Colours = [SKColors.DarkRed, SKColors.SeaGreen, SKColors.SteelBlue];

    private readonly string _before = Environment.CurrentDirectory;
    private readonly Lazy<Task<string>> _study;

    public Playground()
    {
        Environment.CurrentDirectory = Directory.CreateTempSubdirectory("graft-cli-").FullName;
        Environment.SetEnvironmentVariable("GRAFT_DATA", "data");
        WriteImages("images", classes: 3, train: 16, test: 8, size: 16);
        File.WriteAllText("plan.yaml", Plan);
        _study = new(async () =>
        {
            var result = await InProcess.RunAsync("study --plan plan.yaml --workers 2 --workspace finished --json");
            Assert.True(result.Code == 0, result.Error);
            return result.Output;
        });
    }

    /// <summary>The JSON of the plan's study in workspace <c>finished</c>, which is run when it is first asked for.</summary>
    public Task<string> FinishedStudyAsync() => _study.Value;

    public static void WriteImages(string directory, int classes, int train, int test, int size)
    {
        foreach (var (part, count) in new[] { ("train", train), ("test", test) })
        {
            for (int label = 0; label < classes; label++)
            {
                string folder = Directory.CreateDirectory(Path.Combine(directory, part, $"class{label}")).FullName;
                for (int i = 0; i < count; i++)
                {
                    WriteImage(Path.Combine(folder, $"{i}.png"), ColourOf(label), size, shade: i * 3, compression: part == "train" ? 6 : 1);
                }
            }
        }
    }

    public void Dispose()
    {
        string directory = Environment.CurrentDirectory;
        Environment.CurrentDirectory = _before;
        Directory.Delete(directory, recursive: true);
    }

    private static SKColor ColourOf(int label) => label < Colours.Length ? Colours[label] : SKColor.FromHsv(36 * label % 360, 70, 80);

    // A class is a colour, an image a shade of it with a darker stripe. Test images have the pixels of training images, but are other files.
    private static void WriteImage(string path, SKColor colour, int size, int shade, int compression)
    {
        using var bitmap = new SKBitmap(size, size);
        for (int y = 0; y < size; y++)
        {
            for (int x = 0; x < size; x++)
            {
                int dark = (x + shade) % 5 == 0 ? 60 : shade;
                bitmap.SetPixel(x, y, new((byte)Math.Max(0, colour.Red - dark), (byte)Math.Max(0, colour.Green - dark), (byte)Math.Max(0, colour.Blue - dark)));
            }
        }

        using var file = File.Create(path);
        using var pixels = bitmap.PeekPixels();
        Assert.True(pixels.Encode(file, new SKPngEncoderOptions(SKPngEncoderFilterFlags.AllFilters, compression)));
    }
}
