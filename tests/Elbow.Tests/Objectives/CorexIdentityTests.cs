using Elbow.Distributions;
using Elbow.Models;
using Elbow.Networks;
using Elbow.Tests.Support;
using Elbow.Torch;
using static Elbow.Tests.Support.GaussianCode;

namespace Elbow.Tests.Objectives;

/// <summary>methods/corex-anchorvae.md section 8, items 1 to 5, 7 to 9 and 13, on Gaussian data where every quantity is exact.</summary>
public sealed class CorexIdentityTests
{
    // Item 1.
    [Theory]
    [InlineData(3, 0.5, 0.3465735903)]
    [InlineData(2, 0.8, 0.5108256238)]
    [InlineData(4, 0, 0)]
    public void TotalCorrelation_Equicorrelated_IsTheGoldenValue(int d, double rho, double expected)
    {
        using var scope = TensorScope.Open();
        var covariance = rho * Tensor.Ones([d, d], DType.Float64) + (1 - rho) * Tensor.Eye(d, DType.Float64);
        Assert.Equal(expected, TotalCorrelation(covariance, [.. Enumerable.Range(0, d)]), 1e-10);
        Assert.Equal(-0.5 * ((d - 1) * Math.Log(1 - rho) + Math.Log(1 + (d - 1) * rho)), TotalCorrelation(covariance, [.. Enumerable.Range(0, d)]), 1e-12);
    }

    // Item 2: at η² = s²(s² + d) nothing is left unexplained; the bound of a real model reaches it.
    [Fact]
    public void Bound_OneFactorOptimum_IsTheTotalCorrelation()
    {
        using var scope = TensorScope.Open();
        var code = OneFactor(3, 1, 4);
        var joint = code.Joint;
        Assert.Equal(0, TotalCorrelation(joint, code.X, code.Z), 1e-12);
        Assert.Equal(1.0397207708, code.X.Sum(i => Information(joint, [i], code.Z)), 1e-10);
        Assert.Equal(0.6931471806, Information(joint, code.Z, code.X), 1e-10);
        Assert.Equal(0.3465735903, code.Explained(), 1e-10);
        Assert.Equal(0.3465735903, code.Bound(code.BuildOptimal(), code.Marginals), 1e-10);
    }

    // Item 3: too little noise costs information about the latents that explains no correlation.
    [Theory]
    [InlineData(0.5, -0.0769610411)]
    [InlineData(1, 0.1507924888)]
    [InlineData(4, 0.3465735903)]
    [InlineData(16, 0.2249004610)]
    public void Bound_OtherNoise_IsTheGoldenValue(double eta2, double expected)
    {
        using var scope = TensorScope.Open();
        var code = OneFactor(3, 1, eta2);
        Assert.Equal(expected, code.Explained(), 1e-10);
        Assert.Equal(expected, code.Bound(code.BuildOptimal(), code.Marginals), 1e-10);
    }

    // Item 4.
    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    public void Explained_FullCovarianceEncoder_IsTheInformationForm(ulong seed)
    {
        using var scope = TensorScope.Open();
        var code = Random(seed, 4, 3, fullNoise: true);
        var joint = code.Joint;
        var information = code.X.Sum(i => Information(joint, [i], code.Z)) - code.Z.Sum(j => Information(joint, [j], code.X)) - TotalCorrelation(joint, code.Z, code.X);
        Assert.Equal(code.Explained(), information, 1e-10);
    }

    // Item 5: any decoder, any Gaussian marginals.
    [Theory]
    [InlineData(3)]
    [InlineData(40)]
    public void Bound_AnyDecoderAndMarginals_IsLowByTheirDivergences(ulong seed)
    {
        using var scope = TensorScope.Open();
        var code = Random(seed, 4, 2);
        var (w, bias, variances) = (Small.Normal(seed + 5, 4, 2), Small.Normal(seed + 6, 4), Small.Normal(seed + 7, 4).Exp());
        var r = Normal.FromLogVar(Small.Normal(seed + 8, 2), Small.Normal(seed + 9, 2));
        var bound = code.Bound(code.Build(w, bias, variances), r);

        var joint = code.Joint;
        var (best, residual) = Regress(joint, code.X, code.Z);
        var off = best - w;
        // E_z KL(N(best z, residual) ‖ N(w z + bias, variances)), z ~ N(0, C).
        var squares = (off.Matmul(Block(joint, code.Z, code.Z)) * off).Sum(1L) + bias.Square();
        var decoder = 0.5 * ((squares + residual) / variances - 1 + (variances / residual).Log());
        var marginals = code.Marginals.KlTo(r)!.ToDouble();
        Assert.Equal(code.Explained() - bound, decoder.Sum().ToDouble() + marginals, 1e-9);
        Assert.True(bound < code.Explained());
    }

    // Item 7: W with orthogonal columns, so that the exact posterior of probabilistic PCA has independent latents.
    [Fact]
    public void Bound_ProbabilisticPcaAtItsOptimum_IsTheTotalCorrelation()
    {
        using var scope = TensorScope.Open();
        var (q, _) = Small.Normal(1, 5, 2).Qr();
        var w = q * Tensor.From(1.7, 0.6);
        const double Variance = 0.3;
        var data = w.Matmul(w.T) + Variance * Tensor.Eye(5, DType.Float64);
        var precision = Tensor.Eye(2, DType.Float64) + w.T.Matmul(w) / Variance;
        var covariance = precision.Solve(Tensor.Eye(2, DType.Float64));
        var code = new GaussianCode(data, covariance.Matmul(w.T) / Variance, covariance);
        var model = code.Build(w, Tensor.Zeros([5], DType.Float64), Tensor.Full(Variance, [5], DType.Float64));
        var bound = code.Bound(model, (Normal)model.Prior.Density());
        Assert.Equal(TotalCorrelation(data, code.X), bound, 1e-9);
        Assert.Equal(-Entropy(data, code.X), bound - code.SumOfEntropies, 1e-9);
    }

