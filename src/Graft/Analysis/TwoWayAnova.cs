using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Graft.Analysis;

/// <summary>
/// Analysis of variance of two crossed factors with their interaction, the values of a cell (seeds) being its replicates. Cells may be blank and of unequal
/// size: sums of squares are of type II, each main effect beside the other one and without the interaction (<b>Langsrud 2003</b>), by comparing fitted models.
/// Type III has no unique meaning where cells are blank.
/// </summary>
/// <remarks>
/// Assumes independent values of equal variance. p-values are for other seeds on these test images; the conclusions about positions and operations are about
/// those in the table.
/// </remarks>
/// <param name="Rows">The first factor.</param>
/// <param name="Columns">The second factor.</param>
/// <param name="Interaction">Whether the second factor's effect depends on the first; of the cells that are not blank.</param>
/// <param name="ResidualSumOfSquares">What varies within cells.</param>
/// <param name="ResidualDegreesOfFreedom">Its degrees of freedom: values minus cells.</param>
/// <param name="Count">The number of values.</param>
/// <param name="BlankCells">Combinations without any value.</param>
public sealed record TwoWayAnova(
    AnovaEffect Rows, AnovaEffect Columns, AnovaEffect Interaction, double ResidualSumOfSquares, int ResidualDegreesOfFreedom, int Count, int BlankCells)
{
    /// <summary>Analyses the values of cells.</summary>
    /// <param name="cells">The row, the column and the values of each cell; cells without values are blank.</param>
    public static Computed<TwoWayAnova> Of<TRow, TColumn>(IReadOnlyList<(TRow Row, TColumn Column, IReadOnlyList<double> Values)> cells)
        where TRow : notnull
        where TColumn : notnull
    {
        ArgumentNullException.ThrowIfNull(cells);
        var filled = cells.Where(c => c.Values.Count > 0).ToList();
        var rows = filled.Select(c => c.Row).Distinct().ToList();
        var columns = filled.Select(c => c.Column).Distinct().ToList();
        if (rows.Count < 2 || columns.Count < 2)
        {
            return new NotComputable($"two rows and two columns are needed, and there are {rows.Count} and {columns.Count}");
        }

        int count = filled.Sum(c => c.Values.Count), freedom = count - filled.Count;
        if (freedom == 0)
        {
            return new NotComputable("one value a cell says nothing about how much cells vary; a second seed would");
        }

        double grand = filled.SelectMany(c => c.Values).Average();
        var table = filled.ConvertAll(c => new Cell(rows.IndexOf(c.Row), columns.IndexOf(c.Column), c.Values.Count, c.Values.Average() - grand));
        double residual = filled.Sum(c => c.Values.Sum(v => Math.Pow(v - c.Values.Average(), 2)));
        double total = residual + table.Sum(c => c.Count * c.Mean * c.Mean);
        if (residual <= 1e-14 * total || total <= 0)
        {
            return new NotComputable("values within cells do not vary");
        }

        // How much the cells' means still vary around each model, and how many parameters that model has.
        var (additive, additiveRank) = Fit(table, rows.Count, columns.Count, useRows: true, useColumns: true);
        var (rowsAlone, _) = Fit(table, rows.Count, columns.Count, useRows: true, useColumns: false);
        var (columnsAlone, _) = Fit(table, rows.Count, columns.Count, useRows: false, useColumns: true);
        if (additiveRank < rows.Count + columns.Count - 1)
        {
            return new NotComputable("blank cells split the table into parts that cannot be compared");
        }

        if (filled.Count == additiveRank)
        {
            return new NotComputable("so many cells are blank that an interaction cannot be told from the main effects");
        }

        return new TwoWayAnova(
            Effect(columnsAlone - additive, rows.Count - 1),
            Effect(rowsAlone - additive, columns.Count - 1),
            Effect(additive, filled.Count - additiveRank),
            residual,
            freedom,
            count,
            (rows.Count * columns.Count) - filled.Count);

        AnovaEffect Effect(double squares, int df)
        {
            squares = Math.Max(0, squares);
            double f = squares / df / (residual / freedom);
            double excess = Math.Max(0, df * (f - 1));
            return new(squares, df, f, TailOfF(f, df, freedom), squares / (squares + residual), excess / (excess + count));
        }
    }

    // Weighted least squares of the cells' means on indicators of rows and columns. Indicators are redundant: the pseudo-inverse takes the rank that there is.
    private static (double Residual, int Rank) Fit(List<Cell> cells, int rows, int columns, bool useRows, bool useColumns)
    {
        int width = (useRows ? rows : 0) + (useColumns ? columns : 0);
        var normal = Matrix<double>.Build.Dense(width, width);
        var right = Vector<double>.Build.Dense(width);
        foreach (var cell in cells)
        {
            int[] active = [.. useRows ? [cell.Row] : Array.Empty<int>(), .. useColumns ? [(useRows ? rows : 0) + cell.Column] : Array.Empty<int>()];
            foreach (int i in active)
            {
                right[i] += cell.Count * cell.Mean;
                foreach (int j in active)
                {
                    normal[i, j] += cell.Count;
                }
            }
        }

        var eigen = normal.Evd(Symmetricity.Symmetric);
        double[] values = [.. eigen.EigenValues.Select(v => v.Real)];
        double smallest = 1e-9 * values.Max();
        var projected = eigen.EigenVectors.TransposeThisAndMultiply(right);
        double explained = values.Select((value, i) => value > smallest ? projected[i] * projected[i] / value : 0).Sum();
        return (cells.Sum(c => c.Count * c.Mean * c.Mean) - explained, values.Count(v => v > smallest));
    }

    // P(F > f); one minus the distribution function would lose all digits of a small one.
    private static double TailOfF(double f, int df1, int df2) => SpecialFunctions.BetaRegularized(df2 / 2.0, df1 / 2.0, df2 / (df2 + (df1 * f)));

    private readonly record struct Cell(int Row, int Column, int Count, double Mean);
}
