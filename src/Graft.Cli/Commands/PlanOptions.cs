using System.CommandLine;
using System.CommandLine.Completions;
using Graft.Cli.Completion;
using Graft.Jobs;
using Graft.Networks;
using Graft.Operations;
using Graft.Runtime;

namespace Graft.Cli.Commands;

/// <summary>The options that say which plan a study or an acceleration has, and those that change it.</summary>
/// <param name="presets">The presets in words.</param>
/// <param name="page">The page of documentation about plans.</param>
/// <param name="presetNames">The presets' names.</param>
/// <param name="offeredKeys">The plan's keys that shells offer.</param>
internal sealed class PlanOptions(
    string presets,
    string page,
    IReadOnlyList<string> presetNames,
    Func<CompletionContext, IEnumerable<CompletionItem>> offeredKeys
)
{
    private readonly Option<string> _preset = new("--preset")
    {
        Description = $"A plan by its name. Here: {presets}.",
        HelpName = "NAME",
        CompletionSources = { Offers.Words([.. presetNames]) },
    };

    private readonly Option<string> _plan = new("--plan")
    {
        Description = $"A plan as a YAML file. See {page}.",
        HelpName = "FILE",
        CompletionSources = { Offers.Files(".yaml", ".yml") },
    };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "Another value for a key of the plan, as YAML; repeatable: distillation.minSteps=100.",
        HelpName = "KEY=VALUE",
        CompletionSources = { offeredKeys },
    };

    public Option Preset => _preset;

    public Option Plan => _plan;

    public Option Set => _set;

    public Option<string> Network { get; } = CommonOptions.Network();

    public Option<string> Data { get; } = CommonOptions.Data();

    public Option<string> Teacher { get; } = new("--teacher")
    {
        Description = "Trained weights to start from: safetensors or a PyTorch checkpoint.",
        HelpName = "FILE",
        CompletionSources = { Offers.Weights },
    };

    public Option<int?> TeacherEpochs { get; } = new("--teacher-epochs") { Description = "Epochs of the teacher's training.", HelpName = "N" };

    public Option<string> Precision { get; } = CommonOptions.Precision();

    /// <summary>How images become the network's input.</summary>
    public ImageOption Images { get; } = new();

    public Option<bool> DryRun { get; } = CommonOptions.DryRun("And how long it would take.");

    /// <summary>
    /// Reads the plan that is named: a file, or a preset. Where neither is, the preset of the data set that is named has the values that no option says.
    /// </summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="load">Reads a file.</param>
    /// <param name="loadPreset">Reads a preset.</param>
    /// <param name="presetFor">Names the preset of a data set; null for none named.</param>
    /// <param name="set">Gives a plan the values that <c>--set</c> says.</param>
    /// <param name="change">Gives a plan what all other options say.</param>
    /// <exception cref="ConfigurationException">Both are named; or <c>--set</c> says what another option says otherwise.</exception>
    public TPlan Read<TPlan>(
        ParseResult parsed,
        Func<string, TPlan> load,
        Func<string, TPlan> loadPreset,
        Func<string?, string> presetFor,
        Func<TPlan, PlanSettings, TPlan> set,
        Func<TPlan, TPlan> change
    )
        where TPlan : new()
    {
        var named = (parsed.GetValue(_preset), parsed.GetValue(_plan)) switch
        {
            (not null, not null) => throw new ConfigurationException(
                "--preset and --plan are both given; choose one (a plan's keys that are left out have defaults)."
            ),
            (_, { } name) when presetNames.Contains(name) && !File.Exists(name) => throw new ConfigurationException(
                $"{name}: there is no such file. The plan of that name is a preset: --preset {name}."
            ),
            (_, { } file) => load(file),
            var (preset, _) => loadPreset(preset ?? presetFor(parsed.GetValue(Data))),
        };
        var settings = Settings(parsed);
        var meant = set(named, settings);
        var plan = change(meant);
        foreach (string key in settings.Keys)
        {
            var (wanted, given) = (PlanFile.TextOf(meant, key), PlanFile.TextOf(plan, key));
            if (wanted != given)
            {
                throw new ConfigurationException(
                    $"--set {key}={wanted} does nothing: by what else is given it is {(given.Length == 0 ? "empty" : given)}. Leave out one of the two."
                );
            }
        }

        return plan;
    }

    /// <summary>What <c>--set</c> gives.</summary>
    /// <exception cref="ConfigurationException">Something that is no setting, or has an option of its own on which defaults depend.</exception>
    public PlanSettings Settings(ParseResult parsed)
    {
        var settings = PlanSettings.Parse(parsed.GetValue(_set) ?? []);
        (string[] Key, Option Option)[] own = [(["data"], Data), (["network"], Network), (["teacher", "weights"], Teacher)];
        return own.FirstOrDefault(o => settings.Has(o.Key)).Option is { } better
            ? throw new ConfigurationException($"--set cannot give what {better.Name} gives, which decides defaults as well: write {better.Name}.")
            : settings;
    }

    /// <summary>Whether neither a plan nor a preset is named.</summary>
    public bool NamesNoPlan(ParseResult parsed) => parsed.GetValue(_preset) is null && parsed.GetValue(_plan) is null;

    /// <summary>Where the values come from that no option says, for the first lines of what is printed.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="presetFor">As for <see cref="Read"/>.</param>
    public string OriginOf(ParseResult parsed, Func<string?, string> presetFor)
    {
        string named =
            parsed.GetValue(_plan) is { } file ? file
            : parsed.GetValue(_preset) is { } preset ? $"preset {preset}"
            : $"preset {presetFor(parsed.GetValue(Data))}, for all that no option says; --preset or --plan for others";
        string[] keys = [.. Settings(parsed).Keys];
        return keys.Length == 0 ? named : $"{named}; {_set.Name} for {Listing.Of(keys)}";
    }

    /// <summary>
    /// The network that the command line names or, where it names weights alone, that they say they are of; null where a plan or preset is to say it, and where
    /// a plan's text does: weights of another network are refused then.
    /// </summary>
    /// <exception cref="ConfigurationException">Weights are named, and nothing says of which network, or they are an ONNX file.</exception>
    public string? NetworkOf(ParseResult parsed)
    {
        if (parsed.GetValue(Network) is { } name)
        {
            return name;
        }

        if (parsed.GetValue(Teacher) is not { } weights || !File.Exists(weights) || (parsed.GetValue(_plan) is { } plan && PlanFile.NamesNetwork(plan)))
        {
            return null;
        }

        TeacherWeights.RefuseOnnx(weights);
        return NetworkWeights.ReadNetwork(weights) ?? (NamesNoPlan(parsed) ? throw NetworkWeights.Nameless(weights) : null);
    }

    /// <summary>The teacher as the options change it.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="plan">The plan's.</param>
    /// <exception cref="ConfigurationException">It is to be trained and to come from a file.</exception>
    public TeacherPlan TeacherOf(ParseResult parsed, TeacherPlan plan)
    {
        string? weights = parsed.GetValue(Teacher) ?? plan.Weights;
        int? epochs = parsed.GetValue(TeacherEpochs);
        return epochs is not null && weights is not null
            ? throw new ConfigurationException($"--teacher-epochs does nothing here: the teacher's weights come from {weights}. Leave out one of the two.")
            : plan with { Weights = weights, Epochs = epochs ?? plan.Epochs };
    }

    /// <summary>A list of operations as an option gives it, or null.</summary>
    public static IReadOnlyList<string>? Operations(ParseResult parsed, Option<string> option) =>
        parsed.GetValue(option) is { } names ? OperationCatalog.SplitNames(names) : null;

    /// <summary>A list of names with commas between them, or null.</summary>
    public static IReadOnlyList<string>? Names(ParseResult parsed, Option<string> option) =>
        parsed.GetValue(option)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
