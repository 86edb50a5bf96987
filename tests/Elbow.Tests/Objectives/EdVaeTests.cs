using Elbow.Data;
using Elbow.Distributions;
using Elbow.Networks;
using Elbow.Objectives;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Objectives;

/// <summary>methods/ed-vae.md: the equivalence theorem and the items of section 8 that are about the objective.</summary>
public sealed class EdVaeTests
{
    private const int L = Compared.L, D = Compared.D, B = Compared.B;
    private static readonly EdVae.StrictConfig Strict = new();

    // Section 2.3 and item 1: number by number and gradient by gradient.
    [Fact]
    public void Strict_ExactCriticAndMixture_IsTheOneSampleElbo()
    {
        Compared.MustAgree(Strict, new Elbo.Config { Kl = Elbo.KlEstimator.MonteCarlo });
        Compared.MustAgree(Strict, new Elbo.Config { Kl = Elbo.KlEstimator.MonteCarlo }, Small.Mlp(L, posterior: new FullNormalPosterior.Config()));
    }

    // Against the other faithful reading, so that agreement above is no accident: the signs and each estimator matter.
    [Fact]
    public void Strict_OtherSignsCriticsOrEstimators_AreNotTheElbo()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(L), D);
        var elbo = Compared.Of(new Elbo.Config { Kl = Elbo.KlEstimator.MonteCarlo }, model, Small.Mlp(L)).Terms.Objective.ToDouble();
        EdVae.Settings[] others =
        [
            new EdVae.Config(), Strict with { Entropy = EdVae.EntropyEstimator.Loo }, Strict with { Entropy = EdVae.EntropyEstimator.Kde },
            Strict with { Critic = new SeparableCritic.Config() }, Strict with { Critic = new BilinearCritic.Config() },
        ];
        Assert.All(others, config => Assert.True(Math.Abs(Compared.Of(config, model, Small.Mlp(L)).Terms.Objective.ToDouble() - elbo) > 1e-3));
    }

    [Theory]
    [InlineData(-1, 1, 1)]
    [InlineData(1, 1, 1)]
    [InlineData(0.3, -2, 4)]
    public void Objective_Weights_WeighTheFourParts(double lambdaI, double lambdaH, double lambdaC)
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(L), D);
        var terms = Compared.Of(new EdVae.Config { LambdaI = lambdaI, LambdaH = lambdaH, LambdaC = lambdaC }, model, Small.Mlp(L)).Terms;
        var wanted = terms["reconstruction"] - lambdaI * terms["information"] + lambdaH * terms["entropy"] - lambdaC * terms["crossEntropy"];
        Assert.Equal(wanted.Mean().ToDouble(), terms.Objective.ToDouble(), 1e-10);
        Assert.Equal(0, (terms["estimate"] - (terms["reconstruction"] - terms["information"] + terms["entropy"] - terms["crossEntropy"])).Abs().Sum().ToDouble(), 1e-10);
        Assert.Equal(0, (terms["elbo"] - (terms["reconstruction"] - terms["kl"])).Abs().Sum().ToDouble(), 1e-12);
        Assert.Equal(terms["entropy"].ToArray<double>(), terms["entropyLow"].ToArray<double>());
    }

    [Fact]
    public void Gradient_EveryCriticAndEstimator_IsThatOfFiniteDifferences()
    {
        foreach (var entropy in Enum.GetValues<EdVae.EntropyEstimator>()) Compared.MustHaveItsGradient(new EdVae.Config { Entropy = entropy });
        Compared.MustHaveItsGradient(Strict with { Critic = new SeparableCritic.Config { Hidden = 5, Embedding = 4 } });
        Compared.MustHaveItsGradient(Strict with { Critic = new BilinearCritic.Config { Hidden = 5, Embedding = 4 } });
    }

    // The critic climbs in both variants; the encoder climbs with it in one and against it in the other.
    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void Critic_BothVariants_AscendsTheInformation(double lambdaI)
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(L), D);
        using var objective = (EdVae)new EdVae.Config { LambdaI = lambdaI, Critic = new SeparableCritic.Config() }.Build(Small.Context(model, Small.Mlp(L)));
        List<KeyValuePair<string, Tensor>> critic = [.. objective.Opponent.NamedParameters()];
        Assert.Equal(8, critic.Count);
        var x = Small.Normal(1, B, D);
        var before = Step();
        for (var step = 0; step < 20; step++)
        {
            using var one = TensorScope.Open();
            Step(climb: 0.1);
        }
        Assert.True(Step() > before + 0.1, "the critic does not learn");

        double Step(double climb = 0)
        {
            using var generator = new Generator(5);
            var terms = objective.Evaluate(model, x, new StepContext(1, generator));
            Assert.Equal(terms["information"].Mean().ToDouble(), terms.Opponent!.ToDouble(), 1e-12);
            Assert.All(Compared.Gradient(terms.Opponent!, model), element => Assert.Equal(0, element));
            if (climb > 0)
            {
                using var frozen = Autograd.NoGrad();
                foreach (var (pair, gradient) in critic.Zip(Autograd.Grad(terms.Opponent!, [.. critic.Select(pair => pair.Value)]))) pair.Value.AddInPlace(gradient, climb);
            }
            return terms.Opponent!.ToDouble();
        }
    }

    [Fact]
    public void Critic_Exact_HasNothingToLearn()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(L), D);
        using var objective = (EdVae)Strict.Build(Small.Context(model, Small.Mlp(L)));
        Assert.Empty(objective.NamedParameters());
        using var generator = new Generator(1);
        Assert.Null(objective.Evaluate(model, Small.Normal(1, B, D), new StepContext(1, generator)).Opponent);
    }

    // Item 8, and priors that are known by a density alone.
    [Fact]
    public void Terms_AnotherPrior_ChangesOnlyTheCrossEntropy()
    {
        using var scope = TensorScope.Open();
        var component = Normal.FromScale(Small.Normal(3, 4, L) * 2, Tensor.Full(0.4, [4, L], DType.Float64));
        IDistribution[] priors =
        [
            Normal.FromScale(Tensor.Zeros([L], DType.Float64), Tensor.Ones([L], DType.Float64)), new Mixture(Tensor.Zeros([4], DType.Float64), component),
            new Laplace(Tensor.Zeros([L], DType.Float64), Tensor.Ones([L], DType.Float64), 1),
        ];
        var terms = priors.Select(prior =>
        {
            using var model = Compared.WithPrior(prior);
            return Compared.Of(new EdVae.Config(), model, Small.Mlp(L)).Terms;
        }).ToList();
        foreach (var other in terms.Skip(1))
        {
            foreach (var name in new[] { "reconstruction", "information", "entropy", "informationHigh", "entropyLow", "entropyHigh" })
                Assert.Equal(terms[0][name].ToArray<double>(), other[name].ToArray<double>());
            Assert.NotEqual(terms[0]["crossEntropy"].ToArray<double>(), other["crossEntropy"].ToArray<double>());
        }
    }

    // Item 6: the optimum of data set G in closed form, and what the objective says there.
    [Fact]
    public void Terms_AtTheOptimumOfG_AreTheGoldenValues()
    {
        using var scope = TensorScope.Open();
        const int rows = 2000;
        const double variance = EdVaeData.Noise * EdVaeData.Noise, information = 2.22133, entropy = 2.83788, elbo = -5.12449, reconstruction = -2.90316;
        var W = Tensor.From([.. EdVaeData.Weights.Cast<double>()], [4, 2]);
        var M = W.T.Matmul(W) + variance * Tensor.Eye(2, DType.Float64);
        Assert.Equal(0, M[0][1].ToDouble(), 1e-12);
        var inverse = (1 / M.Diagonal()).DiagEmbed();
        var code = new GaussianCode(W.Matmul(W.T) + variance * Tensor.Eye(4, DType.Float64), inverse.Matmul(W.T), variance * inverse);
        Assert.Equal(0, (GaussianCode.Block(code.Joint, code.Z, code.Z) - Tensor.Eye(2, DType.Float64)).Abs().Amax(0, 1).ToDouble(), 1e-12);
        Assert.Equal(information, GaussianCode.Information(code.Joint, code.X, code.Z), 1e-5);
        Assert.Equal(entropy, GaussianCode.Entropy(code.Joint, code.Z), 1e-5);
        using var model = code.Build(W, Tensor.Zeros([4], DType.Float64), Tensor.Full(variance, [4], DType.Float64));
        Assert.Equal(elbo, code.Bound(model, (Normal)model.Prior.Density()) - code.SumOfEntropies, 1e-5);
        Assert.Equal(elbo + information, reconstruction, 2e-5);

        using var generator = new Generator(5);
        var terms = Strict.Build(Small.Context(model, code.Parts) with { BatchSize = rows }).Evaluate(model, code.Draw(rows, 1), new StepContext(1, generator));
        foreach (var (name, wanted) in new[] { ("reconstruction", reconstruction), ("crossEntropy", entropy), ("elbo", elbo), ("kl", information) })
            MonteCarlo.Agree(terms[name].Detach(), wanted, name);
        foreach (var (low, high, wanted) in new[] { ("information", "informationHigh", information), ("entropyLow", "entropyHigh", entropy) })
        {
            var (below, above) = (Estimate.Of(terms[low].ToArray<double>()), Estimate.Of(terms[high].ToArray<double>()));
            Assert.InRange(wanted, below.Value - 4 * below.StandardError, above.Value + 4 * above.StandardError);
            Assert.Equal(wanted, below.Value, 0.1);
        }
    }

    [Fact]
    public void HoldOthers_Gradient_LeavesTheValueAndStopsAtTheOthers()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(L), D);
        var (plain, held) = (Compared.Of(new EdVae.Config(), model, Small.Mlp(L)), Compared.Of(new EdVae.Config { HoldOthers = true }, model, Small.Mlp(L)));
        Assert.Equal(plain.Terms.Objective.ToDouble(), held.Terms.Objective.ToDouble(), 1e-12);
        Assert.NotEqual(plain.Gradient, held.Gradient);
    }

    // A floor far above every σ counts as σ: the encoder's own no longer matters.
    [Fact]
    public void SigmaFloor_AboveTheEncoder_IsItsDeviation()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(L) with { Posterior = new DiagonalNormalPosterior.Config() }, D);
        var high = Compared.Of(Strict with { SigmaFloor = 1 }, model, Small.Mlp(L)).Terms;
        var free = Compared.Of(Strict, model, Small.Mlp(L)).Terms;
        Assert.True(high["entropy"].Mean().ToDouble() > free["entropy"].Mean().ToDouble());
        Assert.Equal(1e-3, new EdVae.Config().SigmaFloor);
    }

    // Between the deviations of the encoder: the smaller ones count as the floor, the others as they are.
    [Fact]
    public void SigmaFloor_AmongTheDeviations_ReplacesTheSmallerOnes()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(L), D);
        var q = (Normal)model.Encode(Small.Normal(1, B, D));
        var floor = q.Scale.Mean().ToDouble();
        Assert.True(q.Scale.Amin(0, 1).ToDouble() < floor && q.Scale.Amax(0, 1).ToDouble() > floor);
        var variance = q.Scale.Clamp(floor).Square();
        var wanted = 0.5 * (q.Mean.Square() + variance - 1 - variance.Log()).Sum(1L);
        var terms = Compared.Of(Strict with { SigmaFloor = Math.Min(floor, 1) }, model, Small.Mlp(L)).Terms;
        Assert.Equal(0, (wanted - terms["kl"]).Abs().Amax(0).ToDouble(), 1e-10);
    }

    [Fact]
    public void Evaluate_DeterministicEncoder_WorksWithKernelsAndALearnedCritic()
    {
        using var scope = TensorScope.Open();
        var parts = Small.Mlp(L, posterior: new PointPosterior.Config());
        var config = new EdVae.Config { Entropy = EdVae.EntropyEstimator.Kde, Critic = new BilinearCritic.Config() };
        Assert.Empty(config.Misfits(parts));
        using var model = Small.Model(parts, D);
        var terms = Compared.Of(config, model, parts).Terms;
        Assert.Equal(["reconstruction", "information", "entropy", "crossEntropy", "estimate"], terms.Terms.Select(term => term.Name));
        Assert.Equal(["objective.critic", "objective.entropy"], new EdVae.Config().Misfits(parts).Select(misfit => misfit.Key));
        Assert.Contains(new EdVae.Config().Misfits(Small.Mlp(2, posterior: new FullNormalPosterior.Config())), misfit => misfit.Key == "objective.sigmaFloor");
    }

    [Fact]
    public void EpochEnded_InformationNearItsCeiling_WarnsOnce()
    {
        using var scope = TensorScope.Open();
        var parts = Small.Mlp(L, posterior: new DiagonalNormalPosterior.Config { Variance = DiagonalNormalPosterior.VarianceOf.Shared });
        using var model = Small.Model(parts, D);
        var warnings = new List<string>();
        using var objective = (EdVae)Strict.Build(Small.Context(model, parts) with { BatchSize = 64, Warn = warnings.Add });
        using var generator = new Generator(1);
        using var judged = new TermStatistics();
        Epoch(0.0);
        Assert.Empty(warnings);
        Epoch(-20);
        Epoch(-20);
        Assert.Contains("log B", Assert.Single(warnings));

        void Epoch(double logVar)
        {
            using (Autograd.NoGrad()) model.NamedParameters().Single(pair => pair.Key == "posterior.logVar").Value.FillInPlace(logVar);
            for (var step = 0UL; step < 3; step++) objective.Evaluate(model, Small.Normal(step, B, D), new StepContext(1, generator));
            objective.EpochEnded(model, judged);
        }
    }

    [Fact]
    public void Build_BatchesTooSmallToCompare_AreRefusedOrWarnedAbout()
    {
        using var model = Small.Model(Small.Mlp(L), D);
        var warnings = new List<string>();
        var context = Small.Context(model, Small.Mlp(L)) with { Warn = warnings.Add };
        Assert.Throws<ArgumentException>(() => Strict.Build(context with { BatchSize = 1 }));
        Strict.Build(context with { BatchSize = 6 });
        Assert.Contains("log B", Assert.Single(warnings));
        Strict.Build(context with { BatchSize = 64 });
        Assert.Single(warnings);
    }

    [Fact]
    public void Evaluate_BatchOfOne_IsFinite()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(L), D);
        using var generator = new Generator(1);
        foreach (var entropy in Enum.GetValues<EdVae.EntropyEstimator>())
        {
            var terms = new EdVae.Config { Entropy = entropy }.Build(Small.Context(model, Small.Mlp(L))).Evaluate(model, Small.Normal(1, 1, D), new StepContext(1, generator));
            Assert.All(terms.Terms, term => Assert.True(term.PerExample.IsFinite().All(), term.Name));
        }
    }
}
