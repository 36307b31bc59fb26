namespace Graft.Networks;

/// <summary>
/// Lets one thread at a time train or test a network: each sets its mode, and what a forward pass leaves behind is of the last one. The thread that has it may
/// take it again, as what a training tells its progress does.
/// </summary>
internal sealed class NetworkUse
{
    private readonly Lock _held = new();
    private volatile bool _isTrained;

    /// <summary>Takes the network to train it, or to change it otherwise for a while. The caller disposes what is returned, on the same thread.</summary>
    /// <exception cref="InvalidOperationException">Another thread has it.</exception>
    public Lease ToTrain()
    {
        if (!_held.TryEnter())
        {
            throw Busy();
        }

        bool before = _isTrained;
        _isTrained = true;
        return new(this, before);
    }

    /// <summary>Takes the network to test it; waits for other tests. The caller disposes what is returned, on the same thread.</summary>
    /// <exception cref="InvalidOperationException">Another thread trains it.</exception>
    public Lease ToTest()
    {
        if (!_held.TryEnter())
        {
            if (_isTrained)
            {
                throw Busy();
            }

            _held.Enter();
        }

        return new(this, _isTrained);
    }

    private static InvalidOperationException Busy() => new(
        "Another thread trains, tests or exports this network: one at a time can. Wait for it, or give each thread a network of its own. To test while TrainOn "
            + "trains, do it in epochDone, which TrainOn calls on its own thread; Progress<T> calls its handler on others.");

    /// <summary>Ends the use.</summary>
    /// <param name="use">What was taken.</param>
    /// <param name="isTrainedBefore">Whether it was trained before.</param>
    internal readonly ref struct Lease(NetworkUse use, bool isTrainedBefore)
    {
        public void Dispose()
        {
            use._isTrained = isTrainedBefore;
            use._held.Exit();
        }
    }
}
