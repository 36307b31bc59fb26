using System.CommandLine;
using Graft.Cli.Completion;
using Graft.Data;
using Graft.Onnx.Import;

namespace Graft.Cli;

/// <summary>The options that say how the ONNX file of a network is read.</summary>
internal sealed class ImportOptions
{
    private readonly Option<string> _granularity = new("--granularity")
    {
        Description = "ONNX: positions are blocks or single layers (block, layer).",
        HelpName = "NAME",
        DefaultValueFactory = _ => "block",
        CompletionSources = { Offers.Words("block", "layer") },
    };
    private readonly Option<string?> _output = new("--onnx-output")
    {
        Description = "ONNX: the output with the classes' scores, where there are several.",
        HelpName = "NAME",
    };

    /// <summary>The options.</summary>
    public IEnumerable<Option> All => [_granularity, _output];

    /// <summary>The option for a command that reads no positions.</summary>
    public Option OutputAlone => _output;

    /// <summary>What the command line says.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="image">The images that the network is to take; null for what the file says.</param>
    /// <exception cref="ConfigurationException">There is no such granularity.</exception>
    public OnnxImportOptions Read(ParseResult parsed, ImageShape? image = null) => new()
    {
        Image = image,
        Output = parsed.GetValue(_output),
        Granularity = parsed.GetValue(_granularity) switch
        {
            null or "" or "block" => PositionGranularity.Block, // or the command has no such option
            "layer" => PositionGranularity.Layer,
            var other => throw new ConfigurationException($"--granularity is '{other}'; it must be block or layer."),
        },
    };
}
