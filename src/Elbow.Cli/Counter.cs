using System.Diagnostics;

namespace Elbow.Cli;

/// <summary>"evaluating 3000/10000 (0:42 left)" on stderr, in a terminal only; results follow soon enough elsewhere.</summary>
internal sealed class Counter(string what, long total = 1) : IProgress<int>, IProgress<double>, IDisposable
{
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(100);
    private readonly Stopwatch sinceDrawn = Stopwatch.StartNew();
    private readonly Stopwatch watch = new();
    private readonly bool terminal = !Console.IsErrorRedirected;
    private double first;
    private bool drawn;

    public void Report(int value)
    {
        if (IsTime) Draw($"{value}/{total}", (double)value / total);
    }

    /// <summary>The same for work that is told by its share.</summary>
    public void Report(double value)
    {
        if (IsTime) Draw($"{value:P1}", value);
    }

    private bool IsTime => terminal && (!drawn || sinceDrawn.Elapsed > Refresh);

    // How long is left is told by what was done since the first word of it: what came before is another kind of work.
    private void Draw(string done, double share)
    {
        if (!watch.IsRunning)
        {
            first = share;
            watch.Start();
        }
        var seconds = watch.Elapsed.TotalSeconds * (1 - share) / Math.Max(1e-9, share - first);
        var left = watch.Elapsed < Refresh ? "" : $" ({(int)(seconds / 60)}:{(int)seconds % 60:00} left)";
        Console.Error.Write($"\r\e[2K{what} {done}{left}");
        sinceDrawn.Restart();
        drawn = true;
    }

    public void Dispose()
    {
        if (drawn) Console.Error.Write("\r\e[2K");
        drawn = false;
    }
}
