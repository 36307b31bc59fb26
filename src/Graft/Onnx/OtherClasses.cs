namespace Graft.Onnx;

/// <summary>What is said where a file tells other classes apart than the data have.</summary>
internal static class OtherClasses
{
    /// <summary>The message, and what mends it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="own">How many classes it tells apart.</param>
    /// <param name="data">What the data are called.</param>
    /// <param name="classes">How many classes they have.</param>
    /// <param name="remark">Why the file seems to be no classifier, which then is all that there is to say; null for one that is.</param>
    public static (string Message, IReadOnlyList<Remedy> Remedies) Fault(string path, int own, string data, int classes, string? remark)
    {
        string fault = Invariant($"{path} tells {own} classes apart, {data} has {classes}");
        return remark is null
            ? ($"{fault}. Give the data that it was trained on, or train it on these, from its own weights on.", [new(Setting.InitialWeights, path)])
            : ($"{fault}; {remark}.", []);
    }
}
