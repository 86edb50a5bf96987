using System.Runtime.CompilerServices;

namespace Elbow.Torch.Tests;

/// <summary>Tensors that no scope owns belong to the collector.</summary>
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
}
