using System.CommandLine;
using Graft.Networks;
using Graft.Operations;

namespace Graft.Cli.Commands;

/// <summary>The options that say which plan a study or an acceleration has, and those that change it.</summary>
/// <param name="presets">The presets in words.</param>
/// <param name="page">The page of documentation about plans.</param>
internal sealed class PlanOptions(string presets, string page)
{
    private readonly Option<string> _preset = new("--preset") { Description = presets, HelpName = "NAME" };
    private readonly Option<string> _plan = new("--plan") { Description = $"A plan as a YAML file; see {page}.", HelpName = "FILE" };

    public Option Preset => _preset;

    public Option Plan => _plan;

    public Option<string> Network { get; } = new("--network") { Description = "The network: wrn-DEPTH-WIDTH, resnet-DEPTH or an ONNX file.", HelpName = "NAME" };

    public Option<string> Data { get; } = CommonOptions.Data();

    public Option<string> Teacher { get; } = new("--teacher") { Description = "Trained weights to start from (safetensors).", HelpName = "FILE" };

    public Option<string> Precision { get; } = new("--precision") { Description = "auto, fp32 or bf16.", HelpName = "NAME" };

    /// <summary>How images become the network's input.</summary>
    public ImageOption Images { get; } = new();

    public Option<bool> DryRun { get; } = new("--dry-run") { Description = "Say what would run and how long it would take." };

    /// <summary>Reads the plan that is named: a file, or a preset.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="load">Reads a file.</param>
    /// <param name="loadPreset">Reads a preset; null for the default one.</param>
    /// <exception cref="ConfigurationException">Both are named.</exception>
    public TPlan Read<TPlan>(ParseResult parsed, Func<string, TPlan> load, Func<string?, TPlan> loadPreset) => (parsed.GetValue(_preset), parsed.GetValue(_plan)) switch
    {
        (not null, not null) => throw new ConfigurationException("--preset and --plan are both given; choose one (a plan's keys that are left out have defaults)."),
        (_, { } file) => load(file),
        var (preset, _) => loadPreset(preset),
    };

    /// <summary>The network that the command line names or, where it names weights alone, that they say they are of; null where neither says it.</summary>
    public string? NetworkOf(ParseResult parsed) => parsed.GetValue(Network)
        ?? (parsed.GetValue(Teacher) is { } weights && File.Exists(weights) && weights.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase) ? NetworkWeights.ReadNetwork(weights) : null);

    /// <summary>A list of operations as an option gives it, or null.</summary>
    public static IReadOnlyList<string>? Operations(ParseResult parsed, Option<string> option) => parsed.GetValue(option) is { } names ? OperationCatalog.SplitNames(names) : null;

    /// <summary>A list of names with commas between them, or null.</summary>
    public static IReadOnlyList<string>? Names(ParseResult parsed, Option<string> option) =>
        parsed.GetValue(option)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
