using Graft.Onnx.Import;
using Graft.Runtime;

namespace Graft.Cli;

/// <summary>Looks at where a result is to go before the work for it begins.</summary>
internal static class OutputFile
{
    /// <summary>Makes sure that a file can be written and is none of those that are read.</summary>
    /// <param name="option">What named it, e.g. <c>--out</c>.</param>
    /// <param name="path">The file. Where its directory is missing, it is made when the file is written.</param>
    /// <param name="inputs">Files and directories that the command reads; null where there is none.</param>
    /// <exception cref="ConfigurationException">It is a directory, a pipe or a device, or one of the inputs, or cannot be written.</exception>
    public static void Require(string option, string path, params IReadOnlyList<string?> inputs)
    {
        if (path.Length == 0 || Path.EndsInDirectorySeparator(path) || Directory.Exists(path))
        {
            throw new ConfigurationException(Invariant($"{option} is {(path.Length == 0 ? "empty" : $"'{path}', a directory")}; name a file."));
        }

        if (inputs.FirstOrDefault(input => input is not null && Target(input) == Target(path)) is { } same)
        {
            throw new ConfigurationException($"{option} is '{path}', the same file as '{same}', which is read. Name another file.");
        }

        RequireWritable(option, path);
    }

    /// <summary>Makes sure that a file for a network in ONNX form is named as one: no command would take it for one by another name.</summary>
    /// <param name="option">What named it.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="ConfigurationException">It is not.</exception>
    public static void RequireOnnxName(string option, string path)
    {
        if (!OnnxNetworkSource.IsFile(path))
        {
            throw new ConfigurationException($"{option} is '{path}', but what is written is an ONNX file: name it {Path.ChangeExtension(path, ".onnx")}.");
        }
    }

    /// <summary>Makes sure that no file of the user's is written over by accident.</summary>
    /// <param name="path">The file.</param>
    /// <param name="force">The value of <see cref="CommonOptions.Force"/>.</param>
    /// <param name="own">What the command has to hand over, where it is there already: a copy may be replaced, so that the same command can be given
    /// again.</param>
    /// <exception cref="ConfigurationException">It exists, and nothing says that it may be replaced.</exception>
    public static void RequireNew(string path, bool force, string? own = null)
    {
        if (!force && File.Exists(path) && !(own is not null && IsCopy(path, own)))
        {
            throw new ConfigurationException($"'{path}' is there already. Name another file with --out, or replace it with --force.");
        }
    }

    /// <summary>Says in a dry run that a file is there which the run itself will not replace.</summary>
    /// <param name="terminal">Where to.</param>
    /// <param name="path">The file.</param>
    /// <param name="force">The value of <see cref="CommonOptions.Force"/>.</param>
    /// <param name="hasRun">Whether the command has run to its end before, so that the file may be its own.</param>
    public static void NoteExisting(Terminal terminal, string path, bool force, bool hasRun)
    {
        if (!force && File.Exists(path) && !hasRun)
        {
            terminal.WriteProgressNote($"'{path}' is there already; the run itself needs another name with --out, or --force");
        }
    }

    /// <summary>Copies a result from the workspace to where it is wanted.</summary>
    /// <param name="kept">The file of the workspace.</param>
    /// <param name="path">Where to.</param>
    /// <exception cref="RunException">It cannot be written there any more: the disk is full, the directory is gone. The message says where the result
    /// is.</exception>
    public static void HandOver(string kept, string path)
    {
        try
        {
            AtomicFile.Write(path, target =>
            {
                using var source = File.OpenRead(kept);
                source.CopyTo(target);
            });
        }
        catch (RunException e)
        {
            throw new RunException(
                $"{e.Message} The result is kept in {Path.GetFullPath(kept)}: copy it, or give the same command again, which runs nothing twice.",
                e
            );
        }
    }

    /// <summary>Requires that files can be written in a directory, or that it can be made.</summary>
    /// <param name="option">The option that names it.</param>
    /// <param name="path">The directory.</param>
    /// <exception cref="ConfigurationException">They cannot.</exception>
    public static void RequireDirectory(string option, string path) => Probe(option, path, Existing(option, path, Path.GetFullPath(path)));

    private static bool IsCopy(string path, string of) =>
        File.Exists(of) && new FileInfo(of).Length == new FileInfo(path).Length && File.ReadAllBytes(of).AsSpan().SequenceEqual(File.ReadAllBytes(path));

    // A file is written beside its final name and renamed, so it is the directory that must be writable.
    private static void RequireWritable(string option, string path)
    {
        string target = Path.GetFullPath(path);
        try
        {
            target = AtomicFile.TargetOf(target);
        }
        catch (IOException e)
        {
            throw new ConfigurationException($"{option} is '{path}', but no file can be written there: {e.Message} Name another place.", e);
        }

        string directory = Existing(option, path, Path.GetDirectoryName(target) ?? target);
        try
        {
            _ = File.GetAttributes(Path.Combine(directory, Path.GetFileName(target))); // a name that is too long for the file system
        }
        catch (PathTooLongException e)
        {
            throw new ConfigurationException($"{option} is '{path}', a name that is too long for the file system. Name another file.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not there, as it should be; whether it can be written is tried below.
        }

        Probe(option, path, directory);
    }

    // The directory, or the nearest above it that is there.
    private static string Existing(string option, string path, string directory)
    {
        while (!Directory.Exists(directory))
        {
            if (File.Exists(directory))
            {
                throw new ConfigurationException($"{option} is '{path}', but '{directory}' is a file, not a directory. Name another place.");
            }

            directory = Path.GetDirectoryName(directory) ?? throw new ConfigurationException($"{option} is '{path}'; there is no such place.");
        }

        return directory;
    }

    private static void Probe(string option, string path, string directory)
    {
        string probe = Path.Combine(directory, Invariant($".{Guid.NewGuid():N}.graft-tmp"));
        try
        {
            new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException) // of the new file, as in /proc
        {
            throw new ConfigurationException($"{option} is '{path}', but the directory '{directory}' takes no new files. Name another place.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            string reason = e.Message.ReplaceLineEndings(" ")
                .Replace($" : '{probe}'", ".", StringComparison.Ordinal)
                .Replace(probe, directory, StringComparison.Ordinal);
            throw new ConfigurationException($"{option} is '{path}', but nothing can be written there: {reason} Name another place.", e);
        }
    }

    // The file behind links, also where the directories above it are links.
    private static string Target(string path)
    {
        string full = Path.GetFullPath(path);
        if (new FileInfo(full) is { LinkTarget: not null } link && link.ResolveLinkTarget(returnFinalTarget: true) is { } target)
        {
            full = target.FullName;
        }

        return Path.GetDirectoryName(full) is { } parent ? Path.Combine(Target(parent), Path.GetFileName(full)) : full;
    }
}
