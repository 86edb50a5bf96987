using Elbow.Studio.Runs;
using Microsoft.Extensions.Hosting;

namespace Elbow.Studio;

/// <summary>
/// Looks at the runs for everybody: what is listed from the ends of logs is read whole, long logs are made ready to be drawn, and while
/// somebody listens the disk is looked at twice a second. Folders are asked, not watched: that works on every file system, and a look at
/// 500 runs is a few thousand questions about files.
/// </summary>
internal sealed class Watcher(RunCatalogue runs, ChangeFeed feed) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300), Patience = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(() => Watch(stoppingToken), stoppingToken);

    private async Task Watch(CancellationToken stop)
    {
        runs.Refresh();
        // The first answer is for the person who waits for it; reading everything comes after.
        await Task.WhenAny(runs.Asked, Task.Delay(Patience, stop));
        while (!stop.IsCancellationRequested)
        {
            runs.ReadWhole(stop);
            runs.TendColumns(stop);
            await Task.Delay(Pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (feed.Listeners > 0) runs.Refresh(now: true);
        }
    }
}
