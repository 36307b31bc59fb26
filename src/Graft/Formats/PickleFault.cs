namespace Graft.Formats;

/// <summary>Words the errors of PyTorch checkpoints: file, what is wrong and what to do, in one line.</summary>
/// <param name="file">The file's name.</param>
internal sealed class PickleFault(string file)
{
    private const string SaveWeights = "In PyTorch, save the weights alone: torch.save(model.state_dict(), path).";

    /// <summary>The file is damaged, or was made to do harm.</summary>
    public DataException Damaged(string problem, Exception? cause = null) =>
        new($"{file}: a damaged PyTorch checkpoint: {problem}. Get or save the file again.", cause);

    /// <summary>The file is sound as far as one can see, but holds what is not read.</summary>
    public DataException Refused(string problem) => new($"{file}: {problem}. {SaveWeights}");

    /// <summary>The file holds an object of Python code, which is never run.</summary>
    public DataException Code(string name) =>
        Refused($"it holds an object of {SafeTensorsFault.Quote(name)}; only tensors and plain containers are read, and no code is run");
}
