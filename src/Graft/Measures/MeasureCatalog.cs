namespace Graft.Measures;

/// <summary>The measures that names are looked up in.</summary>
public static class MeasureCatalog
{
    private static readonly List<Measure> Registered = [];

    // What stands beside measures under a name like theirs: the accuracy after the first epoch among predictors, LANA's score among scores.
    private static readonly string[] Taken = ["firstEpochAccuracy", "loss"];

    /// <summary>The measures of the first version, which one step takes together: their order is that of tables.</summary>
    internal static IReadOnlyList<Measure> Bundle { get; } =
    [
        new ParameterChange(),
        new MultiplyAccumulateChange(),
        new LatencyChange(),
        new DistillationError(),
        new LossRise(StatisticsUse.Stored),
        new LossRise(StatisticsUse.Batch),
        new KullbackLeibler(StatisticsUse.Stored),
        new KullbackLeibler(StatisticsUse.Batch),
        new LinearCka(),
        new GradientNorm(),
        new Snip(),
        new SynapticFlow(),
        new ActivationCodes(),
        new JacobianCovariance(),
        new Zico(),
    ];

    /// <summary>All measures: Graft's own, and what <see cref="Register"/> added.</summary>
    public static IReadOnlyList<Measure> All => [.. Bundle, .. Registered];

    /// <summary>Adds a measure: to be called once, before a study or an acceleration is planned.</summary>
    /// <exception cref="ConfigurationException">There is a measure of that name already, or it is no name: letters and digits alone are.</exception>
    public static void Register(Measure measure)
    {
        ArgumentNullException.ThrowIfNull(measure);
        if (measure.Name is null or "" || !measure.Name.All(char.IsAsciiLetterOrDigit))
        {
            throw new ConfigurationException($"'{measure.Name}' of {measure.GetType()} is no name of a measure: letters and digits alone are, e.g. synFlow.");
        }

        if (Taken.Contains(measure.Name) || All.Any(known => known.Name == measure.Name))
        {
            throw new ConfigurationException($"There is a measure '{measure.Name}' already; {measure.GetType()} needs a name of its own.");
        }

        Registered.Add(measure);
    }

    /// <summary>Takes a measure out again.</summary>
    internal static void Unregister(Measure measure) => Registered.Remove(measure);

    /// <summary>The measure of that name.</summary>
    /// <exception cref="ConfigurationException">There is none.</exception>
    public static Measure Find(string name) => All.FirstOrDefault(m => m.Name == name)
        ?? throw new ConfigurationException($"Unknown measure '{name}'.{NearestName.Hint(name, [.. All.Select(m => m.Name)])} docs/predictors.md lists them.");
}
