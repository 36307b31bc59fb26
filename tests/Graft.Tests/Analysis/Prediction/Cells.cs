using Graft.Analysis.Prediction;
using Graft.Runtime;

namespace Graft.Tests.Analysis.Prediction;

/// <summary>Substitutions with one or two predictors, made by a formula.</summary>
internal static class Cells
{
    public static Substitution Of(int position, string operation, double[] differences, params (string Name, double Value)[] values) =>
        new(position, operation, differences, values.ToDictionary(v => v.Name, v => v.Value));

    /// <summary>Positions times operations, two seeds each; the difference is 0.02 a + 0.01 b + noise, predictors a and b.</summary>
    public static List<Substitution> Linear(int positions, int operations, double noise) =>
        [
            .. from position in Enumerable.Range(1, positions)
            from operation in Enumerable.Range(1, operations)
            let a = Uniform(position, operation, 1)
            let b = Uniform(position, operation, 2)
            let y = (0.02 * a) + (0.01 * b)
            select Of(
                position,
                $"operation {operation}",
                [y + (noise * Uniform(position, operation, 3)), y + (noise * Uniform(position, operation, 4))],
                ("a", a),
                ("b", b)
            ),
        ];

    // In [-1, 1).
    private static double Uniform(int position, int operation, int stream) => ((Seed.Mix(position, operation, stream) >> 11) / (double)(1L << 52)) - 1;
}
