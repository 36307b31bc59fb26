using Graft.Data;
using Graft.Formats;
using Graft.Networks;
using Graft.Onnx.Import;
using Graft.Runtime;

namespace Graft.Jobs;

/// <summary>Weights that a job takes over.</summary>
internal static class TeacherWeights
{
    /// <summary>
    /// Makes sure that weights fit before anything is stored: that they can be read, hold numbers, belong to the network and tell the data's classes apart.
    /// </summary>
    /// <param name="path">The file; null for none.</param>
    /// <param name="network">The network's name.</param>
    /// <param name="data">What is known of the data set.</param>
    /// <exception cref="GraftException">They do not fit.</exception>
    public static ImportedFile? Check(string? path, string network, DataOutline data)
    {
        if (path is null)
        {
            return null;
        }

        if (Directory.Exists(path))
        {
            throw new DataException($"the teacher's weights {path} are a directory. Give a file: .safetensors, or a PyTorch checkpoint like .pth.");
        }

        var file = ImportedFile.Of(path, "the teacher's weights");
        using (var teacher = Open(path, network, data))
        {
            RequireUnchanged(teacher, path);
        }

        new ClassOrder(path, NetworkWeights.ReadClassNames(path), data.Name, data.ClassNames).Require(acceptsReordered: false, mapsOnRequest: false);
        return file;
    }

    // Positions, costs and latencies are those of the network that is named.
    private static void RequireUnchanged(Network teacher, string path)
    {
        if (teacher.Substituted.ToList() is [var (place, operation), ..] swapped)
        {
            throw new ConfigurationException(
                $"{path} is no {teacher.Definition.Name} as it is: {operation} stands at {place}{(swapped.Count > 1 ? " and other operations elsewhere" : "")}. "
                    + "Export it as an ONNX file (graft export), and give that as the network.")
            {
                Remedies = [new(Setting.Network)],
            };
        }
    }

    /// <summary>Refuses an ONNX file in the place of weights, and says how it is given. Says nothing of a file that is not there.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ConfigurationException">It is an ONNX file.</exception>
    public static void RefuseOnnx(string path)
    {
        bool isNamedSo = OnnxNetworkSource.IsFile(path);
        if (FoundContent.StartOf(path) is [_, ..] start
            && (FileKind.IsOnnx(start) || (isNamedSo && !FileKind.IsSafeTensors(start) && FileKind.Recognise(start) is null)))
        {
            string name = isNamedSo ? "" : ", once its name ends in .onnx";
            throw new ConfigurationException($"{path} is an ONNX file, which brings its own weights: give it as the network{name}.")
            {
                Remedies = isNamedSo ? [new(Setting.Network, path)] : [],
            };
        }
    }

    /// <summary>What is to be said of the weights of a teacher and the images that it gets.</summary>
    /// <param name="path">The file.</param>
    /// <param name="data">The images.</param>
    /// <param name="images">What is asked for of them; null for nothing.</param>
    /// <exception cref="DataException">It cannot be read.</exception>
    public static IEnumerable<string> RemarksOn(string path, ImageData data, ImageOptions? images)
    {
        var given = images?.Normalization is null ? null : data.Normalization;
        var own = NetworkWeights.ReadNormalization(path);
        return new[] { SizeRemark(path, data.Train.Shape), Normalization.Contradiction(given, path, own, "what the file says is taken") }.OfType<string>();
    }

    /// <summary>
    /// What is to be said of weights whose network was trained on images of another size; null where it was not, and where the file does not say.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="images">The shape of the images that it gets.</param>
    /// <exception cref="DataException">It cannot be read.</exception>
    public static string? SizeRemark(string path, ImageShape images) =>
        NetworkWeights.ReadSide(path) is { } side && (images.Height, images.Width) != (side, side)
            ? Invariant($"{path} was trained on images of {side}x{side} pixels and gets {images.Height}x{images.Width} here: ")
                + "what it knows of sizes does not fit these, and it is likely to be right less often."
            : null;

    /// <summary>Opens weights, once images of the data's channels are what they take. The caller owns the network.</summary>
    /// <param name="path">The file.</param>
    /// <param name="network">The network's name; null where the file says it.</param>
    /// <param name="data">What is known of the data set.</param>
    /// <exception cref="GraftException">They do not fit.</exception>
    public static Network Open(string path, string? network, DataOutline data)
    {
        if (network is null || !OnnxNetworkSource.IsName(network))
        {
            RequireChannels(path, data);
        }

        return NetworkWeights.Open(path, data.Image, data.ClassNames.Count, network);
    }

    /// <summary>Makes sure that a network of Graft's own takes images of the data's channels; says what would make them so.</summary>
    /// <param name="path">Its weights.</param>
    /// <param name="data">What is known of the data set.</param>
    /// <exception cref="ConfigurationException">It does not.</exception>
    public static void RequireChannels(string path, DataOutline data)
    {
        if (NetworkWeights.ReadChannels(path) is { } channels && channels != data.Image.Channels)
        {
            var fit = ImageFit.Of(data.Image, data.ArePhotographs, channels, null, null);
            throw new ConfigurationException(
                $"{path} takes images of {Plural.Of(channels, "channel")}, {data.Name} has images of {data.Image}. Give the data that it was trained on{(fit.Words is { } words ? $", or {words}" : "")}."
            )
            {
                Remedies = fit.Remedies,
            };
        }
    }
}
