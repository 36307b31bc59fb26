namespace Graft.Engine;

/// <summary>
/// What steps use beside their specifications and the results of others: a data set, a measuring device. The engine hands it through and knows none of it.
/// </summary>
public sealed class StepServices
{
    private readonly Dictionary<Type, object> _services = [];

    /// <summary>A copy with one more service.</summary>
    public StepServices With<TService>(TService service)
        where TService : class
    {
        var copy = new StepServices();
        foreach (var (type, known) in _services)
        {
            copy._services[type] = known;
        }

        copy._services[typeof(TService)] = service;
        return copy;
    }

    /// <summary>The service of a type.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public TService Get<TService>()
        where TService : class =>
        Find<TService>() ?? throw new InvalidOperationException($"A step needs a service of {typeof(TService)}, which was not given.");

    /// <summary>The service of a type, or null.</summary>
    public TService? Find<TService>()
        where TService : class => (TService?)_services.GetValueOrDefault(typeof(TService));
}
