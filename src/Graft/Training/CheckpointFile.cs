using Graft.Formats;
using Graft.Runtime;
using static TorchSharp.torch;

namespace Graft.Training;

/// <summary>
/// Where a step keeps its state while it runs: tensors and values in one safetensors file that is replaced atomically, so that a killed process
/// loses at most the time since the last one.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="interval">How often to write within an epoch.</param>
/// <param name="time">The clock.</param>
internal sealed class CheckpointFile(string path, TimeSpan interval, TimeProvider time)
{
    private long _last = time.GetTimestamp();

    /// <summary>Whether the last checkpoint is as old as the interval.</summary>
    public bool IsDue => time.GetElapsedTime(_last) >= interval;

    /// <summary>Reads the file; null if there is none. The caller disposes the result.</summary>
    /// <exception cref="DataException">The file is damaged.</exception>
    public SafeTensorsFile? TryLoad()
    {
        try
        {
            return File.Exists(path) ? SafeTensorsFile.Load(path) : null;
        }
        catch (DataException e)
        {
            throw new DataException($"{e.Message} Delete this checkpoint to start its step anew.", e);
        }
    }

    /// <summary>Replaces the file.</summary>
    public void Save(IEnumerable<(string Name, Tensor Value)> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        AtomicFile.Write(path, stream => SafeTensorsFile.Save(stream, tensors, metadata));
        _last = time.GetTimestamp();
    }

    /// <summary>Removes the file: the step is done.</summary>
    public void Delete() => File.Delete(path);
}
