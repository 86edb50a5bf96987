using System.Runtime.ExceptionServices;

namespace Elbow.Data;

/// <summary>A ring of batches between the threads that fill them and the one consumer that takes them in order.</summary>
internal sealed class ReadAhead : IDisposable
{
    private readonly IDataset dataset;
    private readonly int[]? order;
    private readonly int size;
    private readonly int end;
    private readonly Slot[] ring;
    private readonly Thread[] threads;
    private readonly Lock gate = new();
    private readonly SemaphoreSlim free;
    private int next;
    private volatile bool stopped;

    public ReadAhead(IDataset dataset, int[]? order, BatchOptions options, int first, int end)
    {
        (this.dataset, this.order, size, next, this.end) = (dataset, order, options.Size, first, end);
        var remaining = Math.Max(1, end - first);
        var workers = Math.Min(options.Workers, remaining);
        // One slot more than may wait or be filled: the one the consumer is looking at.
        ring = new Slot[Math.Min(options.Ahead + workers, remaining) + 1];
        for (var i = 0; i < ring.Length; i++)
        {
            ring[i] = new Slot(new Batch(Math.Min(options.Size, dataset.Count), dataset.Shape));
        }

        free = new SemaphoreSlim(ring.Length);
        threads = new Thread[workers];
        for (var i = 0; i < workers; i++)
        {
            threads[i] = new Thread(Fill) { IsBackground = true, Name = $"batches of {dataset.Name} {i}" };
            threads[i].Start();
        }
    }

    /// <summary>Waits for batch <paramref name="index"/>; batches must be taken in order. The one taken before is filled anew.</summary>
    public Batch Take(int index)
    {
        var slot = ring[index % ring.Length];
        if (taken is not null)
        {
            free.Release();
        }

        slot.Ready.Wait();
        slot.Ready.Reset();
        slot.Failure?.Throw();
        return (taken = slot).Batch;
    }

    private Slot? taken;

    /// <summary>Stops the threads; a read that is under way is waited for.</summary>
    public void Dispose()
    {
        stopped = true;
        free.Release(threads.Length);
        foreach (var thread in threads)
        {
            thread.Join();
        }

        free.Dispose();
        foreach (var slot in ring)
        {
            slot.Ready.Dispose();
        }
    }

    private void Fill()
    {
        while (true)
        {
            free.Wait();
            int index;
            lock (gate)
            {
                if (stopped || next >= end)
                {
                    return;
                }

                index = next++;
            }

            // Slots are freed in the order of the batches and there are at most as many batches under way as slots: no two share one.
            var slot = ring[index % ring.Length];
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
        var first = index * size;
        batch.Index = index;
        batch.Count = Math.Min(size, dataset.Count - first);
        for (var i = 0; i < batch.Count; i++)
        {
            batch.Rows[i] = order is null ? first + i : order[first + i];
        }

        dataset.Read(batch.Rows.AsSpan(0, batch.Count), batch.Values);
    }

    private sealed class Slot(Batch batch)
    {
        public Batch Batch { get; } = batch;

        public ManualResetEventSlim Ready { get; } = new(false);

        public ExceptionDispatchInfo? Failure { get; set; }
    }
}
