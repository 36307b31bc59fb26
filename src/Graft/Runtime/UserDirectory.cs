namespace Graft.Runtime;

/// <summary>What is kept for a user, whatever the workspace: downloaded data, and what was found out about the machine.</summary>
internal static class UserDirectory
{
    /// <summary>Data sets that were downloaded.</summary>
    public static string Data { get; } = Below("data");

    /// <summary>What can be found out again.</summary>
    public static string Cache { get; } = Below("cache");

    private static string Below(string name) => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "graft", name);
}
