using System.Text.Json.Nodes;
using Graft.Engine.Local;

namespace Graft.Cli.Tests.Support;

/// <summary>What a workspace says about the steps that ran in it.</summary>
internal static class StudyState
{
    private static readonly string[] Times = ["seconds", "started", "finished", "stepSeconds", "coreHours", "workers", "threadsPerWorker"];

    /// <summary>How often each step was begun.</summary>
    public static IReadOnlyList<int> Attempts(string directory)
    {
        using var workspace = Workspace.OpenExisting(directory, TimeProvider.System);
        return [.. workspace.Steps.List().Select(s => s.Attempts)];
    }

    /// <summary>The results of the steps that are done, by key.</summary>
    public static IReadOnlyDictionary<string, string> Results(string directory)
    {
        using var workspace = Workspace.OpenExisting(directory, TimeProvider.System);
        return workspace.Steps.List().Where(s => s.Result is not null).ToDictionary(s => s.Key, s => s.Result!);
    }

    /// <summary>A study's JSON without what differs from run to run: times.</summary>
    public static string WithoutTimes(string json)
    {
        var root = JsonNode.Parse(json)!;
        Remove(root);
        return root.ToJsonString();
    }

    private static void Remove(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject properties:
                Array.ForEach(Times, name => properties.Remove(name));
                foreach (var (_, value) in properties)
                {
                    Remove(value);
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    Remove(item);
                }

                break;
        }
    }
}
