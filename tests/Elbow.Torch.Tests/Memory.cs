namespace Elbow.Torch.Tests;

/// <summary>What <see cref="Tensor.LiveCount"/> cannot see: memory that the native side forgot.</summary>
internal static class Memory
{
    /// <summary>Repeats a call that handles about a megabyte each time; if it kept that, the process would grow by hundreds.</summary>
    internal static void MustNotGrow(Action call)
    {
        const int times = 400;
        for (var k = 0; k < 20; k++) call();
        var before = Resident();
        for (var k = 0; k < times; k++) call();
        Assert.InRange(Resident() - before, long.MinValue, times / 2 << 20);
    }

    private static long Resident() => long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1]) * Environment.SystemPageSize;
}
