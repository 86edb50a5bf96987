using Elbow.Data;
using Elbow.Experiments;
using Elbow.Experiments.Configuration;
using Elbow.Objectives;
using Elbow.Tests.Data;
using Elbow.Tests.Support;
using Elbow.Torch;
using Elbow.Training;

namespace Elbow.Tests.Training;

/// <summary>Every objective trains on real digits and continues from the middle of an epoch as if nothing had happened.</summary>
[Collection(Alone.Name)]
public sealed class ObjectiveKindsTests
{
    private static readonly string[] Digits =
        ["data.kind=digits", "data.scale=unit", "model.latentDim=2", "model.likelihood.scale=fixed", "training.batchSize=230", "training.ema=0.5"];

    private static readonly string[] Own = ["aae", "beta", "beta-tcvae", "ed-vae", "ed-vae-strict", "factor-vae", "info-vae", "iwae", "rae-l2", "wae-mmd"];

    public static TheoryData<string, string[]> Kinds => new()
    {
        { "beta", [] },
        { "iwae", ["objective.samples=3"] },
        { "iwae", ["objective.gradient=doublyReparameterised", "objective.samples=3"] },
        { "beta-tcvae", [] },
        { "info-vae", ["objective.lambda=10"] },
        { "info-vae", ["objective.alpha=0.5", "objective.kernel=inverseMultiquadric", "objective.statistic=biased"] },
        { "wae-mmd", ["objective.reconstruction=squaredError", "objective.reconstructionScale=0.05", "model.posterior.kind=point"] },
        { "wae-mmd", [] },
        { "aae", ["model.posterior.kind=point", "objective.discriminator=[8,8]"] },
        { "rae-l2", ["model.posterior.kind=point"] },
        { "factor-vae", ["objective.discriminator=[8,8]", "training.opponentOptimizer.kind=adam", "training.opponentOptimizer.lr=1e-4", "training.opponentOptimizer.beta1=0.5"] },
        { "ed-vae", [] },
        { "ed-vae", ["objective.critic.kind=separable"] },
        { "ed-vae", ["objective.critic.kind=bilinear", "objective.entropy=kde", "model.posterior.kind=point"] },
        { "ed-vae-strict", ["objective.critic.kind=separable", "objective.entropy=loo"] },
    };

    [Theory, MemberData(nameof(Kinds))]
    public void Train_OnDigits_ImprovesAndContinuesToTheBit(string kind, string[] settings)
    {
        string[] overrides = [.. Digits, $"objective.kind={kind}", .. settings];
        using var whole = new TinyRun(overrides);
        using var parts = new TinyRun(overrides);
        whole.Train();
        foreach (var step in new[] { 1, 5, 8 })
        {
            Assert.Equal(TrainingOutcome.Interrupted, parts.Train(stopAfter: step));
            parts.Resume();
        }
        Assert.Equal(TrainingOutcome.Finished, parts.Train());
        Assert.Equal(whole.Everything(), parts.Everything());
        Assert.Equal(whole.Validation(), parts.Validation());
        var reconstruction = whole.Events.OfType<EpochCompleted>().Select(epoch => epoch.Splits["validation"]["reconstruction"].Mean).ToList();
        Assert.True(reconstruction[^1] > reconstruction[0], $"reconstruction {string.Join(", ", reconstruction)}");
        Assert.Equal(!overrides.Contains("model.posterior.kind=point"), whole.Events.OfType<EpochCompleted>().All(epoch => epoch.Splits["validation"].ContainsKey("elbo")));
    }

    [Fact]
    public void Kinds_OfTheseObjectives_AreAllTrainedHere() =>
        Assert.Empty(Own.Except(Kinds.Select(row => row.Data.Item1)));

    // methods/ed-vae.md, 8.6: the optimum is known, and no model exceeds it.
    [Theory]
    [InlineData("ed-vae-strict")]
    [InlineData("elbo")]
    public void Train_LinearGaussian_ApproachesTheOptimumFromBelow(string kind)
    {
        using var scope = TensorScope.Open();
        var config = ConfigReader.Read<ExperimentConfig>(File.ReadAllText(Repository.At("configs", "ed-vae", "g.json")),
            [$"objective={{\"kind\":\"{kind}\"}}", "data.count=5000", "training.batchSize=64", "training.epochs=40", "training.optimizer.lr=0.02", "training.schedule.kind=cosine", "training.threads=1"]);
        using var experiment = Experiment.Create(config);
        using var state = new TrainingState(experiment);
        new Trainer(experiment, state, new Nobody(), TimeProvider.System) { Save = _ => { } }.Run(CancellationToken.None);
        var (elbo, reconstruction) = Exact(experiment);
        Assert.InRange(elbo, EdVaeData.GaussianOptimum - 0.05, EdVaeData.GaussianOptimum + 1e-6);
        Assert.InRange(reconstruction, -2.90316 - 0.3, -2.90316 + 0.3);
    }

    [Fact]
    public void GaussianOptimum_Always_IsTheGoldenValue() => Assert.Equal(-5.12449, EdVaeData.GaussianOptimum, 1e-5);

    // The ELBO over the whole population: x ~ N(0, W Wᵀ + σ² I) enters a linear model's ELBO only through its second moments.
    private static (double Elbo, double Reconstruction) Exact(Experiment experiment)
    {
        Tensor At(string name) => experiment.Model.NamedTensors().Single(pair => pair.Key == name).Value.Detach().To(DType.Float64);
        var truth = EdVaeData.Weights;
        var W = Tensor.From([.. truth.Cast<double>()], [4, 2]);
        var second = W.Matmul(W.T) + EdVaeData.Noise * EdVaeData.Noise * Tensor.Eye(4, DType.Float64);
        // Rows whose second moments are those of the population, and whose mean is zero.
        var root = second.Cholesky().T * 2;
        var x = Tensor.Cat(0, root, -root);
        var known = new LinearGaussianModel(
            At("decoder.0.weight"), At("decoder.0.bias"), EdVaeData.Noise, At("encoder.0.weight"), At("encoder.0.bias"), (At("posterior.logVar") * 0.5).Exp().DiagEmbed());
        var elbo = known.Elbo(x).Mean().ToDouble();
        var nu = x.Matmul(known.V.T) + known.A;
        var kl = 0.5 * (nu.Square().Sum(1L).Mean() + known.S.Square().Sum() - 2 - 2 * known.S.Diagonal().Log().Sum()).ToDouble();
        return (elbo, elbo + kl);
    }

    private sealed class Nobody : IRunSink
    {
        public void Emit(RunEvent e)
        {
        }
    }
}
