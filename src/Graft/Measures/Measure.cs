namespace Graft.Measures;

/// <summary>
/// A quantity of one substitution that is measured before the swapped network is trained: it may predict how the accuracy will differ from the teacher's, and
/// an acceleration can add it up as a score. One class is one measure; <see cref="MeasureCatalog"/> lists them.
/// </summary>
public abstract class Measure
{
    /// <summary>Its short name, as in plans, keys and results, e.g. <c>synFlow</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Its name for people, with the unit or scale that <see cref="Feature"/> has.</summary>
    public abstract string Title { get; }

    /// <summary>To be raised when the same substitution gives another value: results of older revisions are then measured anew.</summary>
    public virtual int Revision => 1;

    /// <summary>Whether a higher value speaks for the substitution.</summary>
    public abstract bool HigherIsBetter { get; }

    /// <summary>How many passes of an image through the network it takes, about; backward counts twice.</summary>
    public abstract double Passes { get; }

    /// <summary>How many seconds it takes beside its passes, whatever images and network it looks at, about.</summary>
    internal virtual double Seconds => 0;

    /// <summary>Measures.</summary>
    /// <param name="subject">The substitution, and the images to look at.</param>
    /// <returns>The value; no finite number where there is none (a loss that overflows, a singular kernel).</returns>
    public abstract double Of(MeasureSubject subject);

    /// <summary>
    /// The value as predictions use it. Quantities that are positive by nature and span decades are taken as logarithms: ranks stay, and a linear model can use
    /// them.
    /// </summary>
    /// <param name="value">The value.</param>
    /// <returns>Null where there is none.</returns>
    public virtual double? Feature(double value) => value;

    /// <summary>How much worse a substitution is than leaving the network as it is, to be added up over places; 0 for the teacher's own operation.</summary>
    /// <param name="value">The substitution's value.</param>
    /// <param name="own">That of the unchanged network.</param>
    public double Score(double value, double own) => HigherIsBetter ? own - value : value - own;

    /// <summary>What tells its code from other code under the same name: part of the keys of results; null for Graft's own of the first revision.</summary>
    internal string? CodeIdentity => Runtime.CodeIdentity.Of(GetType(), Name, Revision);

    /// <summary>Whether a stored value of another revision of the code is of the same quantity and unit, and so can stand beside new ones.</summary>
    /// <param name="revision">The <see cref="CodeIdentity"/> that the value was measured with.</param>
    internal virtual bool IsSameQuantity(string? revision) => true;

    /// <summary>The natural logarithm of a positive value.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Null where it is not positive.</returns>
    protected static double? Log(double value) => value > 0 ? Math.Log(value) : null;
}
