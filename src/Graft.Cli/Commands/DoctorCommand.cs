using System.CommandLine;
using Graft.Cli.Views;
using Graft.Data;
using Graft.Engine.Postgres;
using Graft.Jobs;
using Graft.Networks;
using Graft.Onnx;
using Graft.Operations;
using Graft.Runtime;

namespace Graft.Cli.Commands;

/// <summary><c>graft doctor</c>: what this machine has of what Graft needs, and what to do where something is missing.</summary>
internal static class DoctorCommand
{
    private const double Gibibyte = 1L << 30;
    private const long EnoughMemory = 4L << 30, EnoughDisk = 2L << 30;

    public static Command Create(Terminal terminal)
    {
        var workspace = CommonOptions.Workspace();
        var dataDirectory = CommonOptions.DataDirectory();
        var json = CommonOptions.Json();
        var command = new Command("doctor", "Check this machine: processor, memory, versions, workspace, data, self-checks.")
        {
            workspace,
            dataDirectory,
            json,
        };
        command.SetAction((parsed, cancellation) =>
        {
            var findings = Look(parsed.GetValue(workspace)!, parsed.GetValue(dataDirectory)!, cancellation);
            if (parsed.GetValue(json))
            {
                terminal.WriteJson(findings);
            }
            else
            {
                Write(terminal, findings);
            }

            return Task.FromResult(findings.Any(f => f.State == "fault") ? 1 : 0);
        });
        return command;
    }

    private static List<Finding> Look(string workspace, string dataDirectory, CancellationToken cancellation)
    {
        var findings = new List<Finding>();
        var machine = MachineInformation.Read("cpu");
        findings.Add(new("machine", "ok", machine.Machine));
        findings.Add(PrecisionNames.Parse("auto", "cpu") == Precision.BFloat16
            ? new("precision", "ok", "bf16: this processor computes with it (AVX512-BF16)")
            : new("precision", "note", "fp32: this processor has no AVX512-BF16; training takes up to twice as long"));
        long memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        findings.Add(memory >= EnoughMemory
            ? new("memory", "ok", Invariant($"{memory / Gibibyte:0.0} GiB"))
            : new("memory", "note", Invariant($"{memory / Gibibyte:0.0} GiB; use --workers 1")));
        findings.Add(new("versions", "ok", string.Join(", ", machine.Versions.Select(v => $"{v.Key} {v.Value.Split('+')[0]}"))));
        var backend = Checked("backend", "install graft again, for this platform", Backend);
        findings.Add(backend);
        findings.Add(Checked("workspace", "name another directory with --workspace, or GRAFT_WORKSPACE", () => Workspace(workspace)));
        if (Workspaces.Exists(workspace))
        {
            findings.Add(Checked("record", "mend what it says, or name another directory with --workspace", () => Record(workspace)));
        }

        findings.AddRange(DataCatalog.All.Select(entry => DataSet(entry, dataDirectory)));
        if (backend.State == "ok")
        {
            findings.Add(Checked("libtorch and ONNX Runtime", "install graft again; if it stays, report it with this table", () => SelfCheck(cancellation)));
        }

        return findings;
    }

    private static string Backend() => ComputeDevice.Backend() == ComputeDevice.Cuda
        ? "cuda: --device cuda, which is the default"
        : "cpu; for a GPU build with -p:TorchBackend=cuda";

    private static string Workspace(string directory)
    {
        OutputFile.RequireDirectory("--workspace", directory);
        string full = Path.GetFullPath(directory);
        long free = new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(full)! : Existing(full)).AvailableFreeSpace;
        return free >= EnoughDisk
            ? $"{directory} can be written, {Format.Bytes(free)} free"
            : throw new ConfigurationException($"{directory} can be written, but {Format.Bytes(free)} are free; a study takes up to some GB");
    }

    // Where it is, and that it answers.
    private static string Record(string directory)
    {
        using var record = Workspaces.OpenExisting(directory, TimeProvider.System);
        string where = record is PostgresWorkspace shared ? shared.Store.Name : "a file of the workspace";
        string jobs = Plural.Of(record.Jobs.List().Count, "study or acceleration", "studies and accelerations");
        return $"{where}; {jobs}, {Plural.Of(record.Steps.List().Count, "step")}";
    }

    private static string Existing(string directory)
    {
        while (!Directory.Exists(directory))
        {
            directory = Path.GetDirectoryName(directory)!;
        }

        return directory;
    }

    private static Finding DataSet(CatalogEntry entry, string directory) => entry.Files.Count == 0 ? new($"data {entry.Name}", "ok", "embedded")
        : Directory.Exists(Path.Combine(directory, entry.Directory)) ? new($"data {entry.Name}", "ok", $"in {directory}")
        : new($"data {entry.Name}", "note", $"not here yet: graft data get {entry.Name}");

    // One small network through all that computes: libtorch, the exporter, ONNX Runtime, which have to agree.
    private static string SelfCheck(CancellationToken cancellation)
    {
        string file = Path.Combine(Path.GetTempPath(), Invariant($"graft-{Guid.NewGuid():N}.onnx"));
        try
        {
            using var network = Network.Create("wrn-10-1", new(3, 32, 32), classes: 10, seed: 1);
            network.eval();
            var comparison = OnnxExport.Save(network, new() { Normalization = new([0.5f, 0.5f, 0.5f], [0.25f, 0.25f, 0.25f]) }, file, null, cancellation);
            return Invariant($"a network gives the same logits in both (largest difference {comparison.MaxDifference:0.0e+0})");
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static Finding Checked(string what, string cure, Func<string> check)
    {
        try
        {
            return new(what, "ok", check());
        }
        catch (Exception e) when (e is GraftException or IOException or UnauthorizedAccessException or DllNotFoundException or TypeInitializationException)
        {
            return new(what, "fault", $"{e.Message.ReplaceLineEndings(" ")} What to do: {cure}.");
        }
    }

    private static void Write(Terminal terminal, List<Finding> findings)
    {
        var table = new WideTable(2, "state", "what", "~found");
        findings.ForEach(f => table.AddRow(f.State, f.What, f.Found));
        table.Write(terminal);
        terminal.WriteLine(
            findings.Any(f => f.State == "fault") ? "Mend what is a fault first." : "Nothing stands in the way.  Next: graft study --preset quick --dry-run"
        );
    }

    private sealed record Finding(string What, string State, string Found);
}
