using Elbow.Distributions;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Distributions;

public class ContinuousBernoulliTests
{
    private static readonly Quadrature UnitInterval = Quadrature.Box((0, 1, 4000));

    public static TheoryData<double> AllRegimes => [0, 1e-9, -1e-4, 0.1249, 0.1251, -0.1249, -0.1251, 0.5, -0.8, 1, -5, 40, -80];

    [Theory, MemberData(nameof(AllRegimes))]
    public void LogProb_AnyLogit_IsTheNormalisedExponential(double logit)
    {
        using var scope = TensorScope.Open();
        // ∫ e^{l (x − ½)} dx, the half taken out so that it does not overflow.
        var normaliser = UnitInterval.Integrate(x => ((x.Select(1, 0) - 0.5) * logit).Exp());
        Assert.Equal(-0.2 * logit - Math.Log(normaliser), Make(logit).LogProb(Tensor.From(0.3)).ToDouble(), Tolerance(logit));
    }

    [Theory, MemberData(nameof(AllRegimes))]
    public void Mean_AnyLogit_IsMinusTheGradientOfTheLogNormaliser(double logit)
    {
        using var scope = TensorScope.Open();
        var l = Tensor.From(logit).WithGrad();
        var gradient = Autograd.Grad(new ContinuousBernoulli(l).LogProb(Tensor.From(0.3)).Sum(), [l])[0].ToDouble();
        Assert.Equal(0.3 - gradient, Make(logit).Mean.ToDouble(), 1e-12);
    }

    [Theory, MemberData(nameof(AllRegimes))]
    public void Mean_AnyLogit_IsTheMeanOfTheDensity(double logit)
    {
        using var scope = TensorScope.Open();
        var d = Make(logit);
        Assert.Equal(UnitInterval.Integrate(x => x.Select(1, 0) * d.LogProb(x).Exp()), d.Mean.ToDouble(), Tolerance(logit));
    }

    // Binary cross-entropy on grey values, quoted as a likelihood by popular code, is none: its exponential has less than all of the mass.
    [Fact]
    public void Mutant_CrossEntropyOfGreyValues_IsNoDensity()
    {
        using var scope = TensorScope.Open();
        foreach (var logit in new[] { 0.0, 0.5, -0.8, 5 })
        {
            var l = Tensor.From(logit);
            DensityLaws.IntegratesToOne(new ContinuousBernoulli(l.Reshape(1)), UnitInterval, 1e-9);
            Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => DensityLaws.IntegratesToOne(new Grey(l), UnitInterval, 1e-2));
        }
    }

    [Fact]
    public void LogProb_TwiceDifferentiated_IsMinusTheVariance()
    {
        using var scope = TensorScope.Open();
        foreach (var logit in new[] { 0, 0.124, 0.126, 0.5, 2.0 })
        {
            var l = Tensor.From(logit).WithGrad();
            var first = Autograd.Grad(new ContinuousBernoulli(l).LogProb(Tensor.From(0.3)).Sum(), [l], createGraph: true)[0];
            var d = Make(logit);
            var variance = UnitInterval.Integrate(x => (x.Select(1, 0) - d.Mean).Square() * d.LogProb(x).Exp());
            Assert.Equal(-variance, Autograd.Grad(first.Sum(), [l])[0].ToDouble(), 1e-11);
        }
    }

    // Simpson's own error grows with the fourth power of the logit.
    private static double Tolerance(double logit) => Math.Abs(logit) <= 5 ? 1e-12 : 1e-8;

    private static ContinuousBernoulli Make(double logit) => new(Tensor.From(logit));

    private sealed class Grey(Tensor logit) : IDistribution
    {
        public int EventAxes => 1;

        public bool Reparameterised => false;

        public Tensor Mean => logit.Sigmoid();

        public Tensor Sample(Generator generator, long? count = null) => throw new NotSupportedException();

        public Tensor LogProb(Tensor x) => (x * logit.LogSigmoid() + (1 - x) * (-logit).LogSigmoid()).Sum(-1L);
    }
}
