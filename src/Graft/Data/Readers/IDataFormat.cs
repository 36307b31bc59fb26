namespace Graft.Data.Readers;

/// <summary>A form in which data sets lie in directories.</summary>
internal interface IDataFormat
{
    /// <summary>The directory that holds the files: the given one or one below it; null if there are none of this form.</summary>
    string? Find(string directory);

    /// <summary>Reads a data set, and applies the options for images.</summary>
    /// <param name="name">The name of a known data set, or the path.</param>
    /// <param name="directory">Holds the files, as <see cref="Find"/> says.</param>
    /// <param name="known">Names of the classes and normalisation; null if only the files can tell.</param>
    /// <param name="options">Where data are kept, and how images become the network's input.</param>
    /// <param name="cancellation">Ends the work early.</param>
    /// <exception cref="DataException">A file is missing or damaged.</exception>
    ImageData Read(string name, string directory, KnownData? known, DataOptions options, CancellationToken cancellation);
}
