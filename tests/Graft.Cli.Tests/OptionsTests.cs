using System.CommandLine;

namespace Graft.Cli.Tests;

/// <summary>Options of all commands: what one means in one command it means in all.</summary>
public sealed class OptionsTests
{
    private static readonly IReadOnlyList<(string Path, Option Option)> Options =
        [.. OptionsOf("graft", GraftApp.Root(new Terminal(TextWriter.Null, TextWriter.Null)))];

    [Fact]
    public void Options_SameName_HaveTheSameTypeAndMeaning()
    {
        foreach (var same in Options.GroupBy(o => o.Option.Name))
        {
            var (path, first) = same.First();
            Assert.All(same, o =>
            {
                Assert.Equal($"{path} {first.Name}: {Meaning(first)}", $"{path} {first.Name}: {Meaning(o.Option)}");
                Assert.True(
                    TypeOf(first) == TypeOf(o.Option) || IsListOfWhatIsOneElsewhere(first, o.Option),
                    $"{o.Path} {first.Name} takes another type than {path}"
                );
            });
        }
    }

    [Fact]
    public void Options_All_AreDescribed() => Assert.All(
        Options,
        o => Assert.True(
            o.Option.Description is { Length: > 0 } && (o.Option.HelpName is not null || o.Option.Arity.MinimumNumberOfValues == 0),
            $"{o.Path} {o.Option.Name}"
        )
    );

    // The first sentence; what is special about a command follows.
    private static string Meaning(Option option) => option.Description!.Split(". ")[0].TrimEnd('.');

    private static Type TypeOf(Option option) => Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;

    // A study is made of several lengths, a training has one.
    private static bool IsListOfWhatIsOneElsewhere(Option option, Option other) =>
        (option.HelpName, other.HelpName) is ("LIST", "N") && option.ValueType == typeof(string) && TypeOf(other) == typeof(int);

    private static IEnumerable<(string Path, Option Option)> OptionsOf(string path, Command command) => command.Options.Where(o => !o.Hidden)
        .Select(o => (path, o))
        .Concat(command.Subcommands.Where(c => !c.Hidden).SelectMany(c => OptionsOf($"{path} {c.Name}", c)));
}
