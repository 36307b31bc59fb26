namespace Graft.Engine;

/// <summary>Where jobs keep what they do and find: the record of steps and jobs, files, and locks.</summary>
internal interface IWorkspace : IDisposable
{
    /// <summary>Where it is, for people.</summary>
    string Location { get; }

    /// <summary>The steps and their results.</summary>
    IStepRecord Steps { get; }

    /// <summary>The jobs.</summary>
    IJobRecord Jobs { get; }

    /// <summary>The files.</summary>
    IArtifacts Artifacts { get; }

    /// <summary>The rights to run steps.</summary>
    IStepLocks Locks { get; }
}

/// <summary>The files of a workspace: weights, checkpoints. They are named by paths relative to it, with forward slashes.</summary>
internal interface IArtifacts
{
    /// <summary>The absolute path of an artifact, whether it exists or not.</summary>
    /// <param name="relative">E.g. <c>weights/3f9c.safetensors</c>.</param>
    /// <exception cref="ArgumentException">The path is absolute, leads outside, or cannot be a file's name on every operating system.</exception>
    string PathOf(string relative);

    /// <summary>Writes an artifact, or replaces one. Nothing half-written is found under its name.</summary>
    /// <param name="relative">The artifact, as for <see cref="PathOf"/>.</param>
    /// <param name="write">Writes the content. The stream is closed by this method.</param>
    /// <exception cref="ArgumentException">The path leads outside.</exception>
    /// <exception cref="RunException">The disk is full or read-only, or another I/O error.</exception>
    void Write(string relative, Action<Stream> write);

    /// <summary>Whether the artifact exists.</summary>
    /// <exception cref="ArgumentException">The path leads outside.</exception>
    bool Exists(string relative);

    /// <summary>Deletes an artifact; does nothing if it does not exist.</summary>
    /// <exception cref="ArgumentException">The path leads outside.</exception>
    /// <exception cref="RunException">It cannot be deleted.</exception>
    void Delete(string relative);
}

/// <summary>The right to run a step, exclusive among all that use the workspace. Free again as soon as its holder is gone, however it ended.</summary>
internal interface IStepLocks
{
    /// <summary>Takes the right to run a step; null where another has it. Dispose the result to release it.</summary>
    /// <param name="key">The step's key.</param>
    /// <exception cref="RunException">The workspace is read-only or its disk is full.</exception>
    IDisposable? TryLock(string key);
}
