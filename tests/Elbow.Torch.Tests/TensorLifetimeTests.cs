using System.Runtime.CompilerServices;

namespace Elbow.Torch.Tests;

/// <summary>Tensors that no scope owns: the collector must free them, and never too early.</summary>
public sealed class TensorLifetimeTests
{
    [Fact]
    public void ForgottenTensors_AreFreedByTheFinaliser()
    {
        Collect();
        var before = Tensor.LiveCount;
        Forget();
        Assert.Equal(before + 20, Tensor.LiveCount);
        Collect();
        Assert.Equal(before, Tensor.LiveCount);
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget()
    {
        for (var k = 0; k < 10; k++) _ = Tensor.Zeros([4]) + 1;
    }

    [Fact]
    public void Collection_DuringACall_DoesNotFreeItsTensor()
    {
        // Nothing holds each tensor but the call that copies it, while another thread collects without pause.
        using var stop = new CancellationTokenSource();
        var collector = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        try
        {
            for (var k = 0; k < 300; k++) Assert.Equal(-1, Copy(k).AsSpan().IndexOfAnyExcept(k));
        }
        finally
        {
            stop.Cancel();
            collector.Join();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static float[] Copy(int value) => Tensor.Full(value, [50_000]).ToArray<float>();
}
