namespace Graft.Networks;

/// <summary>How the classes that a file of weights or an ONNX file names stand to those of a data set.</summary>
internal enum ClassAgreement
{
    /// <summary>The file does not name its classes.</summary>
    Unknown,

    /// <summary>The same names in the same order.</summary>
    Same,

    /// <summary>The same names in another order.</summary>
    Reordered,

    /// <summary>Other names, or another number of them.</summary>
    Different,
}
