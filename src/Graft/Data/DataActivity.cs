namespace Graft.Data;

/// <summary>What takes time when data are loaded.</summary>
public enum DataActivity
{
    /// <summary>Receiving a file; counted in bytes.</summary>
    Download,

    /// <summary>Unpacking an archive; counted in bytes of its content.</summary>
    Extract,

    /// <summary>Reading the files of an image folder to recognise them by their content; counted in images.</summary>
    Read,

    /// <summary>Decoding an image folder; counted in images.</summary>
    Decode,
}
