using Elbow.Distributions;
using Elbow.Networks;
using Elbow.Tests.Support;
using Elbow.Torch;
using Values = Elbow.Networks.Support;

namespace Elbow.Tests.Networks;

/// <summary>Laws of every registered posterior and likelihood: a new kind is covered by being registered.</summary>
public sealed class HeadTests
{
    private const int L = 3, D = 4, B = 5, K = 2;

    public static TheoryData<string> Likelihoods => ConfigVariants.KindNames<LikelihoodConfig>();

    public static TheoryData<string> Posteriors => ConfigVariants.KindNames<PosteriorConfig>();

    [Theory, MemberData(nameof(Likelihoods))]
    public void Likelihood_WithAndWithoutSamples_HasOneLogDensityPerExample(string kind)
    {
        using var scope = TensorScope.Open();
        foreach (var config in Choices<LikelihoodConfig>(kind))
        {
            var head = config.Build(D, Small.Init());
            var x = Data(config);
            var one = head.Given(Small.Normal(1, B, head.OutputsPerDimension * D));
            var many = head.Given(Small.Normal(1, K, B, head.OutputsPerDimension * D));
            Assert.Equal(new Shape([B]), one.LogProb(x).Shape);
            Assert.Equal(new Shape([K, B]), many.LogProb(x).Shape);
            Assert.Equal(new Shape([B, D]), one.Mean.Shape);
            using var generator = new Generator(1);
            Assert.Equal(new Shape([K, B, D]), many.Sample(generator).Shape);
            Assert.True(one.LogProb(x).IsFinite().All());
            Assert.Equal(1, one.EventAxes);
        }
    }

    [Theory, MemberData(nameof(Likelihoods))]
    public void Likelihood_Samples_AreEachJudgedByTheirOwnParameters(string kind)
    {
        using var scope = TensorScope.Open();
        foreach (var config in Choices<LikelihoodConfig>(kind))
        {
            var head = config.Build(D, Small.Init());
            var h = Small.Normal(1, K, B, head.OutputsPerDimension * D);
            var together = head.Given(h).LogProb(Data(config));
            for (var k = 0; k < K; k++) Assert.Equal(0, (head.Given(h[k]).LogProb(Data(config)) - together[k]).Abs().Amax(0).ToDouble(), 1e-12);
        }
    }

    [Theory, MemberData(nameof(Likelihoods))]
    public void Likelihood_MeanLogLikelihood_HasTheGradientOfFiniteDifferences(string kind)
    {
        using var scope = TensorScope.Open();
        foreach (var config in Choices<LikelihoodConfig>(kind))
        {
            using var model = Small.Model(Small.Mlp(L, config), D);
            var (z, x) = (Small.Normal(2, K, B, L), Data(config));
            var parameters = model.NamedParameters().Where(pair => pair.Key.StartsWith("decoder", StringComparison.Ordinal) || pair.Key.StartsWith("likelihood", StringComparison.Ordinal));
            ParameterGradients.Check(parameters, () => model.Decode(z).LogProb(x).Mean());
        }
    }

    [Theory, MemberData(nameof(Posteriors))]
    public void Posterior_WithAndWithoutSamples_HasTheDocumentedShapes(string kind)
    {
        using var scope = TensorScope.Open();
        foreach (var config in Choices<PosteriorConfig>(kind))
        {
            foreach (var latents in new[] { 1, L })
            {
                var head = config.Build(latents, Small.Init());
                var q = head.Given(Small.Normal(1, B, head.Outputs));
                using var generator = new Generator(1);
                Assert.Equal(new Shape([B, latents]), q.Sample(generator).Shape);
                Assert.Equal(new Shape([K, B, latents]), q.Sample(generator, K).Shape);
                Assert.Equal(new Shape([B, latents]), q.Mean.Shape);
                Assert.Equal(1, q.EventAxes);
                Assert.True(q.Reparameterised);
                if (q is Point) continue;
                Assert.Equal(new Shape([K, B]), q.LogProb(Small.Normal(2, K, B, latents)).Shape);
            }
        }
    }

