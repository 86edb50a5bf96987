using System.Runtime.CompilerServices;

namespace Elbow.Studio.Runs;

/// <summary>
/// Tells any number of listeners what has changed. There are no queues: every change of a run gets the next number, and a listener who was
/// slow is told the newest state of each run whose number it has not seen. Memory does not grow with listeners that do not listen.
/// </summary>
internal sealed class ChangeFeed
{
    private const int MostRemembered = 10_000;

    private readonly Lock gate = new();
    private readonly Dictionary<string, (long Version, Change Change)> newest = new(StringComparer.Ordinal);
    private TaskCompletionSource changed = New();
    private long version;
    private int listeners;

    /// <summary>How many listen.</summary>
    internal int Listeners => Volatile.Read(ref listeners);

    internal void Publish(StudioRun run)
    {
        var summary = run.Summary;
        Publish(new Change(summary.Id, char.ToLowerInvariant($"{summary.Status}"[0]) + $"{summary.Status}"[1..], summary.Step, summary.Epoch));
    }

    internal void Vanish(string id) => Publish(new Change(id, "vanished", 0, 0));

    /// <summary>Every change from now on, until cancelled.</summary>
    internal async IAsyncEnumerable<Change> Listen([EnumeratorCancellation] CancellationToken stop)
    {
        Interlocked.Increment(ref listeners);
        try
        {
            long seen;
            lock (gate) seen = version;
            while (true)
            {
                Task next;
                Change[] news;
                lock (gate)
                {
                    next = changed.Task;
                    news = seen == version ? [] : [.. newest.Values.Where(entry => entry.Version > seen).OrderBy(entry => entry.Version).Select(entry => entry.Change)];
                    seen = version;
                }
                foreach (var change in news) yield return change;
                await next.WaitAsync(stop);
            }
        }
        finally
        {
            Interlocked.Decrement(ref listeners);
        }
    }

    private void Publish(Change change)
    {
        TaskCompletionSource waiting;
        lock (gate)
        {
            // Names of runs that vanished long ago are nobody's news any more.
            if (newest.Count >= MostRemembered) newest.Clear();
            newest[change.Id] = (++version, change);
            (waiting, changed) = (changed, New());
        }
        waiting.SetResult();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
