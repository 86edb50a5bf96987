using System.Diagnostics;

namespace Elbow.Cli;

/// <summary>"evaluating 3000/10000 (0:42 left)" on stderr, in a terminal only; results follow soon enough elsewhere.</summary>
internal sealed class Counter(string what, long total) : IProgress<int>, IDisposable
{
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private readonly bool terminal = !Console.IsErrorRedirected;
    private bool drawn;

    public void Report(int value)
    {
        if (!terminal) return;
        var left = TimeSpan.FromSeconds(watch.Elapsed.TotalSeconds * (total - value) / Math.Max(1, value));
        Console.Error.Write($"\r\e[2K{what} {value}/{total} ({(int)left.TotalMinutes}:{left.Seconds:00} left)");
        drawn = true;
    }

    public void Dispose()
    {
        if (drawn) Console.Error.Write("\r\e[2K");
        drawn = false;
    }
}
