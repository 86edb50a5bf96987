using Elbow.Networks;
using Elbow.Objectives;
using Elbow.Training;

var config = new ExperimentConfig
{
    Data = new() { Kind = "digits" },
    Model = new() { LatentDim = 2, Encoder = new Mlp.Config(), Decoder = new Mlp.Config(), Likelihood = new CategoricalLikelihood.Config { Levels = 17 } },
    Objective = new Elbo.Config(),
    Training = new() { Epochs = 5, Optimizer = new Adam.MaxConfig() },
};
using var session = RunSession.Start(config, store: "runs", name: "quickstart");
session.Train();
using var trained = TrainedModel.Open(session.Folder.Root);
var result = SplitEvaluation.Run(trained, trained.Experiment.Data.Test!, nllSamples: 100);
Console.WriteLine($"ELBO {result.Elbo}, NLL {result.Nll} nats");
