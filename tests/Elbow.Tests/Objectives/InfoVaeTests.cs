using Elbow.Distributions;
using Elbow.Networks;
using Elbow.Objectives;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Objectives;

public sealed class InfoVaeTests
{
    [Fact]
    public void Objective_AlphaZeroLambdaOne_IsTheElbo()
    {
        Compared.MustAgree(new InfoVae.Config { Alpha = 0, Lambda = 1 }, new Elbo.Config());
        Compared.MustAgree(new InfoVae.Config { Alpha = 0, Lambda = 1 }, new Elbo.Config(), Small.Mlp(Compared.L, posterior: new FullNormalPosterior.Config()));
    }

    [Theory]
    [InlineData(-1, 4)]
    [InlineData(0.5, 3)]
    [InlineData(1, 1000)]
    public void Objective_AnyWeights_WeighsDivergenceAndDiscrepancy(double alpha, double lambda)
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(Compared.L), Compared.D);
        var terms = Compared.Of(new InfoVae.Config { Alpha = alpha, Lambda = lambda }, model, Small.Mlp(Compared.L)).Terms;
        var wanted = terms["reconstruction"] - (1 - alpha) * terms["kl"] - (alpha + lambda - 1) * terms["mmd"];
        Assert.Equal(wanted.Mean().ToDouble(), terms.Objective.ToDouble(), 1e-10);
        Assert.Equal(0, (terms["elbo"] - (terms["reconstruction"] - terms["kl"])).Abs().Sum().ToDouble(), 1e-12);
    }

    // C = 2 L σ² times the scales, between the codes and draws of the prior: of this objective and of the Wasserstein autoencoder.
    [Fact]
    public void Terms_KernelAndWidth_AreThoseAskedFor()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(Compared.L), Compared.D);
        double[] scales = [0.5, 3];
        foreach (var kernel in Enum.GetValues<KernelKind>())
        {
            foreach (var statistic in Enum.GetValues<MmdStatistic>())
            {
                using var generator = new Generator(5);
                var z = model.Encode(Small.Normal(1, Compared.B, Compared.D)).Sample(generator);
                var draws = model.Prior.Density().Sample(generator, Compared.B);
                var wanted = new Mmd(kernel, 2 * Compared.L * 1.5 * 1.5, scales).Squared(z, draws, statistic).ToDouble();
                ObjectiveConfig[] configs =
                [
                    new InfoVae.Config { Kernel = kernel, Statistic = statistic, Sigma = 1.5, Scales = scales },
                    new WaeMmd.Config { Kernel = kernel, Statistic = statistic, Sigma = 1.5, Scales = scales },
                ];
                Assert.All(configs, config => Assert.Equal(wanted, Compared.Of(config, model, Small.Mlp(Compared.L)).Terms["mmd"].Mean().ToDouble(), 1e-12));
            }
        }
    }

    [Fact]
    public void Gradient_EveryKernelAndStatistic_IsThatOfFiniteDifferences()
    {
        foreach (var kernel in Enum.GetValues<KernelKind>())
            foreach (var statistic in Enum.GetValues<MmdStatistic>())
                Compared.MustHaveItsGradient(new InfoVae.Config { Alpha = 0.5, Lambda = 5, Kernel = kernel, Statistic = statistic });
    }

    [Fact]
    public void Evaluate_DeterministicEncoder_ReportsNoElbo()
    {
        using var scope = TensorScope.Open();
        var parts = Small.Mlp(Compared.L, posterior: new PointPosterior.Config());
        using var model = Small.Model(parts, Compared.D);
        var terms = Compared.Of(new InfoVae.Config(), model, parts).Terms;
        Assert.Equal(["reconstruction", "mmd"], terms.Terms.Select(term => term.Name));
        Assert.Empty(new InfoVae.Config().Misfits(parts));
        Assert.Contains(new InfoVae.Config { Alpha = 0 }.Misfits(parts), misfit => misfit.Key == "objective.alpha");
        Assert.Contains(new InfoVae.Config { Alpha = -2, Lambda = 1 }.Misfits(Small.Mlp(2)), misfit => misfit.Key == "objective.lambda");
        Assert.Contains(new InfoVae.Config { Scales = [] }.Misfits(Small.Mlp(2)), misfit => misfit.Key == "objective.scales");
    }
}
