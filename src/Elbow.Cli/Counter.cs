using System.Diagnostics;

namespace Elbow.Cli;

/// <summary>"evaluating 3000/10000 (0:42 left)" on stderr, in a terminal only; results follow soon enough elsewhere.</summary>
internal sealed class Counter(string what, long total = 1) : IProgress<int>, IProgress<double>, IDisposable
{
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(100);
    private readonly Stopwatch sinceDrawn = Stopwatch.StartNew();
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private readonly bool terminal = !Console.IsErrorRedirected;
    private bool drawn;

    public void Report(int value) => Draw($"{value}/{total}", (double)value / total);

    /// <summary>The same for work that is told by its share.</summary>
    public void Report(double value)
    {
        if (terminal && (!drawn || sinceDrawn.Elapsed > Refresh)) Draw($"{value:P1}", value);
    }

    private void Draw(string done, double share)
    {
        if (!terminal) return;
        var left = TimeSpan.FromSeconds(watch.Elapsed.TotalSeconds * (1 - share) / Math.Max(1e-9, share));
        Console.Error.Write($"\r\e[2K{what} {done} ({(int)left.TotalMinutes}:{left.Seconds:00} left)");
        sinceDrawn.Restart();
        drawn = true;
    }

    public void Dispose()
    {
        if (drawn) Console.Error.Write("\r\e[2K");
        drawn = false;
    }
}