    [Theory, MemberData(nameof(Posteriors))]
    public void Posterior_SamplesAndDensity_HaveTheGradientOfFiniteDifferences(string kind)
    {
        using var scope = TensorScope.Open();
        foreach (var config in Choices<PosteriorConfig>(kind))
        {
            using var model = Small.Model(Small.Mlp(L, posterior: config), D);
            var (x, z, weights) = (Small.Normal(1, B, D), Small.Normal(2, K, B, L), Small.Normal(3, K, B, L));
            var parameters = model.NamedParameters().Where(pair => pair.Key.StartsWith("encoder", StringComparison.Ordinal) || pair.Key.StartsWith("posterior", StringComparison.Ordinal));
            ParameterGradients.Check(parameters, () =>
            {
                using var generator = new Generator(7);
                var q = model.Encode(x);
                var sampled = (q.Sample(generator, K) * weights).Mean();
                return q is Point ? sampled : sampled + q.LogProb(z).Mean() + Kl.Exact(q, model.Prior.Density())!.Mean();
            });
        }
    }

    public static TheoryData<LikelihoodConfig, string?, int> Scales => new()
    {
        { new NormalLikelihood.Config { Scale = ScaleOf.Fixed }, "buffer logVar", 1 },
        { new NormalLikelihood.Config { Scale = ScaleOf.Learned }, "parameter logVar", 1 },
        { new NormalLikelihood.Config { Scale = ScaleOf.PerDimension }, "parameter logVar", 5 },
        { new NormalLikelihood.Config { Scale = ScaleOf.Decoder }, null, 0 },
        { new LaplaceLikelihood.Config { Scale = ScaleOf.Fixed }, "buffer logScale", 1 },
        { new LaplaceLikelihood.Config { Scale = ScaleOf.Learned }, "parameter logScale", 1 },
        { new LaplaceLikelihood.Config { Scale = ScaleOf.PerDimension }, "parameter logScale", 5 },
        { new LaplaceLikelihood.Config { Scale = ScaleOf.Decoder }, null, 0 },
        { new DiscretisedLogisticLikelihood.Config { Scale = ScaleOf.Fixed }, "buffer logScale", 1 },
        { new DiscretisedLogisticLikelihood.Config { Scale = ScaleOf.Learned }, "parameter logScale", 1 },
        { new DiscretisedLogisticLikelihood.Config { Scale = ScaleOf.PerDimension }, "parameter logScale", 5 },
        { new DiscretisedLogisticLikelihood.Config { Scale = ScaleOf.Decoder }, null, 0 },
    };

    /// <summary>The names are those in checkpoints: who renames them makes old runs unreadable.</summary>
    [Theory, MemberData(nameof(Scales))]
    public void Likelihood_Scale_IsSavedUnderItsName(LikelihoodConfig config, string? name, int count)
    {
        using var scope = TensorScope.Open();
        var head = (Module)config.Build(5, Small.Init());
        var saved = head.NamedParameters().Select(pair => ("parameter " + pair.Key, pair.Value.Count))
            .Concat(head.NamedBuffers().Select(pair => ("buffer " + pair.Key, pair.Value.Count)));
        Assert.Equal(name is null ? [] : [(name, count)], saved);
        Assert.Equal(name is null ? 2 : 1, ((ILikelihood)head).OutputsPerDimension);
    }

    [Fact]
    public void FullNormalPosterior_ManyLatents_NeedsNoMatrixOfItsOutputs()
    {
        using var scope = TensorScope.Open();
        const int L = 400;
        var head = new FullNormalPosterior.Config().Build(L, Small.Init());
        var h = new double[head.Outputs];
        h[^1] = 7; // below the diagonal: last row, last column but one
        var q = (FullNormal)head.Given(Tensor.From(h, [1, h.Length]));
        Assert.Equal(7, q.Scale[0][L - 1][L - 2].ToDouble());
        Assert.Equal(L + 7, q.Scale.Sum().ToDouble(), 1e-9);
    }

    [Fact]
    public void FullNormalPosterior_OutputsBelowTheDiagonal_MakeThatCovariance()
    {
        using var scope = TensorScope.Open();
        var head = new FullNormalPosterior.Config().Build(3, Small.Init());
        var q = (FullNormal)head.Given(Tensor.From([0.0, 0, 0, Math.Log(1), Math.Log(2), Math.Log(3), 4, 5, 6], [1, 9]));
        Assert.Equal([1.0, 0, 0, 4, 2, 0, 5, 6, 3], q.Scale.ToArray<double>().Select(value => Math.Round(value, 12)));
    }

    [Fact]
    public void DiagonalNormalPosterior_Limit_ClampsOnlyTheLogVariance()
    {
        using var scope = TensorScope.Open();
        var head = new DiagonalNormalPosterior.Config { LogVarLimit = 2 }.Build(1, Small.Init());
        var q = (Normal)head.Given(Tensor.From([50.0, -50, 50, 50], [2, 2]));
        Assert.Equal([50.0, 50], q.Mean.ToArray<double>());
        Assert.Equal([-2.0, 2], q.LogVar.ToArray<double>());
    }

