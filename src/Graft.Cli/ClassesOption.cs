using System.CommandLine;
using Graft.Data;
using Graft.Networks;

namespace Graft.Cli;

/// <summary><c>--reorder-classes</c>, and the comparison of a file's classes with those of the data.</summary>
internal static class ClassesOption
{
    public static Option<bool> Create() => new("--reorder-classes") { Description = "Map classes by name where the file has them in another order." };

    /// <summary>Makes sure that the classes that a file names are the data's.</summary>
    /// <returns>How to map them where their order differs and is to be mapped; null where the order is the same, or the file does not say it.</returns>
    /// <exception cref="DataException">They are others, or in another order and the option is not given.</exception>
    public static ClassOrder? Require(ParseResult parsed, Option<bool> reorder, string file, IReadOnlyList<string> classNames, DataOutline data)
    {
        var order = new ClassOrder(file, classNames, data.Name, data.ClassNames);
        if (parsed.GetValue(reorder) && order.Agreement == ClassAgreement.Unknown)
        {
            throw new ConfigurationException($"{reorder.Name} maps classes by name, and {file} does not name its classes; leave it out.");
        }

        order.Require(acceptsReordered: parsed.GetValue(reorder));
        return order.Agreement == ClassAgreement.Reordered ? order : null;
    }
}
