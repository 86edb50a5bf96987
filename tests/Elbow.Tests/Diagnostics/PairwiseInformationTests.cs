using Elbow.Diagnostics;
using Elbow.Distributions;
using Elbow.Objectives;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Diagnostics;

public sealed class PairwiseInformationTests
{
    // methods/corex-anchorvae.md 8.11.
    [Fact]
    public void Bounds_OfTwoPosteriors_AreTheKnownOnes()
    {
        var found = PairwiseInformation.Of(AggregatePosterior.From([-1.0, 1], [2 * Math.Log(0.5), 2 * Math.Log(0.5)], 1), [0, 1]);
        Assert.Equal(0.692812, found.UpperOfEach[0].Value, 1e-6);
        Assert.Equal(0.566219, found.LowerOfEach[0].Value, 1e-6);
        Assert.Equal(found.UpperOfEach[0].Value, found.Upper.Value, 1e-12);
        Assert.Equal(found.LowerOfEach[0].Value, found.Lower.Value, 1e-12);
    }

    [Theory]
    [InlineData(130, 3, 1e-3)]
    [InlineData(40, 1, 0.2)]
    public void Bounds_OfABatch_AreThoseOfTheObjectives(int N, int L, double narrowest)
    {
        using var scope = TensorScope.Open();
        var (mean, logVar) = RandomCodes.Wild(N, L, narrowest, 5);
        var found = PairwiseInformation.Of(AggregatePosterior.From(mean, logVar, L), [.. Enumerable.Range(0, N)]);
        var q = Normal.FromLogVar(Tensor.From(mean, [N, L]), Tensor.From(logVar, [N, L]));
        var (upper, lower) = (MixtureInformation.UpperOfEach(q).Mean(0).ToArray<double>(), MixtureInformation.LowerOfEach(q).Mean(0).ToArray<double>());
        for (var j = 0; j < L; j++)
        {
            Assert.Equal(upper[j], found.UpperOfEach[j].Value, 1e-10);
            Assert.Equal(lower[j], found.LowerOfEach[j].Value, 1e-10);
        }
        Assert.Equal(MixtureInformation.Upper(q).Mean().ToDouble(), found.Upper.Value, 1e-10);
        Assert.Equal(MixtureInformation.Lower(q).Mean().ToDouble(), found.Lower.Value, 1e-10);
    }

    [Fact]
    public void Bounds_FromSomeExamples_EstimateThoseFromAll()
    {
        const int N = 600;
        var (mean, logVar) = RandomCodes.Wild(N, 2, 0.01, 9);
        var aggregate = AggregatePosterior.From(mean, logVar, 2);
        var all = PairwiseInformation.Of(aggregate, [.. Enumerable.Range(0, N)]);
        var some = PairwiseInformation.Of(aggregate, AnatomyOptions.Subset(N, 100, 1));
        Assert.InRange(some.Upper.Value, all.Upper.Value - 5 * some.Upper.StandardError, all.Upper.Value + 5 * some.Upper.StandardError);
        Assert.InRange(some.Lower.Value, all.Lower.Value - 5 * some.Lower.StandardError, all.Lower.Value + 5 * some.Lower.StandardError);
    }
}
