using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Graft.Benchmarks;

/// <summary>
/// Measures in processes of their own, all at the same time: each says "ready" on its standard output once it is set up, and answers each line on its standard
/// input with a rate. bench/pytorch_peer.py does so, and <c>graft bench-step</c>.
/// </summary>
public sealed class ProcessBenchmark : IBenchmark
{
    private readonly List<Process> _processes = [];

    /// <summary>Starts the processes and waits until they are set up.</summary>
    /// <param name="start">The program and its arguments.</param>
    /// <param name="count">How many work side by side.</param>
    /// <exception cref="ConfigurationException">The program cannot be started, or ends before it is set up.</exception>
    public ProcessBenchmark(ProcessStartInfo start, int count = 1)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = true;
        try
        {
            for (int i = 0; i < count; i++)
            {
                _processes.Add(Process.Start(start)!);
            }
        }
        catch (Win32Exception e)
        {
            Dispose();
            throw new ConfigurationException($"'{start.FileName}' cannot be started: {e.Message}.");
        }

        if (_processes.Any(p => p.StandardOutput.ReadLine() != "ready"))
        {
            Dispose();
            throw new ConfigurationException(
                $"'{start.FileName} {string.Join(" ", start.ArgumentList)}' ends before it measures anything; what it wrote above says why."
            );
        }
    }

    /// <inheritdoc/>
    public string Unit => "images/s";

    /// <summary>The most memory that any of the processes has taken so far, in bytes.</summary>
    public long PeakMemoryBytes => _processes.Max(p =>
    {
        p.Refresh();
        return p.PeakWorkingSet64;
    });

    /// <summary>Lets all measure at the same time; the sum of their rates.</summary>
    public double Run()
    {
        foreach (var process in _processes)
        {
            process.StandardInput.WriteLine("run");
            process.StandardInput.Flush();
        }

        return _processes.Sum(p => double.Parse(
            p.StandardOutput.ReadLine() ?? throw new RunException($"'{p.StartInfo.FileName}' has ended in the middle of a measurement."),
            CultureInfo.InvariantCulture));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var process in _processes)
        {
            process.StandardInput.Close(); // it ends by itself then
            process.WaitForExit();
            process.Dispose();
        }
    }
}
