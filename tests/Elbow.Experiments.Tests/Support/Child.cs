using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Elbow.Experiments.Storage;

namespace Elbow.Experiments.Tests.Support;

/// <summary>This test program started a second time as a real process that trains into a run until it is killed.</summary>
internal static class Child
{
    private const string Order = "ELBOW_TEST_CHILD";
    public const int FilesPerCheckpoint = 5;

    /// <summary>Starts a child that locks the run and saves checkpoint after checkpoint; returns once the first one is saved.</summary>
    public static Process Train(RunFolder run)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        start.Environment[Order] = run.Root;
        var child = Process.Start(start)!;
        Assert.Equal("saved", child.StandardOutput.ReadLine());
        return child;
    }

    public static void Kill(Process child)
    {
        child.Kill();
        child.WaitForExit();
        child.Dispose();
    }

    [ModuleInitializer]
    internal static void ObeyOrder()
    {
        if (Environment.GetEnvironmentVariable(Order) is not { } path)
        {
            return;
        }

        using var run = RunFolder.Open(path).Lock(TimeProvider.System);
        using var log = EventLog.Open(run.Folder.EventsPath);
        for (var step = 1; ; step++)
        {
            log.Append(Some.Step(step));
            AtomicFolder.Replace(run.Folder.CheckpointPath("last"), folder =>
            {
                for (var file = 0; file < FilesPerCheckpoint; file++)
                {
                    File.WriteAllText(Path.Combine(folder, $"{file}.txt"), step.ToString(CultureInfo.InvariantCulture));
                }
            });
            if (step == 1)
            {
                Console.WriteLine("saved");
            }
        }
    }
}
