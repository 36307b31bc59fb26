namespace Graft.Data;

/// <summary>Tells how many images were decoded so far, over several sets and passes.</summary>
/// <param name="item">What is decoded.</param>
/// <param name="total">The images in all.</param>
/// <param name="progress">Told; null for nobody.</param>
internal sealed class DecodeProgress(string item, int total, IProgress<DataProgress>? progress)
{
    private int _before;

    /// <summary>What the next set tells how many of its images it has read.</summary>
    /// <param name="count">The images of that set.</param>
    public Action<int> Of(int count)
    {
        var before = _before;
        _before += count;
        return done => progress?.Report(new DataProgress(DataActivity.Decode, item, before + done, total));
    }
}
