using Elbow.Torch;

namespace Elbow.Tests.Training;

/// <summary>A training whose steps are replayed from a CUDA graph is the one whose steps are run one by one. Skipped where there is no GPU.</summary>
[Trait("Device", "cuda")]
public sealed class CapturedStepTests
{
    public CapturedStepTests() => Assert.SkipUnless(Engine.CudaDevices > 0, "there is no GPU");

    [Theory]
    [InlineData("objective.kind=elbo")]
    [InlineData("objective.kind=elbo", "objective.warmUp.epochs=1")]
    [InlineData("objective.kind=elbo", "training.optimizer.kind=adamax", "training.clipNorm=1", "training.ema=0.9")]
    [InlineData("objective.kind=beta", "objective.samples=2")]
    [InlineData("objective.kind=iwae", "objective.samples=3")]
    [InlineData("objective.kind=elbo", "model.prior.kind=vamp", "model.prior.components=4", "objective.kl=monteCarlo")]
    public void Training_Replayed_IsTheTrainingStepByStep(params string[] settings)
    {
        using TinyRun replayed = new([.. settings, "training.device=cuda"]), single = new([.. settings, "training.device=cuda", "training.captureSteps=false"]);
        replayed.Train();
        single.Train();
        // Of kernels that differ, if any do, only rounding is seen.
        Assert.All(single.Validation().Zip(replayed.Validation()), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
        foreach (var (name, values) in single.Everything())
            Assert.All(values.Zip(replayed.Everything()[name]), pair => Assert.Equal(pair.First, pair.Second, 1e-3f));
    }
}
