using System.Globalization;
using System.Runtime.CompilerServices;

namespace Graft.Tests;

/// <summary>
/// Runs a whole test program in the culture that the environment variable GRAFT_TEST_CULTURE names, e.g. de-DE. That needs ICU and
/// DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=false; without them the culture is not found, and nothing runs.
/// </summary>
internal static class TestCulture
{
    [ModuleInitializer]
    internal static void Set()
    {
        if (Environment.GetEnvironmentVariable("GRAFT_TEST_CULTURE") is { Length: > 0 } name)
        {
            var culture = CultureInfo.GetCultureInfo(name, predefinedOnly: true);
            CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = culture;
            CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = culture;
        }
    }
}
