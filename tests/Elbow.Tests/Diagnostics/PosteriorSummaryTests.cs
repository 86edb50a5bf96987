using Elbow.Diagnostics;
using Elbow.Distributions;
using Elbow.Networks;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Diagnostics;

public sealed class PosteriorSummaryTests
{
    private static bool Close((double, double) a, (double, double) b) => Math.Abs(a.Item1 - b.Item1) < 1e-10 && Math.Abs(a.Item2 - b.Item2) < 1e-10;

    [Fact]
    public void Add_Batches_AveragesOverAllExamples()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(3), 4);
        var x = Small.Normal(1, 9, 4);
        var summary = new PosteriorSummary();
        Assert.True(summary.Add(model, x.Narrow(0, 0, 7)));
        Assert.True(summary.Add(model, x.Narrow(0, 7, 2)));
        var q = (Normal)model.Encode(x);
        var (variance, mean) = (q.LogVar.Exp(), q.Mean);
        var kl = (0.5 * (variance + mean.Square() - 1 - q.LogVar)).Mean(0).ToArray<double>();
        var entropy = (0.5 * (Math.Log(2 * Math.PI * Math.E) + q.LogVar)).Mean(0).ToArray<double>();
        Assert.Equal(9, summary.Count);
        for (var j = 0; j < 3; j++)
        {
            Assert.Equal(kl[j], summary.Kl[j], 1e-12);
            Assert.Equal(entropy[j], summary.Entropy[j], 1e-12);
        }
        // The same from the definitions: −E_q log p(z) of N(0, I), and the entropy of a diagonal Gaussian.
        var ce = Estimate.Of((0.5 * (Math.Log(2 * Math.PI) + variance + mean.Square())).Sum(-1L).ToArray<double>());
        var h = Estimate.Of((0.5 * (Math.Log(2 * Math.PI * Math.E) + q.LogVar)).Sum(-1L).ToArray<double>());
        Assert.Equal((ce.Value, ce.StandardError), (summary.TotalCrossEntropy.Value, summary.TotalCrossEntropy.StandardError), Close);
        Assert.Equal((h.Value, h.StandardError), (summary.TotalEntropy.Value, summary.TotalEntropy.StandardError), Close);
        Assert.Equal(model.Encode(x) is IHasClosedFormKl exact ? exact.KlTo(model.Prior.Density())!.Mean().ToDouble() : double.NaN, summary.Kl.Sum(), 1e-12);
    }

    [Fact]
    public void Active_CollapsedLatent_IsNotCounted()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(2, posterior: new DiagonalNormalPosterior.Config { Variance = DiagonalNormalPosterior.VarianceOf.Shared }), 4);
        using (Autograd.NoGrad()) model.NamedParameters().Single(pair => pair.Key == "posterior.logVar").Value.CopyFrom<double>([0, -4]);
        var summary = new PosteriorSummary();
        summary.Add(model, Small.Normal(1, 5, 4));
        Assert.Equal(1.418938533, summary.Entropy[0], 1e-9);
        Assert.Equal(1, summary.Active);
    }

    // methods/three-entropies.md 7: exactly 1.0 nat is collapsed, whatever the prior's scale.
    [Theory]
    [InlineData(0, true)]
    [InlineData(-1e-9, false)]
    [InlineData(1e-9, true)]
    public void Collapsed_AtTheBoundary_CountsAsCollapsed(double beyond, bool collapsed)
    {
        using var scope = TensorScope.Open();
        foreach (var priorLogVar in new[] { 0.0, 2 })
        {
            var parts = Small.Mlp(1, posterior: new DiagonalNormalPosterior.Config { Variance = DiagonalNormalPosterior.VarianceOf.Shared }) with { Prior = new Elbow.Priors.LearnedNormal.Config { InitialLogVar = priorLogVar } };
            using var model = Small.Model(parts, 4);
            using (Autograd.NoGrad()) model.NamedParameters().Single(pair => pair.Key == "posterior.logVar").Value.CopyFrom<double>([2 * (1 - ThreeEntropies.Unit + beyond) + priorLogVar]);
            var summary = new PosteriorSummary();
            summary.Add(model, Small.Normal(1, 1, 4));
            // The boundary itself is met up to the last bit only where nothing is rounded: under N(0, I).
            if (beyond == 0 && priorLogVar == 0) Assert.Equal(1.0, summary.Entropy[0]);
            if (beyond != 0 || priorLogVar == 0) Assert.Equal(collapsed ? 0 : 1, summary.Active);
        }
    }

    [Fact]
    public void Add_FullPosterior_KnowsNothingPerLatent()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(2, posterior: new FullNormalPosterior.Config()), 4);
        Assert.False(new PosteriorSummary().Add(model, Small.Normal(1, 5, 4)));
    }
}
