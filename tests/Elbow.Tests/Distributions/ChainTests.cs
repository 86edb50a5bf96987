using Elbow.Distributions;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Distributions;

/// <summary>A chain of Gaussians whose mean is affine in the parent is one Gaussian: everything is known.</summary>
public sealed class ChainTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void LogProb_AffineLinks_IsThatOfTheJointGaussian(bool childFirst)
    {
        using var scope = TensorScope.Open();
        var (chain, joint) = Pair(1, childFirst);
        var z = Small.Normal(9, 7, 4, 3);
        Assert.Equal(0, (chain.LogProb(z) - joint.LogProb(z)).Abs().Amax(0, 1).ToDouble(), 1e-10);
        Assert.Equal(joint.Mean.ToArray<double>(), chain.Mean.ToArray<double>(), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    public void KlGiven_AffineLinks_AveragesToTheClosedForm(bool first, bool second)
    {
        using var scope = TensorScope.Open();
        using var generator = new Generator(1);
        var ((q, jointQ), (p, jointP)) = (Pair(1, first), Pair(20, second));
        var z = q.Sample(generator, 20_000);
        var (given, parts) = (Kl.Given(q, p, z).Detach(), Kl.OfLayers(q, p, z));
        MonteCarlo.Agree(given, jointQ.KlTo(jointP)!.ToDouble(), "divergence");
        Assert.Equal(2, parts.Count);
        Assert.Equal(0, (parts[0] + parts[1] - given).Abs().Amax(0).ToDouble(), 1e-10);
        if (first == second) Assert.All(parts, part => Assert.True(part.Amin(0).ToDouble() >= 0));
    }

    // The parent's divergence does not depend on the draw; that of the link given it does.
    [Fact]
    public void KlOfLayers_SameOrder_AreDivergencesInTheOrderOfTheVector()
    {
        using var scope = TensorScope.Open();
        var ((q, _), (p, _)) = (Pair(1, childFirst: true), Pair(20, childFirst: true));
        var parts = Kl.OfLayers(q, p, Small.Normal(3, 5, 3));
        Assert.Equal((new Shape([5]), new Shape([])), (parts[0].Shape, parts[1].Shape));
        Assert.Equal(Parent(1).KlTo(Parent(20))!.ToDouble(), parts[1].ToDouble(), 1e-12);
    }

    [Fact]
    public void Create_ParentThatIsNoVector_IsRefused()
    {
        using var scope = TensorScope.Open();
        Assert.Throws<ArgumentException>(() => new Chain(Parent(1).WithEventAxes(0), 2, a => Parent(1), childFirst: true));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Chain(Parent(1), 0, a => Parent(1), childFirst: true));
    }

    private static Normal Parent(ulong seed) => Normal.FromLogVar(Small.Normal(seed, 2), Small.Normal(seed + 1, 2));

    // a ~ N(m, diag v) of 2 numbers, b ~ N(w a + c, u) of 1.
    private static (Chain Chain, FullNormal Joint) Pair(ulong seed, bool childFirst)
    {
        var parent = Parent(seed);
        var (w, c, u) = (Small.Normal(seed + 2, 1, 2), Small.Normal(seed + 3, 1), Small.Normal(seed + 4, 1));
        var chain = new Chain(parent, 2, a => Normal.FromLogVar(a.Linear(w, c), u), childFirst);
        var variance = parent.LogVar.Exp().DiagEmbed();
        var cross = w.Matmul(variance);
        var covariance = Tensor.Cat(0, Tensor.Cat(1, variance, cross.T), Tensor.Cat(1, cross, cross.Matmul(w.T) + u.Exp().DiagEmbed()));
        var mean = Tensor.Cat(0, parent.Mean, parent.Mean.Linear(w, c));
        if (!childFirst) return (chain, new FullNormal(mean, covariance.Cholesky()));
        var order = Tensor.From([2L, 0, 1], [3]);
        return (chain, new FullNormal(mean.IndexSelect(0, order), covariance.IndexSelect(0, order).IndexSelect(1, order).Cholesky()));
    }
}
