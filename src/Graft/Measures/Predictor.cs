namespace Graft.Measures;

/// <summary>
/// A quantity that is measured before a swapped network is trained, and may foretell how its accuracy will differ from the teacher's. Quantities that are positive by nature
/// and span decades are taken as logarithms: ranks stay, and a linear model can use them.
/// </summary>
/// <param name="Name">Its short name, as in JSON.</param>
/// <param name="Title">Its name for people.</param>
/// <param name="Value">Its value; null where there is none.</param>
public sealed record Predictor(string Name, string Title, Func<PredictorValues, double?> Value)
{
    /// <summary>All predictors.</summary>
    public static IReadOnlyList<Predictor> All { get; } =
    [
        new("parameters", "parameters, change", v => v.Parameters),
        new("multiplyAccumulates", "multiply-accumulates, change", v => v.MultiplyAccumulates),
        new("latency", "latency, change", v => v.LatencyMs - v.TeacherLatencyMs),
        new("distillationError", "distillation error, ln", v => Log(v.DistillationError)),
        new("lossRise", "loss rise, stored statistics", v => v.LossRise),
        new("lossRiseBatchStatistics", "loss rise, batch statistics", v => v.LossRiseBatchStatistics),
        new("klRise", "KL to the teacher, stored statistics, ln", v => Log(v.KlRise)),
        new("klRiseBatchStatistics", "KL to the teacher, batch statistics, ln", v => Log(v.KlRiseBatchStatistics)),
        new("cka", "linear CKA with the teacher", v => v.Cka),
        new("gradientNorm", "gradient norm, ln", v => Log(v.GradientNorm)),
        new("snip", "SNIP, ln", v => Log(v.Snip)),
        new("synFlow", "SynFlow, ln", v => v.LogSynFlow),
        new("naswot", "NASWOT", v => v.Naswot),
        new("jacobianCovariance", "jacob_cov", v => v.JacobianCovariance),
        new("zico", "ZiCo", v => v.Zico),
    ];

    private static double? Log(double? value) => value > 0 ? Math.Log(value.Value) : null;
}
