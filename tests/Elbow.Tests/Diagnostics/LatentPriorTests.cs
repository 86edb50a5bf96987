using Elbow.Diagnostics;
using Elbow.Distributions;
using Elbow.Torch;

namespace Elbow.Tests.Diagnostics;

public sealed class LatentPriorTests
{
    private static readonly Dictionary<string, Func<IDistribution>> Factorised = new()
    {
        ["normal"] = () => Normal.FromLogVar(Tensor.From(0.3, -0.2, 1), Tensor.From(0.5, -1, 0)),
        ["laplace"] = () => new Laplace(Tensor.From(0.3, -0.2, 1), Tensor.From(0.1)),
        ["gumbel"] = () => new Gumbel(Tensor.From(0.3, -0.2, 1), Tensor.From(-0.3, 0, 0.4)),
        ["studentT"] = () => new StudentT(Tensor.From(0.3, -0.2, 1), Tensor.From(-0.3, 0, 0.4), 3),
        ["uniformSoft"] = () => new SoftUniform(Tensor.From(0.3, -0.2, 1), 2, 0.1),
        ["product"] = () => new Product(new Laplace(Tensor.From(0.3), Tensor.From(0.1)), new Gumbel(Tensor.From(0.3, 1), Tensor.From(0.1, 0))),
    };

    public static TheoryData<string> Names => [.. Factorised.Keys];

    [Theory, MemberData(nameof(Names))]
    public void LogDensityOfEach_OfIndependentLatents_SumsToTheDensity(string name)
    {
        var prior = LatentPrior.Of(name, Factorised[name]);
        double[] z = [.. Enumerable.Range(0, 3 * 1500).Select(i => Math.Sin(i) * 2)];
        var (joint, each) = (prior.LogDensity(z), prior.LogDensityOfEach(z)!);
        Assert.True(prior.Factorises);
        for (var i = 0; i < joint.Length; i++) Assert.Equal(joint[i], each[3 * i] + each[3 * i + 1] + each[3 * i + 2], 1e-10);
        using var scope = TensorScope.Open();
        Assert.Equal(Factorised[name]().LogProb(Tensor.From(z, [1500, 3])).ToArray<double>()[7], joint[7], 1e-10);
    }

    [Fact]
    public void Of_AMixtureOrAFullCovariance_DoesNotFactorise()
    {
        IDistribution Mixture() => new Mixture(Tensor.Zeros([2], DType.Float64), Normal.FromLogVar(Tensor.From([-1.0, 0, 1, 0], [2, 2]), Tensor.Zeros([2, 2], DType.Float64)));
        IDistribution Full() => new FullNormal(Tensor.Zeros([2], DType.Float64), Tensor.From([1, 0, 0.5, 1], [2, 2]));
        IDistribution Mixed() => new Product(Mixture(), Full());
        Assert.All([Mixture, Full, Mixed], density =>
        {
            var prior = LatentPrior.Of("p", density);
            Assert.False(prior.Factorises);
            Assert.Null(prior.LogDensityOfEach(new double[prior.LatentDim]));
            Assert.Null(prior.Gaussian);
        });
    }
}
