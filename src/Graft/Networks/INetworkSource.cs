using Graft.Data;

namespace Graft.Networks;

/// <summary>Knows networks by name beside those that Graft makes itself: files that were imported.</summary>
public interface INetworkSource
{
    /// <summary>The layout of a network; null if the source does not know the name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="image">The images that it is to take.</param>
    /// <param name="classes">The number of classes that it is to tell apart.</param>
    /// <exception cref="ConfigurationException">It is known, but cannot take such images or tell so many classes apart.</exception>
    NetworkDefinition? TryDefine(string name, ImageShape image, int classes);
}
