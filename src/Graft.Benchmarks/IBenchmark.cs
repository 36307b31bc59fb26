namespace Graft.Benchmarks;

/// <summary>Something that can be measured again and again, in turns with others, so that a drift of the machine hits all alike.</summary>
public interface IBenchmark : IDisposable
{
    /// <summary>The unit of what is measured, e.g. <c>images/s</c>.</summary>
    string Unit { get; }

    /// <summary>Measures once.</summary>
    double Run();
}
