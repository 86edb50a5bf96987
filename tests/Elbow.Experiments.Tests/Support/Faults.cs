using Elbow.Experiments.Storage;

namespace Elbow.Experiments.Tests.Support;

/// <summary>The process ends here. Not a disk error, so no code gets to tidy up, as after SIGKILL.</summary>
public sealed class CrashException : Exception;

/// <summary>Disks that go wrong at one chosen step.</summary>
internal static class Faults
{
    public static Disk CrashAt(int step) => At(step, () => new CrashException());

    public static Disk FullAt(int step) => At(step, () => new IOException("No space left on device", 28));

    public static Disk DeniedAt(int step) => At(step, () => new UnauthorizedAccessException("Access to the path is denied."));

    /// <summary>How many steps the action takes on a healthy disk.</summary>
    public static int CountSteps(Action<Disk> action)
    {
        var count = 0;
        action(new Disk((_, _) => count++));
        return count;
    }

    private static Disk At(int step, Func<Exception> fault)
    {
        var count = 0;
        return new Disk((_, _) =>
        {
            if (count++ == step)
            {
                throw fault();
            }
        });
    }
}
