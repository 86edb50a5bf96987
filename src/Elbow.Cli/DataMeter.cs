using System.Diagnostics;
using Elbow.Data;

namespace Elbow.Cli;

/// <summary>"train-images.gz 37 % (3.4 of 9.5 MiB)" on stderr while data is fetched or read; outside a terminal one line for each file.</summary>
internal sealed class DataMeter : IProgress<DataProgress>, IDisposable
{
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(100);
    private readonly bool terminal = !Console.IsErrorRedirected;
    private readonly bool everyFile;
    private readonly Stopwatch sinceDrawn = Stopwatch.StartNew();
    private string? last;
    private bool drawn;

    /// <param name="everyFile">Whether each file deserves a line outside a terminal: downloads do.</param>
    internal DataMeter(bool everyFile = false) => this.everyFile = everyFile;

    public void Report(DataProgress value)
    {
        if (!terminal)
        {
            if (everyFile && last != value.What) Console.Error.WriteLine($"{value.What}, {Size(value.Total)}");
            last = value.What;
            return;
        }
        if (sinceDrawn.Elapsed < Refresh && value.Done < value.Total) return;
        sinceDrawn.Restart();
        var share = value.Total > 0 ? $"{100 * value.Done / value.Total} %" : $"{value.Done}";
        Console.Error.Write($"\r\e[2K{value.What} {share}");
        drawn = true;
    }

    public void Dispose()
    {
        if (drawn) Console.Error.Write("\r\e[2K");
        drawn = false;
    }

    internal static string Size(long bytes) => bytes switch
    {
        >= 1 << 20 => $"{bytes / (double)(1 << 20):F1} MiB",
        >= 1 << 10 => $"{bytes / (double)(1 << 10):F1} KiB",
        _ => $"{bytes} bytes",
    };
}
