namespace Elbow.Torch.Tests;

/// <summary>A scope around each test of a class, and a check that nothing outlived it.</summary>
/// <remarks>A test class cannot hold a ref struct: the test's body runs between the constructor and Dispose on one thread.</remarks>
internal sealed class ScopeFixture : IDisposable
{
    private readonly long before = Tensor.LiveCount;
    private readonly TensorScope.Frame frame = TensorScope.Frame.Push();

    public void Dispose()
    {
        frame.Pop();
        Assert.True(Tensor.LiveCount <= before, $"{Tensor.LiveCount - before} tensors outlived the test");
    }
}
