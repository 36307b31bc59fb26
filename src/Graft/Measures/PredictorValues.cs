namespace Graft.Measures;

/// <summary>
/// What was measured of one substitution before any training of the swapped network. A value that is not a finite number (a loss that overflows, a singular kernel) is
/// null. Each predictor's method and source is with the class that computes it; what they are for is in <see cref="Predictor"/>.
/// </summary>
public sealed record PredictorValues
{
    /// <summary>Trainable parameters of the candidate less those of the teacher's operation.</summary>
    public required long Parameters { get; init; }

    /// <summary>Multiply-accumulates of the candidate for one image less those of the teacher's operation.</summary>
    public required long MultiplyAccumulates { get; init; }

    /// <summary>Time of the candidate's forward pass for one batch in milliseconds, the median of turns with the teacher's operation.</summary>
    public double? LatencyMs { get; init; }

    /// <summary>The same of the teacher's operation.</summary>
    public double? TeacherLatencyMs { get; init; }

    /// <summary>Squared error of the candidate against the teacher's output, over the teacher's mean square (<b>Puzzle</b>: MSE(t, s) / MSE(t, 0)).</summary>
    public double? DistillationError { get; init; }

    /// <summary>Cross-entropy of the swapped network less that of the teacher, both with stored batch statistics (<b>LANA</b> eq. 3).</summary>
    public double? LossRise { get; init; }

    /// <summary>The same with the statistics of each batch.</summary>
    public double? LossRiseBatchStatistics { get; init; }

    /// <summary>KL(teacher ‖ swapped network) of the class probabilities, in nats, with stored batch statistics (<b>Puzzle</b>).</summary>
    public double? KlRise { get; init; }

    /// <summary>The same with the statistics of each batch in the swapped network; the teacher keeps its stored ones.</summary>
    public double? KlRiseBatchStatistics { get; init; }

    /// <summary>Linear CKA of the candidate's and the teacher's output (<see cref="LinearCka"/>), in [0, 1].</summary>
    public double? Cka { get; init; }

    /// <summary>Gradient norm of the swapped network (<see cref="GradientScores"/>).</summary>
    public double? GradientNorm { get; init; }

    /// <summary>SNIP of the swapped network (<see cref="GradientScores"/>).</summary>
    public double? Snip { get; init; }

    /// <summary>ZiCo of the swapped network (<see cref="GradientScores"/>).</summary>
    public double? Zico { get; init; }

    /// <summary>Natural logarithm of the SynFlow score of the swapped network (<see cref="SynapticFlow"/>).</summary>
    public double? LogSynFlow { get; init; }

    /// <summary>NASWOT of the swapped network (<see cref="ActivationCodes"/>).</summary>
    public double? Naswot { get; init; }

    /// <summary>jacob_cov of the swapped network (<see cref="JacobianCovariance"/>).</summary>
    public double? JacobianCovariance { get; init; }
}
