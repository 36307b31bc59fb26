using Graft.Data;
using Graft.Networks;
using Graft.Onnx.Import;

namespace Graft.Onnx;

/// <summary>Writes a network as ONNX: back into the file that it came from, if it came from one, else as a file of its own.</summary>
internal static class NetworkExport
{
    private const int BatchSize = 250;

    /// <summary>Writes the file, once ONNX Runtime has given the same answers as the network itself.</summary>
    /// <param name="network">The network, on the CPU.</param>
    /// <param name="import">The file that it came from; null for none.</param>
    /// <param name="options">What to write; of a network that came from a file, pixels, classes, where it comes from and what was measured alone.</param>
    /// <param name="path">The file. It is written whole or not at all.</param>
    /// <param name="data">The data set on all of whose test images they are compared; null for seeded noise.</param>
    /// <param name="cancellation">Ends the comparison.</param>
    /// <param name="answers">Hears the network's answers to these images, and may refuse the file; null for nobody.</param>
    /// <exception cref="ArgumentException">There are not as many names as classes.</exception>
    /// <exception cref="RunException">The answers differ, or the file cannot be written.</exception>
    public static OnnxComparison Save(
        Network network,
        ImportedNetwork? import,
        OnnxExportOptions options,
        string path,
        ImageData? data,
        CancellationToken cancellation,
        AnswerCheck? answers = null)
    {
        NetworkMetadata.RequireNames(network, options.ClassNames);

        // A file keeps what it says of itself: of its metadata only what is Graft's is written.
        var own = options.Provenance.Where(entry => NetworkMetadata.IsOfOneNetwork(entry.Key)).ToDictionary();
        var images = data is null ? null : BatchLoader.InOrder(data.Test, options.Normalization, null, BatchSize);
        return import is null
            ? OnnxExport.Save(network, options, path, images, answers, cancellation)
            : OnnxSplice.Save(
                import,
                network,
                path,
                new()
                {
                    Metadata = own,
                    Normalization = options.Normalization,
                    Scaling = options.Scaling,
                    ClassNames = options.ClassNames,
                    Images = images,
                    Answers = answers,
                },
                cancellation
            );
    }
}
