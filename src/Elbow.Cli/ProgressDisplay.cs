using System.Diagnostics;
using System.Text;
using Elbow.Experiments;
using Elbow.Training;

namespace Elbow.Cli;

/// <summary>Training as a person wants to see it, on stderr: a bar with the time left in a terminal, one plain line for each epoch elsewhere.</summary>
internal sealed class ProgressDisplay : IRunSink, IDisposable
{
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(100);
    private readonly bool terminal = !Console.IsErrorRedirected;
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private readonly Stopwatch sinceDrawn = Stopwatch.StartNew();
    private long examples;
    private double done;
    private double? from;
    private string lastEpoch = "";
    private bool drawn;
    private (int Looks, double Seconds, double Training) anatomy;

    internal void Step(StepProgress step)
    {
        examples += step.Examples;
        done = (step.Epoch - 1 + (double)step.Batch / step.Batches) / step.Epochs;
        from ??= done;
        if (!terminal || sinceDrawn.Elapsed < Refresh) return;
        sinceDrawn.Restart();
        Draw($"epoch {step.Epoch}/{step.Epochs}");
    }

    public void Emit(RunEvent e)
    {
        switch (e)
        {
            case EpochCompleted epoch:
                anatomy.Training += epoch.Seconds;
                lastEpoch = Terms(epoch, first: terminal ? "elbo" : "");
                if (terminal) Draw($"epoch {epoch.Epoch}");
                else Console.Error.WriteLine($"epoch {epoch.Epoch,4}  {lastEpoch}  {epoch.Seconds:F1} s  {epoch.ExamplesPerSecond:F0} examples/s");
                break;
            case DiagnosticsLogged { Seconds: { } seconds }:
                anatomy = (anatomy.Looks + 1, anatomy.Seconds + seconds, anatomy.Training);
                break;
            case Finished when anatomy.Looks > 0:
                Line(Cost());
                break;
            case Warned warning:
                Line($"warning: {warning.Message}");
                break;
            case Resumed resumed:
                Line($"resumed after step {resumed.Step}");
                break;
            case EarlyStopped stopped:
                Line($"stopped early after epoch {stopped.Epoch}: {stopped.Reason ?? $"the best was epoch {stopped.BestEpoch}"}");
                break;
            case Interrupted interrupted:
                Line($"interrupted after step {interrupted.Step}; everything is saved");
                break;
        }
    }

    public void Dispose() => Clear();

    private string Cost()
    {
        var share = anatomy.Seconds / anatomy.Training;
        // Below a second the clock says little, and nobody waits.
        var mend = share > 0.05 && anatomy.Seconds > 1 ? "; a larger diagnostics.anatomyEvery or fewer diagnostics.anatomyRows make it less" : "";
        return $"{anatomy.Looks} {(anatomy.Looks == 1 ? "look" : "looks")} at the anatomy took {anatomy.Seconds:F1} s, {share:P1} of the time of training steps{mend}";
    }

    // In a terminal what does not fit is cut off: what matters most comes first there.
    private static string Terms(EpochCompleted epoch, string first)
    {
        var split = epoch.Splits.TryGetValue("validation", out var validation) ? ("validation", validation) : ("train", epoch.Splits["train"]);
        var text = new StringBuilder(split.Item1);
        foreach (var (name, value) in split.Item2.OrderBy(term => term.Key != first))
        {
            if (name != "objective") text.Append($"  {name} {value.Mean:F2}");
        }
        return text.ToString();
    }

    private void Draw(string head)
    {
        var room = Math.Max(20, Console.BufferWidth - 1);
        var (width, unit) = room < 110 ? (8, "/s") : (20, " examples/s");
        var filled = (int)Math.Round(width * done);
        var share = done - (from ?? 0);
        var left = share > 0 ? TimeSpan.FromSeconds(watch.Elapsed.TotalSeconds * (1 - done) / share) : (TimeSpan?)null;
        var rate = examples / Math.Max(1e-9, watch.Elapsed.TotalSeconds);
        var line = $"{head} [{new string('=', filled)}{new string(' ', width - filled)}] {(left is { } time ? $"{Clock(time)} left" : "")}  {rate:F0}{unit}  {lastEpoch}";
        Console.Error.Write($"\r\e[2K{(line.Length > room ? line[..room] : line)}");
        drawn = true;
    }

    private void Line(string text)
    {
        Clear();
        Console.Error.WriteLine(text);
    }

    private void Clear()
    {
        if (drawn) Console.Error.Write("\r\e[2K");
        drawn = false;
    }

    private static string Clock(TimeSpan time) => time.TotalHours >= 1 ? $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}" : $"{time.Minutes}:{time.Seconds:00}";
}
