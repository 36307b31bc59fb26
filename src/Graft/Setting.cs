namespace Graft;

/// <summary>What errors and remarks tell people to set. A program says how its own users set it: an option, a field, a property.</summary>
public enum Setting
{
    /// <summary>The network: a name, or an ONNX file (<see cref="Jobs.TrainingPlan.Network"/>).</summary>
    Network,

    /// <summary>The weights that training begins with.</summary>
    InitialWeights,

    /// <summary>The size that images are scaled to, pixels a side.</summary>
    ImageSize,

    /// <summary>The channels that photographs are decoded to (<see cref="Data.ImageOptions.Channels"/>).</summary>
    ImageChannels,

    /// <summary>The mean that pixels are normalised by.</summary>
    PixelMean,

    /// <summary>The standard deviation that pixels are normalised by.</summary>
    PixelStd,

    /// <summary>Which output of an ONNX file has the classes' scores.</summary>
    OnnxOutput,

    /// <summary>That classes are mapped by name where their order differs.</summary>
    ClassesByName,

    /// <summary>The workspace.</summary>
    Workspace,

    /// <summary>The PostgreSQL database that has a workspace's record.</summary>
    Store,

    /// <summary>That latencies are measured anew.</summary>
    LatenciesAgain,

    /// <summary>Epochs of fine-tuning.</summary>
    FineTuningEpochs,

    /// <summary>Where the images are: a known data set's name or a directory.</summary>
    Data,

    /// <summary>That a table of latencies is taken although it was measured elsewhere (<see cref="Jobs.Accelerations.LatencySource.AllowForeign"/>).</summary>
    ForeignLatencies,

    /// <summary>The assemblies with operations of the user's own.</summary>
    OwnOperations,

    /// <summary>The weights of the network that a study or an acceleration begins with.</summary>
    TeacherWeights,

    /// <summary>The fraction of the training images that is held out (<see cref="Steps.HeldOutPart.Fraction"/>).</summary>
    HeldOutFraction,

    /// <summary>Another server with the files of a known data set; the value names the data set.</summary>
    DownloadMirror,

    /// <summary>That images are taken as they are stored, and not scaled to a size.</summary>
    ImagesAsStored,
}
