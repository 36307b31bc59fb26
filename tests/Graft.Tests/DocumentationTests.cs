using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Graft.Jobs;

namespace Graft.Tests;

/// <summary>What is written about public members is for users: it refers to nothing that they cannot see.</summary>
public sealed partial class DocumentationTests
{
    [Fact]
    public void PublicMembers_ReferToPublicTypesAlone()
    {
        var library = typeof(GraftSession).Assembly;
        var members = XDocument.Load(Path.ChangeExtension(library.Location, ".xml")).Descendants("member").ToList();
        Assert.True(members.Count > 1000, $"{members.Count} members");

        var faults = members
            .Where(m => IsPublic(library, m.Attribute("name")!.Value))
            .SelectMany(m => m.Descendants().Attributes("cref").Select(c => (Member: m.Attribute("name")!.Value, Target: c.Value)))
            .Where(r => r.Target.Contains(":Graft.", StringComparison.Ordinal) && !IsPublic(library, r.Target))
            .Select(r => $"{r.Member} refers to {r.Target}");
        Assert.True(!faults.Any(), string.Join('\n', faults));
    }

    // T:Graft.Place, P:Graft.Place.First, M:Graft.Place.Parse(System.String), …
    private static bool IsPublic(Assembly library, string id)
    {
        string name = Arguments().Replace(id[2..], "");
        if (id.StartsWith("T:", StringComparison.Ordinal))
        {
            return TypeOf(library, name) is { IsVisible: true };
        }

        int dot = name.LastIndexOf('.');
        string member = Arity().Replace(name[(dot + 1)..], "").Replace("#ctor", ".ctor", StringComparison.Ordinal);
        const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.FlattenHierarchy;
        return TypeOf(library, name[..dot]) is { IsVisible: true } type && type.GetMember(member, All).Any(IsForUsers);
    }

    // Nested types stand behind a dot in documentation, behind a plus in code.
    private static Type? TypeOf(Assembly library, string name)
    {
        for (string wanted = name; ; wanted = $"{wanted[..wanted.LastIndexOf('.')]}+{wanted[(wanted.LastIndexOf('.') + 1)..]}")
        {
            if (library.GetType(wanted) is { } type || !wanted.Contains('.', StringComparison.Ordinal))
            {
                return library.GetType(wanted);
            }
        }
    }

    private static bool IsForUsers(MemberInfo member) => member switch
    {
        MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
        PropertyInfo property => property.GetAccessors(nonPublic: true).Any(IsForUsers),
        FieldInfo field => field.IsPublic || field.IsFamily,
        _ => true,
    };

    [GeneratedRegex(@"\(.*\)(~.*)?$")]
    private static partial Regex Arguments();

    [GeneratedRegex("``[0-9]+$")]
    private static partial Regex Arity();
}
