using Elbow.Networks;
using Elbow.Objectives;
using Elbow.Priors;
using Elbow.Training;

// The same small VAE of the digits under several priors: what the prior costs (KL), what the test set thinks of it (NLL).
var epochs = args.Length > 0 ? int.Parse(args[0]) : 3;
PriorConfig[] priors =
[
    new StandardNormal.Config(),
    new MixtureOfGaussians.Config { Components = 16 },
    new VampPrior.Config { Components = 16, Initial = VampPrior.Start.Uniform, Weighted = true },
    new Gtm.Config { GridRange = 10 },
    new FlowPrior.Config(),
];
foreach (var prior in priors)
{
    var config = new ExperimentConfig
    {
        Data = new() { Kind = "digits" },
        Model = new() { LatentDim = 2, Encoder = new Mlp.Config(), Decoder = new Mlp.Config(), Likelihood = new CategoricalLikelihood.Config { Levels = 17 }, Prior = prior },
        Objective = new Elbo.Config { Kl = Elbo.KlEstimator.MonteCarlo },
        Training = new() { Epochs = epochs, Optimizer = new Adam.MaxConfig(), PicturesEvery = 0 },
    };
    var name = prior.GetType().DeclaringType!.Name;
    using var session = RunSession.Start(config, store: "runs", name: name);
    session.Train();
    using var trained = TrainedModel.Open(session.Folder.Root);
    var result = SplitEvaluation.Run(trained, trained.Experiment.Data.Test!, nllSamples: 100);
    Console.WriteLine($"{name,-20} ELBO {result.Elbo}   KL {result.Kl}   NLL {result.Nll} nats");
}
