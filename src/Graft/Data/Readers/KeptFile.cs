namespace Graft.Data.Readers;

/// <summary>Files that spare a later run some work: one that cannot be written costs time, not the run.</summary>
internal static class KeptFile
{
    /// <summary>Writes a file, or notes why it could not be written.</summary>
    /// <param name="source">What the file is of.</param>
    /// <param name="notes">Gets the note; the first one is enough.</param>
    /// <param name="write">Writes it, whole or not at all.</param>
    public static void Write(string source, ICollection<string> notes, Action write)
    {
        try
        {
            write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or RunException)
        {
            if (notes.Count == 0)
            {
                notes.Add(
                    $"{source}: what was read cannot be kept, and is read again the next time ({exception.Message.TrimEnd('.')}). Another data directory helps.");
            }
        }
    }
}
