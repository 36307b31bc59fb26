using Graft.Data;
using Graft.Operations;

namespace Graft.Networks;

/// <summary>
/// The positions of networks for small images (He et al. 2016, section 4.2): three groups of equal blocks; the second and third group begin with stride 2.
/// </summary>
internal static class CifarPositions
{
    /// <summary>The channels of the stem's output.</summary>
    public const int StemChannels = 16;

    /// <summary>Lists the positions.</summary>
    /// <param name="image">The images.</param>
    /// <param name="blocks">Blocks of each group.</param>
    /// <param name="width">Channels of the first group; the others have two and four times as many.</param>
    /// <param name="path">The module path of a block, by group from 1 and block from 0.</param>
    /// <param name="last">What a block ends with.</param>
    /// <param name="create">Makes a block, by input channels, output channels and stride.</param>
    public static IReadOnlyList<Position> Define(
        ImageShape image, int blocks, int width, Func<int, int, string> path, Activation last, Func<int, int, int, LayerFactory, Operation> create)
    {
        var positions = new List<Position>();
        var shape = new FeatureShape(StemChannels, image.Height, image.Width);
        for (int group = 1; group <= 3; group++)
        {
            for (int block = 0; block < blocks; block++)
            {
                int stride = group > 1 && block == 0 ? 2 : 1;
                var input = shape;
                shape = new(width << (group - 1), input.Height / stride, input.Width / stride);
                var output = shape;
                positions.Add(new()
                {
                    Index = positions.Count + 1,
                    Path = path(group, block),
                    Input = input,
                    Output = output,
                    Stride = stride,
                    OutputActivation = last,
                    CreateOwn = layers => create(input.Channels, output.Channels, stride, layers),
                });
            }
        }

        return positions;
    }
}
