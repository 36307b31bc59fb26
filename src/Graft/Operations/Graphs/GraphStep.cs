namespace Graft.Operations.Graphs;

/// <summary>One layer of a <see cref="GraphOperation"/> and where it stands.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Inputs">What it takes: 0 is the operation's input, i the result of step i − 1.</param>
/// <param name="Name">What its tensors are named after where <paramref name="TensorNames"/> do not say it.</param>
/// <param name="TensorNames">The names of its tensors in the file, by those of the module (<c>weight</c>).</param>
internal sealed record GraphStep(GraphLayer Layer, IReadOnlyList<int> Inputs, string Name, IReadOnlyDictionary<string, string> TensorNames);
