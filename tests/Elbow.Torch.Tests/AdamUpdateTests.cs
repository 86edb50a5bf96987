namespace Elbow.Torch.Tests;

public sealed class AdamUpdateTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void ApplyForeach_SameInputs_EqualsTheNativeKernel(bool decoupled, bool infinity)
    {
        using var scope = TensorScope.Open();
        using var generator = new Generator(1);
        var rule = new AdamRule(0.9, 0.99, 1e-6, 0.1, decoupled, infinity);
        Tensor[] start = Draw(generator);
        Tensor[] native = [.. start.Select(p => p.Clone())], foreach_ = [.. start.Select(p => p.Clone())];
        var (nativeM, nativeV, foreachM, foreachV) = (Zeros(start), Zeros(start), Zeros(start), Zeros(start));
        for (var step = 1; step <= 5; step++)
        {
            var gradients = Draw(generator);
            AdamUpdate.Apply(native, gradients, nativeM, nativeV, rule, 0.01, step);
            AdamUpdate.ApplyForeach(foreach_, gradients, foreachM, foreachV, rule, 0.01, step);
        }
        for (var k = 0; k < start.Length; k++)
        {
            Assert.Equal(0, (native[k] - foreach_[k]).Abs().Sum().ToDouble(), 1e-12);
            Assert.NotEqual(start[k].ToArray<double>(), native[k].ToArray<double>());
        }
    }

    private static Tensor[] Draw(Generator generator) => [Tensor.Randn([3, 2, 4, 4], generator, DType.Float64), Tensor.Randn([7], generator, DType.Float64)];

    private static Tensor[] Zeros(Tensor[] like) => [.. like.Select(tensor => tensor.ZerosLike())];
}
