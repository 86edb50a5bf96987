using Elbow.Evaluation;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Evaluation;

[Collection(Alone.Name)]
public sealed class AnnealingMemoryTests
{
    [Theory]
    [InlineData(10, 100, 20, 20)]
    [InlineData(2, 2, 64, 320)]
    public void LogLikelihood_MoreStepsOrExamples_HoldsNoMoreRowsAtOnce(int steps, int moreSteps, int examples, int moreExamples)
    {
        using var scope = TensorScope.Open();
        var most = 0L;
        var (model, rows) = ImportanceSamplingTests.Counting(() => most = Math.Max(most, Tensor.LiveCount));
        using var generator = new Generator(1);
        long Most(int T, int B)
        {
            most = 0;
            rows.Clear();
            using var inner = TensorScope.Open();
            var start = Tensor.LiveCount;
            AnnealedImportanceSampling.LogLikelihood(model, Small.Normal(1, B, 3), new Annealing(T, Chains: 16, Leapfrogs: 1), generator);
            Assert.True(rows.Max() <= 1024, $"{rows.Max()} rows at once");
            // Two results for each chunk of 64 examples wait to be joined.
            return most - start - 2 * (B / 64);
        }
        Assert.True(Most(moreSteps, moreExamples) <= Most(steps, examples), "more tensors are alive at once");
    }

    [Fact]
    public void LogLikelihood_MoreChainsThanRowsFit_GoesInPartsAndCountsAll()
    {
        using var scope = TensorScope.Open();
        var (model, rows) = ImportanceSamplingTests.Counting();
        using var generator = new Generator(1);
        var settings = new Annealing(Steps: 1, Chains: 2500);
        AnnealedImportanceSampling.LogLikelihood(model, Small.Normal(1, 2, 3), settings, generator);
        Assert.Equal(5000, rows.Sum());
        Assert.True(rows.Max() <= 1024, $"{rows.Max()} rows at once");
    }
}
