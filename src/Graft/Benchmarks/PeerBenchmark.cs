using System.Diagnostics;

namespace Graft.Benchmarks;

/// <summary>The same work in another program, which answers each line on its standard input with a rate on its standard output (bench/pytorch_peer.py).</summary>
public sealed class PeerBenchmark : IRateBenchmark
{
    private readonly Process _process;

    private PeerBenchmark(Process process, string subject) => (_process, Subject) = (process, subject);

    /// <inheritdoc/>
    public string Subject { get; }

    /// <inheritdoc/>
    public string Unit => "images/s";

    /// <summary>Starts the program; null where it cannot start (no PyTorch).</summary>
    /// <param name="start">The program and its arguments.</param>
    /// <param name="subject">What it measures.</param>
    public static PeerBenchmark? TryStart(ProcessStartInfo start, string subject)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        try
        {
            var process = Process.Start(start)!;
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            if (process.StandardOutput.ReadLine() == "ready")
            {
                return new(process, subject);
            }

            process.Dispose();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // there is no such program
        }

        return null;
    }

    /// <inheritdoc/>
    public double Run()
    {
        _process.StandardInput.WriteLine("run");
        _process.StandardInput.Flush();
        return double.Parse(_process.StandardOutput.ReadLine() ?? throw new RunException($"the peer program of '{Subject}' has ended."));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
