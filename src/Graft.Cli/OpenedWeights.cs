using Graft.Networks;

namespace Graft.Cli;

/// <summary>A file of weights in their network; both are disposed with it.</summary>
/// <param name="Named">What the command line calls the network.</param>
/// <param name="Model">The network.</param>
/// <param name="Classes">How its classes are mapped to the data's; null where they need not be.</param>
internal sealed record OpenedWeights(NamedNetwork Named, Network Model, ClassOrder? Classes) : IDisposable
{
    /// <summary>Opens the weights with <paramref name="open"/>; where that fails, what is named is disposed.</summary>
    /// <param name="named">What the command line calls the network.</param>
    /// <param name="classes">How its classes are mapped to the data's; null where they need not be.</param>
    /// <param name="open">Makes the network of a name.</param>
    /// <exception cref="GraftException">The weights do not fit.</exception>
    public static OpenedWeights Of(NamedNetwork named, ClassOrder? classes, Func<string?, Network> open)
    {
        try
        {
            return new(named, open(named.Name), classes);
        }
        catch
        {
            named.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Model.Dispose();
        Named.Dispose();
    }
}
