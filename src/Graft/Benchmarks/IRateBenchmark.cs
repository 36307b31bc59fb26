namespace Graft.Benchmarks;

/// <summary>Something whose rate can be measured again and again, in turns with others, so that a drift of the machine hits all alike.</summary>
public interface IRateBenchmark : IDisposable
{
    /// <summary>What is measured.</summary>
    string Subject { get; }

    /// <summary>The unit of the rate.</summary>
    string Unit { get; }

    /// <summary>Runs once and returns the rate.</summary>
    double Run();
}
