using System.Runtime.ExceptionServices;

namespace Elbow.Data;

/// <summary>A ring of batches between the threads that fill them and the one consumer that takes them in order.</summary>
internal sealed class ReadAhead : IDisposable
{
    private readonly IDataset _dataset;
    private readonly int[]? _order;
    private readonly int _size;
    private readonly int _end;
    private readonly Slot[] _ring;
    private readonly Thread[] _threads;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _free;
    private int _next;
    private volatile bool _stopped;

    public ReadAhead(IDataset dataset, int[]? order, BatchOptions options, int first, int end)
    {
        (_dataset, _order, _size, _next, _end) = (dataset, order, options.Size, first, end);
        var remaining = Math.Max(1, end - first);
        var workers = Math.Min(options.Workers, remaining);
        // One slot more than may wait or be filled: the one the consumer is looking at.
        _ring = new Slot[Math.Min(options.Ahead + workers, remaining) + 1];
        for (var i = 0; i < _ring.Length; i++)
        {
            _ring[i] = new Slot(new Batch(Math.Min(options.Size, dataset.Count), dataset.Shape));
        }

        _free = new SemaphoreSlim(_ring.Length);
        _threads = new Thread[workers];
        for (var i = 0; i < workers; i++)
        {
            _threads[i] = new Thread(Fill) { IsBackground = true, Name = $"batches of {dataset.Name} {i}" };
            _threads[i].Start();
        }
    }

    /// <summary>Waits for batch <paramref name="index"/>; batches must be taken in order. The one taken before is filled anew.</summary>
    public Batch Take(int index)
    {
        var slot = _ring[index % _ring.Length];
        if (_taken is not null)
        {
            _free.Release();
        }

        slot.Ready.Wait();
        slot.Ready.Reset();
        slot.Failure?.Throw();
        return (_taken = slot).Batch;
    }

    private Slot? _taken;

    /// <summary>Stops the threads; a read that is under way is waited for.</summary>
    public void Dispose()
    {
        _stopped = true;
        _free.Release(_threads.Length);
        foreach (var thread in _threads)
        {
            thread.Join();
        }

        _free.Dispose();
        foreach (var slot in _ring)
        {
            slot.Ready.Dispose();
        }
    }

    private void Fill()
    {
        while (true)
        {
            _free.Wait();
            int index;
            lock (_gate)
            {
                if (_stopped || _next >= _end)
                {
                    return;
                }

                index = _next++;
            }

            // Slots are freed in the order of the batches and there are at most as many batches under way as slots: no two share one.
            var slot = _ring[index % _ring.Length];
            try
            {
                Read(index, slot.Batch);
            }
            catch (Exception failure) // not swallowed: handed to the consumer, who throws it
            {
                slot.Failure = ExceptionDispatchInfo.Capture(failure);
            }

            slot.Ready.Set();
        }
    }

    private void Read(int index, Batch batch)
    {
        var first = index * _size;
        batch.Index = index;
        batch.Count = Math.Min(_size, _dataset.Count - first);
        for (var i = 0; i < batch.Count; i++)
        {
            batch.Rows[i] = _order is null ? first + i : _order[first + i];
        }

        _dataset.Read(batch.Rows.AsSpan(0, batch.Count), batch.Values);
    }

    private sealed class Slot(Batch batch)
    {
        public Batch Batch { get; } = batch;

        public ManualResetEventSlim Ready { get; } = new(false);

        public ExceptionDispatchInfo? Failure { get; set; }
    }
}
