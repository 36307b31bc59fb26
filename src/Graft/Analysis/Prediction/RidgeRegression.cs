using MathNet.Numerics.LinearAlgebra;

namespace Graft.Analysis.Prediction;

/// <summary>
/// Ridge regression (<b>Hoerl &amp; Kennard 1970</b>): least squares with a penalty λ‖β‖² on standardised features; the intercept is free. Seen as Bayesian
/// linear regression, the variance of a prediction at x is σ² (1 + <see cref="Leverage"/>(x)).
/// </summary>
internal sealed class RidgeRegression
{
    private readonly Vector<double> _mean, _scale, _coefficients;
    private readonly Matrix<double> _inverse;
    private readonly double _intercept;
    private readonly int _count;

    private RidgeRegression(Vector<double> mean, Vector<double> scale, Vector<double> coefficients, Matrix<double> inverse, double intercept, int count)
    {
        _mean = mean;
        _scale = scale;
        _coefficients = coefficients;
        _inverse = inverse;
        _intercept = intercept;
        _count = count;
    }

    /// <summary>The coefficients of the standardised features.</summary>
    public IReadOnlyList<double> Coefficients => _coefficients.AsArray();

    /// <summary>Fits.</summary>
    /// <param name="rows">The features of each case, all finite.</param>
    /// <param name="targets">The value of each case.</param>
    /// <param name="penalty">λ, above 0.</param>
    public static RidgeRegression Fit(IReadOnlyList<double[]> rows, IReadOnlyList<double> targets, double penalty)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows.Count, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(penalty);
        var x = Matrix<double>.Build.DenseOfRowArrays(rows);
        var mean = x.ColumnSums() / rows.Count;
        var centred = Matrix<double>.Build.Dense(x.RowCount, x.ColumnCount, (i, j) => x[i, j] - mean[j]);
        // A feature that is constant in the fit is 0 everywhere: nothing is known of it.
        var scale = centred.ColumnNorms(2).Map(norm => norm / Math.Sqrt(rows.Count)).Map(std => std > 1e-12 ? std : double.PositiveInfinity);
        var z = Matrix<double>.Build.Dense(x.RowCount, x.ColumnCount, (i, j) => centred[i, j] / scale[j]);
        double intercept = targets.Average();
        var y = Vector<double>.Build.DenseOfEnumerable(targets.Select(t => t - intercept));
        var inverse = (z.TransposeThisAndMultiply(z) + Matrix<double>.Build.DenseIdentity(x.ColumnCount) * penalty)
            .Cholesky()
            .Solve(Matrix<double>.Build.DenseIdentity(x.ColumnCount));
        return new(mean, scale, inverse * z.TransposeThisAndMultiply(y), inverse, intercept, rows.Count);
    }

    /// <summary>The prediction at x.</summary>
    public double Predict(double[] x) => _intercept + Standardised(x) * _coefficients;

    /// <summary>1/n + zᵀ(ZᵀZ + λI)⁻¹z: how uncertain the fitted value at x is, in units of the residual variance.</summary>
    public double Leverage(double[] x)
    {
        var z = Standardised(x);
        return 1.0 / _count + z * (_inverse * z);
    }

    /// <summary>The features in units of their standard deviation in the fit.</summary>
    internal Vector<double> Standardised(double[] x) => (Vector<double>.Build.Dense(x) - _mean).PointwiseDivide(_scale);

    /// <summary>(ZᵀZ + λI)⁻¹.</summary>
    internal Matrix<double> Covariance => _inverse.Clone();
}
