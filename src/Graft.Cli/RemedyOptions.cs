using System.CommandLine;
using System.CommandLine.Parsing;
using Graft.Data;

namespace Graft.Cli;

/// <summary>How the command line sets what the library's errors and remarks tell people to set.</summary>
internal static class RemedyOptions
{
    /// <summary>A message with the options that mend it in brackets, as far as the command that was given has them.</summary>
    public static string Append(string message, IReadOnlyList<Remedy> remedies, CommandResult command)
    {
        string[] options = [.. remedies.Select(r => Words(r, command.Command)).OfType<string>()];
        return options.Length == 0 ? message : $"{message.TrimEnd('.')} ({string.Join(", ", options)}).";
    }

    /// <summary>The options of <c>graft accelerate</c> that mend what is remarked upon.</summary>
    public static IEnumerable<string> OfAcceleration(IReadOnlyList<Remedy> remedies) => remedies.Select(r => NameOf(r.Setting));

    private static string? Words(Remedy remedy, Command command)
    {
        if (remedy.Setting == Setting.OwnOperations)
        {
            return $"of your own? {NameOf(remedy.Setting)} names its assembly";
        }

        string name = NameOf(remedy.Setting);
        if (command.Options.FirstOrDefault(o => o.Name == name) is not { } option)
        {
            return remedy switch
            {
                { Setting: Setting.InitialWeights, Value: { } file } => $"graft train --network {file} --from {file}",
                { Setting: Setting.DownloadMirror } => $"graft data get {remedy.Value} {name} URL",
                _ => null,
            };
        }

        return remedy.Setting == Setting.DownloadMirror ? $"{name} URL"
            : remedy.Setting == Setting.ImagesAsStored || remedy == new Remedy(Setting.ImageChannels, Invariant($"{ImageShape.Rgb}")) ? $"without {name}"
            : KeyOf(remedy.Setting) is { } key ? $"{name} {key}={remedy.Value}"
            : remedy.Value is { } value && option is not Option<bool> ? $"{name} {value}"
            : name;
    }

    // The key of a plan that no option of its own sets.
    private static string? KeyOf(Setting setting) => setting == Setting.HeldOutFraction ? "heldOut.fraction" : null;

    private static string NameOf(Setting setting) => setting switch
    {
        Setting.Network => "--network",
        Setting.TeacherWeights => "--teacher",
        Setting.InitialWeights => "--from",
        Setting.ImageSize or Setting.ImagesAsStored => "--image-size",
        Setting.ImageChannels => "--grayscale",
        Setting.PixelMean => "--mean",
        Setting.PixelStd => "--std",
        Setting.OnnxOutput => "--onnx-output",
        Setting.ClassesByName => "--reorder-classes",
        Setting.Workspace => "--workspace",
        Setting.Store => "--store",
        Setting.LatenciesAgain => "--measure-again",
        Setting.FineTuningEpochs => "--finetune-epochs",
        Setting.Data => "--data",
        Setting.ForeignLatencies => "--foreign-latencies",
        Setting.OwnOperations => "GRAFT_OPERATIONS",
        Setting.HeldOutFraction => "--set",
        Setting.DownloadMirror => "--mirror",
        _ => throw new ArgumentOutOfRangeException(nameof(setting), setting, null),
    };
}
