// ED-VAE takes the ELBO apart into reconstruction, mutual information, entropy and cross-entropy, and estimates each by itself.
// On linear Gaussian data the best possible ELBO is known: -5.124 nats. Which signs reach it?
using Elbow.Data;
using Elbow.Experiments;
using Elbow.Networks;
using Elbow.Objectives;
using Elbow.Training;

var config = new ExperimentConfig
{
    Data = new() { Kind = "synthetic/ed-g", Count = 5000, Validation = 0.2, Test = 0.2 },
    Model = new()
    {
        LatentDim = 2,
        Encoder = new Mlp.Config { Hidden = [] },
        Posterior = new DiagonalNormalPosterior.Config { Variance = DiagonalNormalPosterior.VarianceOf.Shared },
        Decoder = new Mlp.Config { Hidden = [] },
        Likelihood = new NormalLikelihood.Config { Scale = ScaleOf.Fixed, Sigma = EdVaeData.Noise },
    },
    Objective = new Elbo.Config(),
    Training = new() { Epochs = 40, BatchSize = 256, Optimizer = new Adam.Config { Lr = 0.01 }, PicturesEvery = 0 },
};

(string Name, ObjectiveConfig Objective)[] rivals = [("elbo", new Elbo.Config()), ("ed-vae-strict", new EdVae.StrictConfig()), ("ed-vae", new EdVae.Config())];
Console.WriteLine($"optimum        ELBO {EdVaeData.GaussianOptimum:F3}");
foreach (var (name, objective) in rivals)
{
    using var session = RunSession.Start(config with { Objective = objective }, store: "runs", name: name);
    session.Train();
    using var trained = TrainedModel.Open(session.Folder.Root, "last");
    // One evaluator for all of them: what training estimated is no basis for comparison.
    var result = SplitEvaluation.Run(trained, trained.Experiment.Data.Test!);
    Console.WriteLine($"{name,-14} ELBO {result.Elbo}, reconstruction {result.Reconstruction}, KL {result.Kl}");
    var last = EventLogReader.ReadAll(session.Folder.EventsPath).Events.OfType<EpochCompleted>().Last().Splits["validation"];
    if (!last.TryGetValue("information", out var information)) continue;
    Console.WriteLine($"               information {information.Mean:F2} to {last["informationHigh"].Mean:F2}, entropy {last["entropyLow"].Mean:F2} to {last["entropyHigh"].Mean:F2}, cross-entropy {last["crossEntropy"].Mean:F2}");
}
