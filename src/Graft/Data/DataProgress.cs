namespace Graft.Data;

/// <summary>How far the loading of data has come. Reports may come from any thread.</summary>
/// <param name="Activity">What is being done.</param>
/// <param name="Item">The file or directory that it is done with.</param>
/// <param name="Done">Bytes or images so far, see <see cref="DataActivity"/>.</param>
/// <param name="Total">Bytes or images in all.</param>
public sealed record DataProgress(DataActivity Activity, string Item, long Done, long Total);