    [Theory]
    [InlineData(ScaleOf.Fixed)]
    [InlineData(ScaleOf.Learned)]
    [InlineData(ScaleOf.PerDimension)]
    [InlineData(ScaleOf.Decoder)]
    public void NormalAndLaplace_AtTheStart_HaveTheConfiguredScale(ScaleOf scale)
    {
        using var scope = TensorScope.Open();
        var normal = new NormalLikelihood.Config { Scale = scale, Sigma = 0.3 }.Build(D, Small.Init());
        var zero = Tensor.Zeros([B, normal.OutputsPerDimension * D], DType.Float64);
        Assert.All(((Normal)normal.Given(zero)).Scale.ToArray<double>(), sigma => Assert.Equal(0.3, sigma, 1e-12));
        var laplace = new LaplaceLikelihood.Config { Scale = scale, B = 0.3 }.Build(D, Small.Init());
        Assert.Equal(-D * Math.Log(2 * 0.3), laplace.Given(zero).LogProb(Tensor.Zeros([B, D], DType.Float64)).ToArray<double>()[0], 1e-12);
    }

    [Fact]
    public void NormalLikelihood_LearnedSigma_HasTheGradientOfTheTheorem()
    {
        using var scope = TensorScope.Open();
        var head = new NormalLikelihood.Config { Sigma = 0.7 }.Build(D, Small.Init());
        var logVar = ((Module)head).NamedParameters().Single().Value;
        var (x, mean) = (Small.Normal(1, B, D), Small.Normal(2, B, D));
        var gradient = Autograd.Grad(head.Given(mean).LogProb(x).Mean(), [logVar])[0].ToArray<double>()[0];
        // dF/dlog σ² = −D/2 + R/(2σ²)
        var R = (x - mean).Square().Sum(1L).Mean().ToDouble();
        Assert.Equal(-D / 2.0 + R / (2 * 0.49), gradient, 1e-12);
    }

    [Fact]
    public void NormalLikelihood_FixedSigma_IsNoParameter()
    {
        using var scope = TensorScope.Open();
        var head = (Module)new NormalLikelihood.Config { Scale = ScaleOf.Fixed }.Build(D, Small.Init());
        Assert.Empty(head.NamedParameters());
        Assert.Single(head.NamedBuffers());
    }

    // Fault 7 of popular code: a VAE-3 whose variance does not depend on z.
    [Fact]
    public void NormalLikelihood_ScaleOfDecoder_DependsOnTheLatentAndTheDimension()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(L, new NormalLikelihood.Config { Scale = ScaleOf.Decoder }), D);
        var logVar = ((Normal)model.Decode(Small.Normal(1, 2, L))).LogVar;
        Assert.Equal(new Shape([2, D]), logVar.Shape);
        Assert.Equal(2 * D, logVar.ToArray<double>().Distinct().Count());
    }

    [Fact]
    public void Mixture_AtTheStart_HasComponentsApart()
    {
        using var scope = TensorScope.Open();
        var head = new DiscretisedLogisticMixtureLikelihood.Config { Components = 3 }.Build(1, Small.Init());
        var p = head.Given(Tensor.Zeros([1, 9], DType.Float64));
        // Even mixture of logistics around sigmoid(−2), ½ and sigmoid(2): symmetric about ½.
        Assert.Equal(0.5, p.Mean.ToArray<double>()[0], 1e-12);
        Assert.Equal(p.LogProb(Tensor.From([30 / 255.0], [1, 1])).ToDouble(), p.LogProb(Tensor.From([225 / 255.0], [1, 1])).ToDouble(), 1e-9);
    }

    private static IEnumerable<T> Choices<T>(string kind) where T : class
    {
        var type = ConfigVariants.OfKind<T>(kind).GetType();
        return ConfigVariants.WithEveryChoice<T>().Where(config => config.GetType() == type);
    }

    internal static Tensor Data(LikelihoodConfig config)
    {
        var u = Small.Uniform(11, B, D);
        var levels = config.DiscreteLevels ?? 0;
        return config.Support switch
        {
            Values.Binary => u.Round(),
            Values.UnitInterval => u,
            Values.Integers => (u * levels).Floor(),
            Values.Levels => (u * levels).Floor() / (levels - 1),
            _ => u * 4 - 2,
        };
    }
}
