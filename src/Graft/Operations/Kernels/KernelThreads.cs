namespace Graft.Operations.Kernels;

/// <summary>Runs parts of a kernel on as many threads as libtorch computes with on the calling thread.</summary>
internal static class KernelThreads
{
    /// <summary>Runs the parts 0 to <paramref name="count"/> − 1, in no certain order.</summary>
    public static void ForEach(int count, Action<int> run)
    {
        int threads = TorchSharp.torch.get_num_threads();
        if (threads > 1 && count > 1)
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads }, run);
            return;
        }

        for (int part = 0; part < count; part++)
        {
            run(part);
        }
    }
}
