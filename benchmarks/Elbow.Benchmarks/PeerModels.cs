using Elbow.Data;
using Elbow.Models;
using Elbow.Networks;
using Elbow.Objectives;
using Elbow.Training;

namespace Elbow.Benchmarks;

/// <summary>The two models of <c>benchmarks/peers/vae.py</c>, as configurations that any user could write.</summary>
internal static class PeerModels
{
    internal static ExperimentConfig Config(string model, BinariseKind binarise) => new()
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
            Epochs = 1, BatchSize = 128, CheckpointEvery = 0, PicturesEvery = 0, LogEvery = 100,
            Threads = Environment.GetEnvironmentVariable("ELBOW_THREADS") is { } threads ? int.Parse(threads) : null,
        },
        Diagnostics = new DiagnosticsConfig { AnatomyEvery = 0 },
    };
}
