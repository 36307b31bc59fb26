using System.Globalization;

namespace Graft.Jobs.Accelerations;

/// <summary>What networks beside the accelerated one are called among <see cref="AccelerationResult.Networks"/>.</summary>
internal static class OpponentNames
{
    /// <summary>The accelerated network, fine-tuned on labels alone.</summary>
    public const string WithoutDistillation = "without distillation";

    /// <summary>The best that only leaves positions out.</summary>
    public const string TeacherOrIdentity = "teacher or identity";

    /// <summary>Begins the names of random architectures.</summary>
    public const string Random = "random";

    /// <summary>Begins the names of the best for other budgets.</summary>
    public const string Budget = "budget";

    /// <summary>The best whose operations each stand for one position.</summary>
    public const string SinglePositions = "single positions";

    /// <summary>Positions left out one by one, those that hurt least first.</summary>
    public const string GreedyRemoval = "greedy removal";

    /// <summary>Ends the name of the smaller network that learns from the teacher.</summary>
    public const string WithDistillation = "with distillation";

    /// <summary>The name of the best network for another budget, a part of the teacher's latency.</summary>
    public static string OfBudget(double part) => $"{Budget} {part.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The name of a random architecture, by its number from 1.</summary>
    public static string OfRandom(int number) => Invariant($"{Random} {number}");
}
