using System.Security.Cryptography;
using System.Text;
using Graft.Data;
using Graft.Engine;
using Graft.Jobs.Studies;
using Graft.Networks;
using Graft.Operations;
using Graft.Steps;

namespace Graft.Jobs.Accelerations;

/// <summary>A plan worked out for a data set: the teacher, and the candidates of each position with the steps that distil and score them.</summary>
public sealed record AccelerationGraph
{
    /// <summary>Twelve hexadecimal digits of a hash of the plan's results-deciding values and of the data.</summary>
    public required string Id { get; init; }

    /// <summary>The plan, with everything resolved.</summary>
    public required AccelerationPlan Plan { get; init; }

    /// <summary>The network.</summary>
    public required NetworkDefinition Network { get; init; }

    /// <summary>Parameters and multiply-accumulates of the unchanged network.</summary>
    public required OperationCost NetworkCost { get; init; }

    /// <summary>Images that networks are tested on.</summary>
    public required int TestImages { get; init; }

    /// <summary>The step that makes the teacher. Its key is that of a study with the same teacher.</summary>
    public required Step Teacher { get; init; }

    /// <summary>The candidates; positions ascending, the teacher's own operation first.</summary>
    public required IReadOnlyList<AccelerationCandidate> Candidates { get; init; }

    /// <summary>What positions cannot hold, and why.</summary>
    public required IReadOnlyList<UnavailableCell> Unavailable { get; init; }

    /// <summary>The steps that distil candidates.</summary>
    public IReadOnlyList<DistillationStep> Distillations => [.. Candidates.Select(c => c.Distillation).OfType<DistillationStep>()];

    /// <summary>Works a plan out.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="data">The data set that it names.</param>
    /// <param name="precision">What the plan's precision comes to.</param>
    /// <param name="importedSha256">The hash of the teacher's weights, where the plan imports them.</param>
    /// <exception cref="ConfigurationException">The network or an operation does not exist.</exception>
    public static AccelerationGraph Create(AccelerationPlan plan, ImageData data, Precision precision, string? importedSha256)
    {
        plan.Validate();
        var definition = NetworkCatalog.Define(plan.Network, data.Train.Shape, data.ClassNames.Count);
        var own = OperationCatalog.Default.Parse(TeacherOperation.FamilyName);
        var operations = OperationCatalog.Default.ParseList(plan.Operations).Select(o => o.Unmodified).Where(o => o != own).Distinct().Prepend(own).ToList();
        plan = plan with { Operations = [.. operations.Select(o => o.Text)], Precision = precision.ToText() };
        var teacher = plan.Teacher.ToStep(plan.Network, plan.HeldOut, data, precision, importedSha256);
        var candidates = new List<AccelerationCandidate>();
        var unavailable = new List<UnavailableCell>();
        foreach (var position in definition.Positions)
        {
            foreach (var operation in operations)
            {
                if (operation.WhyUnavailable(position) is { } reason)
                {
                    unavailable.Add(new(position.Index, operation.Text, reason));
                }
                else
                {
                    candidates.Add(Candidate(position, operation));
                }
            }
        }

        using var network = Graft.Networks.Network.ShapesOnly(definition);
        return new()
        {
            Id = Hash(AccelerationPlanFile.ToYaml(plan with
            {
                Data = data.Fingerprint,
                Teacher = importedSha256 is null ? plan.Teacher : new() { Weights = importedSha256, Seed = plan.Teacher.Seed },
            })),
            Plan = plan,
            Network = definition,
            NetworkCost = network.Cost(),
            TestImages = data.Test.Count,
            Teacher = teacher,
            Candidates = candidates,
            Unavailable = unavailable,
        };

        AccelerationCandidate Candidate(Position position, OperationSpec operation)
        {
            using var layers = LayerFactory.ShapesOnly();
            using var made = operation.Create(position, layers);
            var cost = made.Cost(position.Input);
            if (operation == own)
            {
                return new(position, operation, cost, null, null);
            }

            var distillation = cost.Parameters == 0 ? null : new DistillationStep
            {
                Data = data.Fingerprint,
                Network = plan.Network,
                Precision = precision,
                Teacher = teacher.Key,
                Position = position.Index,
                Operation = operation.Text,
                Recipe = plan.Distillation,
                Seed = plan.Seed,
                OrderSeed = plan.Teacher.Seed,
                HeldOut = plan.HeldOut,
            };
            var score = new ScoreStep
            {
                Data = data.Fingerprint,
                Network = plan.Network,
                Precision = precision,
                Teacher = teacher.Key,
                Candidate = new(position.Index, operation.Text, distillation?.Key),
                Images = plan.Selection.ScoreImages,
                HeldOut = plan.HeldOut,
            };
            return new(position, operation, cost, distillation, score);
        }
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12];
}
