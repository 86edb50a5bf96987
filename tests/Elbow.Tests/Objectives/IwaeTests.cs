using Elbow.Networks;
using Elbow.Objectives;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Objectives;

public sealed class IwaeTests
{
    private const int L = 2, D = 3, B = 2, K = 6;

    [Fact]
    public void Objective_OneSample_IsTheElboWithItsDivergenceAtThatSample()
    {
        // Elbo draws (B, L), Iwae (1, B, L): the same numbers in the same order.
        Compared.MustAgree(new Iwae.Config { Samples = 1 }, new Elbo.Config { Kl = Elbo.KlEstimator.MonteCarlo });
        Compared.MustAgree(new Iwae.Config { Samples = 1 }, new Elbo.Config { Kl = Elbo.KlEstimator.MonteCarlo }, Small.Mlp(Compared.L, posterior: new FullNormalPosterior.Config()));
    }

    [Fact]
    public void Terms_Always_AreOrderedInExpectationAndTightenWithK()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(L), D);
        var x = Small.Normal(1, 1, D).Expand(4000, D);
        double Mean(int samples, string term)
        {
            using var generator = new Generator(2);
            return new Iwae(new Iwae.Config { Samples = samples }).Evaluate(model, x, new StepContext(1, generator))[term].Mean().ToDouble();
        }
        var (one, five, fifty) = (Mean(1, "iwae"), Mean(5, "iwae"), Mean(50, "iwae"));
        Assert.True(one < five && five < fifty, $"{one}, {five}, {fifty}");
        Assert.True(Mean(5, "elbo") < five);
    }

    // log p(x) of a linear-Gaussian model is known, and with the exact posterior every weight is p(x).
    [Fact]
    public void Terms_ExactPosterior_AreTheLogLikelihood()
    {
        using var scope = TensorScope.Open();
        var exact = LinearGaussianModel.WithExactPosterior(Small.Normal(1, D, L), Small.Normal(2, D), 0.7);
        using var model = exact.Build();
        var x = Small.Normal(3, 5, D);
        using var generator = new Generator(4);
        var terms = new Iwae(new Iwae.Config { Samples = 3 }).Evaluate(model, x, new StepContext(1, generator));
        Assert.Equal(exact.LogMarginal(x).ToArray<double>(), terms["iwae"].ToArray<double>(), (a, b) => Math.Abs(a - b) < 1e-9);
    }

    [Fact]
    public void Gradient_Standard_IsThatOfFiniteDifferences() => Compared.MustHaveItsGradient(new Iwae.Config { Samples = 3 });

    [Fact]
    public void Gradient_DoublyReparameterised_LeavesValueAndDecoderAsTheyAre()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(Compared.L), Compared.D);
        var (standard, twice) = (Decoder(Iwae.GradientEstimator.Standard), Decoder(Iwae.GradientEstimator.DoublyReparameterised));
        Assert.Equal(standard.Value, twice.Value, 1e-12);
        Assert.Equal(standard.Gradient, twice.Gradient, (a, b) => Math.Abs(a - b) < 1e-10);

        (double Value, double[] Gradient) Decoder(Iwae.GradientEstimator gradient)
        {
            using var generator = new Generator(5);
            var terms = new Iwae(new Iwae.Config { Samples = K, Gradient = gradient }).Evaluate(model, Small.Normal(1, B, Compared.D), new StepContext(1, generator));
            Tensor[] decoder = [.. model.NamedParameters().Where(pair => !pair.Key.StartsWith("encoder.", StringComparison.Ordinal)).Select(pair => pair.Value)];
            return (terms.Objective.ToDouble(), [.. Autograd.Grad(terms.Objective, decoder).SelectMany(tensor => tensor.ToArray<double>())]);
        }
    }

    // Tucker et al.: the same expectation, less noise. Projections of the encoder's gradient on two fixed directions, over 1000 draws.
    [Fact]
    public void Gradient_DoublyReparameterised_IsUnbiasedAndLessNoisy()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(L), D);
        var (standard, twice) = (Draws(Iwae.GradientEstimator.Standard, 0), Draws(Iwae.GradientEstimator.DoublyReparameterised, 50_000));
        for (var direction = 0; direction < 2; direction++)
        {
            var (a, b) = (Estimate.Of(standard[direction]), Estimate.Of(twice[direction]));
            var error = Math.Sqrt(a.StandardError * a.StandardError + b.StandardError * b.StandardError);
            Assert.True(Math.Abs(a.Value - b.Value) <= 4.5 * error, $"{a.Value} and {b.Value} ± {error}");
            Assert.True(Math.Abs(a.Value) > 2 * error || Math.Abs(b.Value) > 2 * error, "a gradient that could be zero tells nothing");
            Assert.True(b.StandardError < 0.8 * a.StandardError, $"noise {b.StandardError} against {a.StandardError}");
        }

        double[][] Draws(Iwae.GradientEstimator gradient, ulong seeds)
        {
            var x = Small.Normal(1, B, D) * 2;
            Tensor[] encoder = [.. model.NamedParameters().Where(pair => pair.Key.StartsWith("encoder.", StringComparison.Ordinal)).Select(pair => pair.Value)];
            var objective = new Iwae(new Iwae.Config { Samples = K, Gradient = gradient });
            double[][] found = [new double[1000], new double[1000]];
            for (var n = 0; n < 1000; n++)
            {
                using var one = TensorScope.Open();
                using var generator = new Generator(seeds + (ulong)n);
                double[] flat = [.. Autograd.Grad(objective.Evaluate(model, x, new StepContext(1, generator)).Objective, encoder).SelectMany(tensor => tensor.ToArray<double>())];
                found[0][n] = flat.Sum();
                found[1][n] = flat.Select((value, i) => value * Math.Cos(i)).Sum();
            }
            return found;
        }
    }

    [Fact]
    public void Misfits_DeterministicEncoder_IsRefused() =>
        Assert.NotEmpty(new Iwae.Config().Misfits(Small.Mlp(2, posterior: new PointPosterior.Config())));
}
