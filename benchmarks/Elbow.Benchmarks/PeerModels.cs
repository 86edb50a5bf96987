using Elbow.Data;
using Elbow.Models;
using Elbow.Networks;
using Elbow.Objectives;
using Elbow.Training;

namespace Elbow.Benchmarks;

/// <summary>The two models of <c>benchmarks/peers/vae.py</c>, as configurations that any user could write.</summary>
internal static class PeerModels
{
    private static int? Threads => Environment.GetEnvironmentVariable("ELBOW_THREADS") is { } threads ? int.Parse(threads) : null;

    private static bool Capture => Environment.GetEnvironmentVariable("ELBOW_CAPTURE") != "0";

    private static string Device => Environment.GetEnvironmentVariable("ELBOW_DEVICE") ?? "cpu";

    internal static ExperimentConfig Config(string model, BinariseKind binarise) => model is "avae" or "avae-vae" ? TableViii(model == "avae") : new()
    {
        Data = new DataConfig { Kind = "mnist", Binarise = binarise, Validation = 0 },
        Model = new ModelConfig
        {
            LatentDim = 20,
            Encoder = model == "mlp" ? new Mlp.Config { Hidden = [400] } : new ConvNet.Config { Channels = [32, 64, 128] },
            Decoder = model == "mlp" ? new Mlp.Config { Hidden = [400] } : new ConvNet.Config { Channels = [128, 64, 32] },
            Likelihood = new BernoulliLikelihood.Config(),
        },
        Objective = new Elbo.Config(),
        Training = new TrainingConfig
        {
            Epochs = 1, BatchSize = 128, CheckpointEvery = 0, PicturesEvery = 0, LogEvery = 100, Threads = Threads, Device = Device, CaptureSteps = Capture,
        },
        Diagnostics = new DiagnosticsConfig { AnatomyEvery = 0 },
    };

    /// <summary>The MNIST network of table VIII of the AVAE paper (methods/avae.md 4.2), under AVAE or as a VAE: the two that its authors time.</summary>
    private static ExperimentConfig TableViii(bool avae)
    {
        var network = new ConvNet.Config { Channels = [64, 128, 256, 512], Padding = null, Norm = NormKind.Batch, NormMomentum = 0.01, NormEpsilon = 1e-3 };
        return new()
        {
            Data = new DataConfig { Kind = "mnist", Pad = 2, Scale = ScaleKind.Unit },
            Model = new ModelConfig
            {
                LatentDim = 16,
                Encoder = network with { CentreInput = true },
                Posterior = avae ? new PointPosterior.Config() : new DiagonalNormalPosterior.Config(),
                Decoder = network with { Channels = [512, 256, 128, 64], ActivateFirst = false },
                Likelihood = new NormalLikelihood.Config { Scale = ScaleOf.Fixed, Sigma = Math.Sqrt(0.5), Mean = ActivationKind.Sigmoid },
                Init = InitKind.HeGlorot,
            },
            Objective = avae ? new Avae.Config { Points = 10_000 } : new Elbo.Config(),
            Training = new TrainingConfig { Epochs = 1, BatchSize = 100, CheckpointEvery = 0, PicturesEvery = 0, Threads = Threads, Device = Device, CaptureSteps = Capture },
            Diagnostics = new DiagnosticsConfig { AnatomyEvery = 0 },
        };
    }
}
