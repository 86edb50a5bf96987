using Elbow.Evaluation;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Evaluation;

[Collection(Alone.Name)]
public sealed class ImportanceSamplingMemoryTests
{
    [Fact]
    public void LogLikelihood_TenTimesTheSamples_HoldsNoMoreTensorsAtOnce()
    {
        using var scope = TensorScope.Open();
        var most = 0L;
        var (model, _) = ImportanceSamplingTests.Counting(() => most = Math.Max(most, Tensor.LiveCount));
        using var generator = new Generator(1);
        var x = Small.Normal(1, 3, 3);
        var start = Tensor.LiveCount;
        ImportanceSampling.LogLikelihood(model, x, 10_000, generator);
        var few = most - start;
        most = 0;
        start = Tensor.LiveCount;
        ImportanceSampling.LogLikelihood(model, x, 100_000, generator);
        Assert.True(most - start <= few, $"{most - start} tensors at once, {few} before");
        Assert.Equal(start + 1, Tensor.LiveCount);
    }
}
