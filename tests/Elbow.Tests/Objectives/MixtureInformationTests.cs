using Elbow.Distributions;
using Elbow.Objectives;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Objectives;

public sealed class MixtureInformationTests
{
    private const double Exact = 0.632720, KullbackLeibler = 0.692812, Chernoff = 0.566219;

    // methods/corex-anchorvae.md section 8, item 11.
    [Fact]
    public void Bounds_OfTwoPoints_HaveTheGoldenValuesAroundTheExactOne()
    {
        using var scope = TensorScope.Open();
        var q = Points(0.5, 1, -1);
        Assert.Equal(KullbackLeibler, MixtureInformation.Upper(q).Mean().ToDouble(), 5e-7);
        Assert.Equal(Chernoff, MixtureInformation.Lower(q).Mean().ToDouble(), 5e-7);
        var mixture = new Mixture(Tensor.Zeros([2], DType.Float64), Normal.FromScale(q.Mean, Tensor.From(0.5)));
        var entropy = Quadrature.Box((-6, 6, 2000)).Integrate(z => -mixture.LogProb(z).Exp() * mixture.LogProb(z));
        Assert.Equal(Exact, entropy - 0.5 * Math.Log(2 * Math.PI * Math.E * 0.25), 5e-7);
        Assert.True(KullbackLeibler <= Math.Log(2));
    }

    [Fact]
    public void Bounds_OfEqualPosteriors_AreZeroAndOfFarOnesLogB()
    {
        using var scope = TensorScope.Open();
        foreach (var bound in new Func<Normal, Tensor>[] { MixtureInformation.Upper, MixtureInformation.Lower })
        {
            Assert.All(bound(Points(0.5, 2, 2, 2)).ToArray<double>(), value => Assert.Equal(0, value, 1e-14));
            Assert.All(bound(Points(0.5, 0, 100, 200, 300, 400)).ToArray<double>(), value => Assert.Equal(Math.Log(5), value, 1e-12));
        }
    }

    [Fact]
    public void Bounds_OfOneLatent_AreTheJointOnes()
    {
        using var scope = TensorScope.Open();
        var q = Normal.FromLogVar(Small.Normal(1, 6, 1), Small.Normal(2, 6, 1));
        Assert.Equal(MixtureInformation.Upper(q).ToArray<double>(), MixtureInformation.UpperOfEach(q).Squeeze(1).ToArray<double>());
        Assert.Equal(MixtureInformation.Lower(q).ToArray<double>(), MixtureInformation.LowerOfEach(q).Squeeze(1).ToArray<double>());
    }

    [Fact]
    public void Distances_OfAllPairs_AreTheFormulas()
    {
        using var scope = TensorScope.Open();
        var (nu, logVar) = (Small.Normal(1, 5, 3), Small.Normal(2, 5, 3));
        var q = Normal.FromLogVar(nu, logVar);
        var (upper, lower) = (0.0, 0.0);
        for (var b = 0; b < 5; b++)
        {
            var (divergences, distances) = (0.0, 0.0);
            for (var c = 0; c < 5; c++)
            {
                var kl = Normal.FromLogVar(nu[b], logVar[b]).KlTo(Normal.FromLogVar(nu[c], logVar[c]))!.ToDouble();
                var affinity = Affinity(nu[b].ToArray<double>(), logVar[b].ToArray<double>(), nu[c].ToArray<double>(), logVar[c].ToArray<double>());
                (divergences, distances) = (divergences + Math.Exp(-kl) / 5, distances + affinity / 5);
            }
            (upper, lower) = (upper - Math.Log(divergences) / 5, lower - Math.Log(distances) / 5);
        }
        Assert.Equal(upper, MixtureInformation.Upper(q).Mean().ToDouble(), 1e-9);
        Assert.Equal(lower, MixtureInformation.Lower(q).Mean().ToDouble(), 1e-6);
    }

    [Fact]
    public void Bounds_OfRandomMixtures_EncloseTheMonteCarloInformation()
    {
        using var scope = TensorScope.Open();
        using var generator = new Generator(3);
        var q = Normal.FromLogVar(Small.Normal(1, 6, 2) * 2, Small.Normal(2, 6, 2));
        var z = q.Sample(generator, 4000);
        var density = new Mixture(Tensor.Zeros([6], DType.Float64), q).LogProb(z.Reshape(-1, 2)).Reshape(4000, 6);
        var information = (q.LogProb(z) - density).Mean().ToDouble();
        Assert.InRange(information, MixtureInformation.Lower(q).Mean().ToDouble(), MixtureInformation.Upper(q).Mean().ToDouble());
        Assert.True(MixtureInformation.TotalCorrelation(q).Mean().ToDouble() > 0);
    }

    [Fact]
    public void Bounds_Gradients_FlowThroughBothRoles()
    {
        using var scope = TensorScope.Open();
        Tensor[] inputs = [Small.Normal(1, 4, 2), Small.Normal(2, 4, 2)];
        Gradients.Check(p => MixtureInformation.UpperOfEach(Normal.FromLogVar(p[0], p[1])), inputs);
        Gradients.Check(p => MixtureInformation.Lower(Normal.FromLogVar(p[0], p[1])), inputs);
        Gradients.Check(p => MixtureInformation.TotalCorrelation(Normal.FromLogVar(p[0], p[1])), inputs);
    }

    // Faults seen in published code: a wrong prefactor in the distance, a mean over latents instead of the sum, and an upper bound maximised.
    [Fact]
    public void Faults_OfPublishedCode_MissTheGoldenValues()
    {
        // KL = ½ · 4/0.25 = 8 between the points; the Bhattacharyya distance is 2.
        double Information(double distance) => Math.Log(2) - Math.Log(1 + Math.Exp(-distance));
        Assert.Equal(Chernoff, Information(2), 5e-7);
        Assert.Equal(KullbackLeibler, Information(8), 5e-7);
        foreach (var prefactor in new[] { 0.125, 0.5, 1 }) Assert.True(Math.Abs(Information(prefactor * 4 / 0.5) - Chernoff) > 1e-2);
        Assert.True(Information(4) > Exact, "twice the distance is no lower bound");
        Assert.True(KullbackLeibler > Exact, "the divergence is no lower bound");
    }

    private static Normal Points(double scale, params double[] means) =>
        Normal.FromScale(Tensor.From(means, [means.Length, 1]), Tensor.Full(scale, [means.Length, 1], DType.Float64));

    // ∫ √(p q) of two products of Gaussians, by quadrature.
    private static double Affinity(double[] m, double[] v, double[] n, double[] w)
    {
        var product = 1.0;
        for (var j = 0; j < m.Length; j++)
        {
            var (p, q) = (Normal.FromLogVar(Tensor.From(m[j]).Reshape(1), Tensor.From(v[j]).Reshape(1)), Normal.FromLogVar(Tensor.From(n[j]).Reshape(1), Tensor.From(w[j]).Reshape(1)));
            product *= Quadrature.Box((-25, 25, 4000)).Integrate(z => (0.5 * (p.LogProb(z) + q.LogProb(z))).Exp());
        }
        return product;
    }
}
