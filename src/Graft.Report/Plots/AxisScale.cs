using System.Globalization;

namespace Graft.Report.Plots;

/// <summary>The range, ticks and coordinate of an axis. Its coordinate is the value itself or, where the axis is logarithmic, its common logarithm.</summary>
internal sealed class AxisScale
{
    private const int LeastTicks = 2; // one alone does not show a scale

    private readonly bool _logarithmic;

    private AxisScale(double min, double max, IReadOnlyList<AxisTick> ticks, bool logarithmic = false)
    {
        Min = min;
        Max = max;
        Ticks = ticks;
        _logarithmic = logarithmic;
    }

    /// <summary>The coordinate at the axis' start.</summary>
    public double Min { get; }

    /// <summary>The coordinate at its end, greater than <see cref="Min"/>.</summary>
    public double Max { get; }

    /// <summary>The marks, ascending.</summary>
    public IReadOnlyList<AxisTick> Ticks { get; }

    /// <summary>A linear axis that holds all finite values, with a little room at both ends and ticks at 1, 2 or 5 times a power of ten.</summary>
    /// <param name="values">The values; what is not finite is passed over.</param>
    /// <param name="ticks">About how many ticks.</param>
    /// <param name="smallestSpan">The axis is at least this long, greater than 0: noise shall not fill a plot.</param>
    public static AxisScale Linear(IEnumerable<double> values, int ticks, double smallestSpan)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        double low = finite.DefaultIfEmpty(0).Min(), high = finite.DefaultIfEmpty(0).Max();

        // The loss of a training that diverges can be so large that adding the smallest span changes nothing.
        double span = Math.Max(smallestSpan, 1e-9 * Math.Max(Math.Abs(low), Math.Abs(high)));
        double missing = Math.Max(0, span - (high - low)) / 2;
        (low, high) = (low - missing, high + missing);
        double room = 0.04 * (high - low);
        (low, high) = (low - room, high + room);
        double step = NiceStep((high - low) / ticks);
        string format = step >= 1e6 ? "0.#e0" : step >= 1 ? "0" : "0." + new string('0', (int)Math.Ceiling(-Math.Log10(step) - 1e-9));
        List<AxisTick> marks = [];
        for (double i = Math.Ceiling(low / step); i * step <= high && marks.Count < 50; i++)
        {
            marks.Add(new AxisTick(i * step, Format.Number(i * step, format)));
        }

        return new AxisScale(low, high, marks);
    }

    /// <summary>A logarithmic axis that holds all positive values, with ticks at powers of ten and, on a short axis, between them.</summary>
    /// <param name="values">The values; what is not positive and finite has no place on it.</param>
    public static AxisScale Logarithmic(IEnumerable<double> values)
    {
        double[] logs = [.. values.Where(x => double.IsFinite(x) && x > 0).Select(Math.Log10)];
        double low = logs.DefaultIfEmpty(-1).Min() - 0.1, high = logs.DefaultIfEmpty(0).Max() + 0.1;
        int every = Math.Max(1, (int)Math.Ceiling((high - low) / 7));
        double[][] mantissas = [[1], [1, 3], [1, 2, 5], [1, 1.5, 2, 3, 4, 5, 7]];
        int coarsest = (high - low) switch { > 2.2 => 0, > 1.2 => 1, > 0.4 => 2, _ => 3 };
        var ticks = mantissas.Skip(coarsest).Select(At).FirstOrDefault(found => found.Count >= LeastTicks) ?? At(mantissas[^1]);
        var marks = ticks.Select(at => new AxisTick(at, Math.Pow(10, at).ToString("0.##########", CultureInfo.InvariantCulture)));
        return new AxisScale(low, high, [.. marks], logarithmic: true);

        List<double> At(double[] mantissas) =>
        [
            .. Enumerable.Range((int)Math.Floor(low), (int)Math.Floor(high) - (int)Math.Floor(low) + 1)
                .Where(exponent => exponent % every == 0)
                .SelectMany(exponent => mantissas, (exponent, mantissa) => exponent + Math.Log10(mantissa))
                .Where(at => at >= low && at <= high),
        ];
    }

    /// <summary>A linear axis of counts from 0 or 1 on, with whole ticks.</summary>
    /// <param name="first">The first count.</param>
    /// <param name="last">The last one; the axis is never shorter than one step.</param>
    public static AxisScale Counts(long first, long last)
    {
        last = Math.Max(last, first + 1);
        long step = Math.Max(1, (long)NiceStep((last - first) / 5.0));
        List<AxisTick> marks = [];
        for (long i = (first + step - 1) / step * step; i <= last; i += step)
        {
            marks.Add(new AxisTick(i, i > 0 && step >= 1000 ? Invariant($"{i / 1000.0:0.#}k") : Format.Count(i)));
        }

        double room = 0.03 * (last - first);
        return new AxisScale(first - room, last + room, marks);
    }

    /// <summary>An axis of names, the first at the top.</summary>
    public static AxisScale Names(IReadOnlyList<string> names)
    {
        return new AxisScale(0.5 - names.Count, 0.5, [.. names.Select((name, i) => new AxisTick(-i, name))]);
    }

    /// <summary>The coordinate of a value, or null where the axis has no place for it.</summary>
    public double? Map(double? value)
    {
        return value is not { } x || !double.IsFinite(x) ? null : !_logarithmic ? x : x > 0 ? Math.Log10(x) : null;
    }

    /// <summary>How far along the axis a coordinate lies, 0 at its start and 1 at its end.</summary>
    public double Fraction(double at) => (at - Min) / (Max - Min);

    private static double NiceStep(double step)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(step)));
        double[] mantissas = [1, 2, 5];
        return power * mantissas.FirstOrDefault(m => step <= m * power * (1 + 1e-9), 10);
    }
}