    // Item 8.
    [Theory]
    [InlineData(0.5)]
    [InlineData(4)]
    public void Explained_WithBeta_PressesOnInformationAndOnDependence(double beta)
    {
        using var scope = TensorScope.Open();
        var code = Random(5, 4, 3);
        var joint = code.Joint;
        var weighed = code.X.Sum(i => Information(joint, [i], code.Z)) - beta * code.Z.Sum(j => Information(joint, [j], code.X));
        Assert.Equal(code.Explained() - (beta - 1) * (Information(joint, code.X, code.Z) + TotalCorrelation(joint, code.Z)), weighed, 1e-10);
    }

    // Item 9: x → z1 → z2 jointly Gaussian.
    [Fact]
    public void Stack_OfTwoLayers_Telescopes()
    {
        using var scope = TensorScope.Open();
        var (first, second) = Layers();
        var (one, two) = (first.Joint, second.Joint);
        var explained = first.Explained() + second.Explained();
        var rest = TotalCorrelation(one, first.X, first.Z) + TotalCorrelation(two, second.X, second.Z) + TotalCorrelation(two, second.Z);
        Assert.Equal(TotalCorrelation(first.Data, first.X), explained + rest, 1e-10);
        Assert.Equal(0, (second with { V = second.V * 0 }).Explained(), 1e-12);
    }

    // Item 9 on the real model: with the best links, the hierarchical ELBO plus Σ H(x_i) is the stacked objective.
    [Fact]
    public void Stack_BestLinks_HaveTheStackedObjectiveAsBound()
    {
        using var scope = TensorScope.Open();
        var (first, second) = Layers();
        var config = first.Parts with { LatentDim = 5, Hierarchy = new Stacked.Config { Layers = [3, 2], Link = new Mlp.Config { Hidden = [] } } };
        using var model = LatentVariableModel.Create(config, DataShape.Vector(4), Small.Init());
        var (w, residual) = Regress(first.Joint, first.X, first.Z);
        var (up, left) = Regress(second.Joint, second.X, second.Z);
        var zero = Tensor.Zeros([5], DType.Float64);
        model.Load(new Dictionary<string, Tensor>
        {
            ["encoder.network.0.weight"] = first.V, ["encoder.network.0.bias"] = zero.Narrow(0, 0, 3), ["encoder.head.logVar"] = first.Noise.Diagonal().Log(),
            ["encoder.link2.network.0.weight"] = second.V, ["encoder.link2.network.0.bias"] = zero.Narrow(0, 0, 2), ["encoder.link2.head.logVar"] = second.Noise.Diagonal().Log(),
            ["decoder.0.weight"] = w, ["decoder.0.bias"] = zero.Narrow(0, 0, 4), ["likelihood.logVar"] = residual.Log(),
            // Means from the network, log-variances from its bias alone.
            ["prior.link1.network.0.weight"] = Tensor.Cat(0, up, up * 0), ["prior.link1.network.0.bias"] = Tensor.Cat(0, zero.Narrow(0, 0, 3), left.Log()),
        });
        var cross = first.Data.Matmul(first.V.T);
        var top = cross.Matmul(second.V.T);
        var middle = second.Data.Matmul(second.V.T);
        var points = SigmaPoints(Tensor.Cat(0, Tensor.Cat(1, first.Data, cross, top), Tensor.Cat(1, cross.T, second.Data, middle), Tensor.Cat(1, top.T, middle.T, second.V.Matmul(middle) + second.Noise)));
        var (x, z) = (points.Narrow(1, 0, 4), points.Narrow(1, 4, 5));
        // The top layer's best marginal instead of the prior N(0, 1), which the model has.
        var exchange = second.Marginals.LogProb(z.Narrow(1, 3, 2)) - Normal.FromLogVar(zero.Narrow(0, 0, 2), zero.Narrow(0, 0, 2)).LogProb(z.Narrow(1, 3, 2));
        var elbo = model.Decode(z).LogProb(x) + model.Prior.Density().LogProb(z) + exchange - model.Encode(x).LogProb(z);
        Assert.Equal(first.Explained() + second.Explained(), first.SumOfEntropies + elbo.Mean().ToDouble(), 1e-9);
    }

    // Item 13.
    [Fact]
    public void Explained_AnyEncoder_IsAtMostTheTotalCorrelation()
    {
        using var scope = TensorScope.Open();
        for (var seed = 0UL; seed < 60; seed++)
        {
            var code = Random(100 + 10 * seed, 3, 1 + (int)(seed % 3), fullNoise: seed % 2 == 0);
            Assert.True(code.Explained() <= TotalCorrelation(code.Data, code.X) + 1e-10, $"seed {seed}");
        }
    }

    // Three latents of the data, two of those.
    private static (GaussianCode First, GaussianCode Second) Layers()
    {
        var first = Random(7, 4, 3);
        var inner = Block(first.Joint, first.Z, first.Z);
        return (first, new GaussianCode(inner, Small.Normal(31, 2, 3), Small.Normal(32, 2).Exp().DiagEmbed()));
    }
}
