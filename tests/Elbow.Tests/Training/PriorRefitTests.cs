using Elbow.Distributions;
using Elbow.Priors;
using Elbow.Tests.Support;
using Elbow.Torch;
using Elbow.Training;

namespace Elbow.Tests.Training;

/// <summary>methods/priors.md 8, items 5 and 11: a fixed encoder and other priors.</summary>
public sealed class PriorRefitTests
{
    private static readonly PriorRefit.Options Quick = new() { Epochs = 40, BatchSize = 64, Lr = 0.02 };

    public static TheoryData<string> Kinds => ["mog", "gtm", "learnedNormal", "fullNormal"];

    // Codes of two clusters, 400 posteriors with deviation 0.3.
    private static FrozenCodes Clusters()
    {
        using var scope = TensorScope.Open();
        var side = Tensor.From([.. Enumerable.Range(0, 400).Select(n => n < 200 ? -2.0 : 2.0)]).Unsqueeze(1);
        var means = (Small.Normal(1, 400, 1) * 0.5 + side).To(DType.Float32);
        return FrozenCodes.Of(Normal.FromLogVar(means, Tensor.Full(2 * Math.Log(0.3), [400, 1])));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Fit_OfClusters_RaisesLogPAndNeverPassesTheEntropy(string kind)
    {
        using var scope = TensorScope.Open();
        using var run = new TinyRun(kind == "gtm" ? ["model.prior.kind=gtm", "model.prior.gridDims=1"] : [$"model.prior.kind={kind}"]);
        using var codes = Clusters();
        using var fit = PriorRefit.Fit(run.Experiment, run.Experiment.Config.Model.Prior, codes, codes, Quick);
        // −H[q(z)] of 400 examples by quadrature: the largest E log p there is, but for the scatter of the four draws of each code.
        var aggregate = codes.Aggregate!;
        var grid = Enumerable.Range(0, 4001).Select(n => -6 + 0.003 * n).ToArray();
        var entropy = aggregate.LogDensity(grid).Sum(log => -Math.Exp(log) * log * 0.003);
        Assert.True(fit.Validation[fit.BestEpoch] >= fit.Validation[0]);
        Assert.Equal(fit.Validation.Max(), fit.Validation[fit.BestEpoch]);
        Assert.InRange(fit.Validation[fit.BestEpoch], -10, -entropy + 0.03);
        // The fitted density is one: it integrates to 1 and has the expectation that is reported.
        using var frozen = Autograd.NoGrad();
        var logP = fit.Prior.Density().LogProb(Tensor.From([.. grid.Select(z => (float)z)]).Unsqueeze(1)).To(DType.Float64).ToArray<double>();
        Assert.InRange(logP.Sum(log => Math.Exp(log) * 0.003), 0.97, 1.001);
        var expected = aggregate.LogDensity(grid).Zip(logP, (q, p) => Math.Exp(q) * p * 0.003).Sum();
        Assert.Equal(expected, fit.Validation[fit.BestEpoch], 0.05);
        if (kind == "mog") Assert.Equal(-entropy, expected, 0.02);
        if (kind is "learnedNormal" or "fullNormal") Assert.True(expected < -entropy - 0.2);
    }

    [Fact]
    public void Fit_OfAMixture_RisesWithoutFallingBack()
    {
        using var scope = TensorScope.Open();
        using var run = new TinyRun();
        using var codes = Clusters();
        using var fit = PriorRefit.Fit(run.Experiment, new MixtureOfGaussians.Config { Components = 8 }, codes, codes, Quick with { Lr = 0.005, BatchSize = 400 });
        var worstFall = fit.Validation.Zip(fit.Validation.Skip(1), (before, after) => before - after).Max();
        Assert.InRange(worstFall, double.NegativeInfinity, 0.005);
        Assert.True(fit.Validation[^1] > fit.Validation[0]);
    }

    [Fact]
    public void Codes_OfLayers_AreRefused()
    {
        using var scope = TensorScope.Open();
        var zero = Tensor.Zeros([3, 1]);
        var refused = Assert.Throws<Elbow.Experiments.UserException>(() => FrozenCodes.Of(new Independent(Normal.FromLogVar(zero, zero, eventAxes: 0), 1)));
        Assert.Contains("latents in layers", refused.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_OfTheSameSeed_IsTheSame()
    {
        using var scope = TensorScope.Open();
        using var run = new TinyRun();
        using var codes = Clusters();
        var twice = Enumerable.Range(0, 2).Select(_ =>
        {
            using var fit = PriorRefit.Fit(run.Experiment, new MixtureOfGaussians.Config { Components = 3 }, codes, null, Quick with { Epochs = 3 });
            return fit.Validation;
        }).ToArray();
        Assert.Equal(twice[0], twice[1]);
    }

    [Fact]
    public void Fit_OfAGivenPrior_LeavesItAsItIs()
    {
        using var scope = TensorScope.Open();
        using var run = new TinyRun();
        using var codes = Clusters();
        using var fit = PriorRefit.Fit(run.Experiment, new StandardNormal.Config(), codes, codes, Quick);
        Assert.Equal((0L, 0, 1), (fit.Parameters, fit.BestEpoch, fit.Validation.Count));
    }

    [Fact]
    public void Fit_OfPseudoInputs_LeavesTheEncoderAsItIs()
    {
        using var scope = TensorScope.Open();
        using var run = new TinyRun();
        var before = Small.Values(run.Experiment.Model.NamedTensors());
        using var codes = FrozenCodes.Of(run.Experiment, run.Experiment.Data.Train);
        using var fit = PriorRefit.Fit(run.Experiment, new VampPrior.Config { Components = 10 }, codes, null, Quick with { Epochs = 5 });
        Assert.Equal(before, Small.Values(run.Experiment.Model.NamedTensors()));
        Assert.True(fit.Parameters > 0);
    }

    [Fact]
    public void Scores_OfAnyPrior_ObeyTheIdentityAndTheBound()
    {
        using var scope = TensorScope.Open();
        using var run = new TinyRun();
        run.Train();
        run.Experiment.Model.SetTraining(false);
        var experiment = run.Experiment;
        using var training = FrozenCodes.Of(experiment, experiment.Data.Train);
        using var scoring = new PriorScoring(experiment, experiment.Data.Train, training) { NllSamples = 20, Holes = new() { Samples = 512, NullSamples = 200 } };
        var information = scoring.Information!.Value;
        var own = scoring.Of(experiment.Config.Model.Prior, experiment.Model.Prior);
        using var fit = PriorRefit.Fit(experiment, new MixtureOfGaussians.Config { Components = 4 }, training, training, Quick);
        var fitted = scoring.Of(fit.Config, fit.Prior, fit);
        foreach (var score in new[] { own, fitted })
        {
            // −Ω = I + KL(q(z)‖p): the left side exact or of other draws than the right.
            var right = information.Value + score.MarginalKl!.Value.Value;
            var error = Math.Sqrt(Math.Pow(information.StandardError, 2) + Math.Pow(score.MarginalKl.Value.StandardError, 2) + Math.Pow(score.Omega!.Value.StandardError, 2));
            Assert.Equal(-score.Omega.Value.Value, right, 5 * error);
            Assert.True(score.MarginalKlLower <= score.MarginalKl.Value.Value);
            Assert.True(-score.Omega.Value.Value >= information.Value - 5 * error);
            Assert.InRange(score.Nll!.Value.Value, double.NegativeInfinity, -score.Elbo!.Value.Value + 0.2);
        }
        Assert.True(fitted.Omega!.Value.Value > own.Omega!.Value.Value);
        Assert.True(fitted.MarginalKl!.Value.Value < own.MarginalKl!.Value.Value);
    }
}
