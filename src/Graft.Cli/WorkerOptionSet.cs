using System.CommandLine;
using Graft.Jobs;

namespace Graft.Cli;

/// <summary>The options of the commands that run steps for others.</summary>
internal sealed class WorkerOptionSet
{
    private readonly Option<string> _workspace = CommonOptions.Workspace(),
        _data = CommonOptions.Data(),
        _dataDirectory = CommonOptions.DataDirectory(),
        _device = CommonOptions.Device();
    private readonly Option<string?> _images = new(WorkerOptions.ImagesArgument);

    /// <summary>All of them.</summary>
    public IEnumerable<Option> All => [_workspace, _data, _dataDirectory, _device, _images];

    /// <summary>What the command line says.</summary>
    public WorkerOptions Read(ParseResult parsed) => new(
        parsed.GetValue(_workspace)!, parsed.GetValue(_data)!, parsed.GetValue(_dataDirectory)!, parsed.GetValue(_device)!, parsed.GetValue(_images));
}
