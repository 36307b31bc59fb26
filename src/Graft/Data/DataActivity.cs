namespace Graft.Data;

/// <summary>What takes time when data are loaded.</summary>
public enum DataActivity
{
    /// <summary>Receiving a file; counted in bytes.</summary>
    Download,

    /// <summary>Unpacking an archive; counted in bytes of its content.</summary>
    Extract,

    /// <summary>Decoding an image folder; counted in images.</summary>
    Decode,
}
