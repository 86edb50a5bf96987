using Elbow.Distributions;
using Elbow.Priors;
using Elbow.Tests.Support;
using Elbow.Torch;
using Module = Elbow.Networks.Module;

namespace Elbow.Tests.Priors;

public sealed class GtmTests
{
    private static readonly Gtm.Config Config = new() { Side = 3, GridRange = 4, Hidden = [4] };

    [Fact]
    public void Density_NetworkThatIgnoresItsInput_IsOneGaussian()
    {
        using var scope = TensorScope.Open();
        // 6. Zero weights in the last layer leave its bias: one mean and one variance for every point of the grid.
        using var prior = (Gtm)new Gtm.Config { Side = 3, Hidden = [4] }.Build(Small.PriorContext(2));
        Overwrite(prior, "network.2.weight", Tensor.Zeros([4, 4], DType.Float64));
        var bias = Tensor.From(0.3, -0.2, 0.5, -1);
        Overwrite(prior, "network.2.bias", bias);
        var z = Small.Normal(1, 20, 2);
        var expected = Normal.FromLogVar(bias.Narrow(0, 0, 2), bias.Narrow(0, 2, 2)).LogProb(z);
        Assert.Equal(0, (prior.Density().LogProb(z) - expected).Abs().Amax(0).ToDouble(), 1e-12);
    }

    // The joint mixture of the formula, from weights and grid; the product of one-dimensional mixtures must not pass for it.
    [Fact]
    public void Density_AnyNetwork_IsTheSumOfItsComponents()
    {
        using var scope = TensorScope.Open();
        using var prior = (Gtm)Config.Build(Small.PriorContext(2));
        using var product = (Gtm)(Config with { NotebookCompatible = true }).Build(Small.PriorContext(2));
        var logWeights = Small.Normal(5, 9);
        foreach (var each in new[] { prior, product }) Overwrite(each, "logWeights", logWeights);
        var w = prior.NamedParameters().ToDictionary(StringComparer.Ordinal);
        var hidden = LatentGrid.Points(3, 2, 4, Small.Init()).Linear(w["network.0.weight"], w["network.0.bias"]).Tanh();
        var (means, logVars) = hidden.Linear(w["network.2.weight"], w["network.2.bias"]).Halves(-1);
        DensityLaws.IsTheSumOfItsComponents(prior.Density(), logWeights, means, logVars);
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => DensityLaws.IsTheSumOfItsComponents(product.Density(), logWeights, means, logVars));
    }

    [Fact]
    public void Points_OfAGrid_AreTheWholeCartesianProduct()
    {
        using var scope = TensorScope.Open();
        var points = LatentGrid.Points(3, 2, 10, Small.Init());
        Assert.Equal([-10, -10, -10, 0, -10, 10, 0, -10, 0, 0, 0, 10, 10, -10, 10, 0, 10, 10], points.ToArray<double>());
    }

    [Fact]
    public void Build_GridBeyondAllBounds_IsRefused() =>
        Assert.Contains("gridDims", Assert.Throws<ArgumentException>(() => new Gtm.Config { Side = 100, GridDims = 8 }.Build(Small.PriorContext(2))).Message);

    [Fact]
    public void Density_GtmVampWithGivenPseudoInputs_IsTheWeightedVampPrior()
    {
        using var scope = TensorScope.Open();
        // 6. One network reproduces the pseudo-inputs of the other prior.
        var context = Small.PriorContext(2);
        using var gtm = (GtmVamp)new GtmVamp.Config { Side = 3, Hidden = [4] }.Build(context);
        using var vamp = (VampPrior)new VampPrior.Config { Components = 9, Weighted = true }.Build(context);
        var weights = Small.Normal(5, 9);
        Overwrite(vamp, "pseudoInputs", gtm.PseudoInputs);
        Overwrite(vamp, "logWeights", weights);
        Overwrite(gtm, "logWeights", weights);
        var z = Small.Normal(1, 20, 2);
        Assert.Equal(0, (gtm.Density().LogProb(z) - vamp.Density().LogProb(z)).Abs().Amax(0).ToDouble(), 1e-12);
    }

    [Fact]
    public void PseudoInputs_OfGtmVamp_LieInTheRangeOfTheData()
    {
        using var scope = TensorScope.Open();
        using var prior = (GtmVamp)new GtmVamp.Config { Side = 3, GridRange = 1000, Hidden = [4] }.Build(Small.PriorContext(2) with { Bounds = (-1, 16) });
        Assert.True((prior.PseudoInputs >= -1).All() && (prior.PseudoInputs <= 16).All());
    }

    [Fact]
    public void Build_GtmVampOnUnboundedData_IsRefused() =>
        Assert.Contains("bounds", Assert.Throws<ArgumentException>(() => new GtmVamp.Config().Build(Small.PriorContext(2) with { Bounds = (0, double.PositiveInfinity) })).Message);

    private static void Overwrite(Module module, string name, Tensor value)
    {
        using var frozen = Autograd.NoGrad();
        module.NamedParameters().Single(pair => pair.Key == name).Value.CopyInPlace(value);
    }
}
