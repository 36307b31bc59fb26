using Microsoft.Data.Sqlite;

namespace Graft.Runtime;

/// <summary>Turns what file systems and SQLite throw into one line that says what to do.</summary>
internal static class StorageErrors
{
    // SQLite result codes (https://sqlite.org/rescode.html).
    private const int Busy = 5, Locked = 6, ReadOnly = 8, Corrupt = 11, Full = 13, CannotOpen = 14, NotADatabase = 26;

    // SQLITE_IOERR_SHMSIZE: the file of a write-ahead log's index could not grow.
    private const int NoRoomForSharedMemory = 10 | (19 << 8);

    // Windows reports HRESULTs; on Unix, .NET puts the bare errno into HResult where no exception type of its own fits.
    private static readonly int[] DiskFull = OperatingSystem.IsWindows()
        ? [Win32(39), Win32(112)] // ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL
        : [28, OperatingSystem.IsLinux() ? 122 : 69]; // ENOSPC, EDQUOT

    private const int IsDirectory = 21; // EISDIR

    private static readonly int[] WriteProtected = OperatingSystem.IsWindows()
        ? [Win32(19)] // ERROR_WRITE_PROTECT
        : [30]; // EROFS

    private static readonly int[] InUse = OperatingSystem.IsWindows()
        ? [Win32(32), Win32(33)] // ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION
        : [OperatingSystem.IsLinux() ? 11 : 35]; // EWOULDBLOCK, from flock

    /// <summary>Whether <see cref="Translate"/> has a line for this exception.</summary>
    public static bool Covers(Exception exception) =>
        exception is SqliteException or IOException or UnauthorizedAccessException or InvalidDataException;

    /// <summary>Whether a file could not be opened because another handle has it open exclusively.</summary>
    public static bool IsInUse(IOException exception) => InUse.Contains(exception.HResult);

    /// <summary>Whether it was thrown because a disk, or a quota on it, is full.</summary>
    public static bool IsFull(Exception? exception) =>
        exception is SqliteException { SqliteErrorCode: Full } or SqliteException { SqliteExtendedErrorCode: NoRoomForSharedMemory }
        || (exception is IOException e && DiskFull.Contains(e.HResult));

    /// <summary>Whether SQLite could not open the database, or its shared memory, with the rights that it has.</summary>
    public static bool IsAccess(SqliteException exception) => exception.SqliteErrorCode is CannotOpen or ReadOnly;

    /// <summary>Runs an action on the file or directory <paramref name="path"/> and translates its failure.</summary>
    /// <exception cref="RunException">The action failed.</exception>
    public static void Guard(string path, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (Covers(e))
        {
            throw Translate(e, path);
        }
    }

    /// <summary>Describes a failure to use <paramref name="path"/>: a file, or the database of a workspace.</summary>
    public static RunException Translate(Exception exception, string path) => new(Describe(exception, path), exception);

    private static string Describe(Exception exception, string path) =>
        exception switch
        {
            SqliteException e when IsFull(e) => FullText(path),
            SqliteException { SqliteErrorCode: ReadOnly } => ReadOnlyText(path),
            SqliteException { SqliteErrorCode: Corrupt or NotADatabase } e => DamagedText(path, SqliteText(e)),
            SqliteException { SqliteErrorCode: Busy or Locked } =>
                $"{path} stayed locked by another process for too long. End or wait for whatever holds it (a backup, a database browser, a stopped run) and run again.",
            SqliteException { SqliteErrorCode: CannotOpen } =>
                $"{path} cannot be opened: {OneLine(exception.Message)} Check that it is a file, and that you may read and write it and its directory (a disk that is read-only will not do).",
            SqliteException e => $"{path} cannot be used: {SqliteText(e)}. Check the disk, or choose another workspace.",
            InvalidDataException => DamagedText(path, OneLine(exception.Message).TrimEnd('.')),
            UnauthorizedAccessException => ReadOnlyText(path),
            IOException e when DiskFull.Contains(e.HResult) => FullText(path),
            IOException e when WriteProtected.Contains(e.HResult) => ReadOnlyText(path),
            IOException { HResult: IsDirectory } when !OperatingSystem.IsWindows() => $"{path} is a folder, where a file is wanted. Choose another path.",
            _ => $"{path} cannot be used: {OneLine(exception.Message)} Check that the path is right and the disk is there.",
        };

    private static string FullText(string path) => $"the disk that holds {path} is full. Free space on it and run again: what was finished is kept.";

    private static string ReadOnlyText(string path) =>
        $"{path} cannot be written: it, its directory or its disk is read-only for you. Grant yourself write access or choose another path.";

    private static string DamagedText(string path, string detail) =>
        $"{path} is damaged or not Graft's: {detail}. Restore it from a copy, try `sqlite3 {Path.GetFileName(path)} .recover`, or choose another workspace.";

    // SqliteException wraps SQLite's own words: "SQLite Error 11: 'database disk image is malformed'."
    private static string SqliteText(SqliteException exception) => OneLine(exception.Message).TrimEnd('.');

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").Trim();

    private static int Win32(int code) => unchecked((int)0x80070000) | code;
}
