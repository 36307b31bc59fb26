namespace Graft.Operations;

/// <summary>
/// Chooses the width of an operation so that it has as many parameters as the network's own operation at the position, as nearly as whole channels allow: a
/// control for the number of parameters, which differs between the candidates of <b>Seo &amp; Lee</b>.
/// </summary>
internal static class ParameterMatch
{
    private const int LargestWidth = 64;

    /// <summary>The operation with the width that matches. Of two that are equally near, the narrower.</summary>
    /// <param name="operation">An operation whose width is <c>match</c>.</param>
    /// <param name="position">The position.</param>
    internal static OperationSpec Resolve(OperationSpec operation, Position position)
    {
        int unit = operation.MatchedParameter.Unit!(position);
        long own = OwnParameters(position);
        OperationSpec With(int channels) => operation.WithMatched((double)channels / unit);

        // Parameters grow with the hidden channels: the last width that does not exceed the own operation, and its neighbour.
        int low = 1, high = LargestWidth * unit;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            (low, high) = Parameters(With(middle), position) <= own ? (middle, high) : (low, middle - 1);
        }

        return new[] { low, Math.Min(low + 1, LargestWidth * unit) }.Select(With).MinBy(o => Math.Abs(Parameters(o, position) - own))!;
    }

    /// <summary>How far an operation's number of parameters is from that of the network's own operation: 0.01 is one per cent more.</summary>
    public static double Deviation(OperationSpec operation, Position position) => (double)Parameters(operation, position) / OwnParameters(position) - 1;

    private static long Parameters(OperationSpec operation, Position position)
    {
        using var layers = LayerFactory.ShapesOnly();
        using var module = operation.Create(position, layers);
        return module.parameters().Sum(p => p.numel());
    }

    private static long OwnParameters(Position position)
    {
        using var layers = LayerFactory.ShapesOnly();
        using var own = position.CreateOwn!(layers);
        return own.parameters().Sum(p => p.numel());
    }
}
