// What one latent knows about digits, with and without an anchor on it, and new digits whose latents were drawn one by one.
using Elbow.Evaluation;
using Elbow.Networks;
using Elbow.Objectives;
using Elbow.Training;

foreach (var lambda in new[] { 0, 1.0 })
{
    var config = new ExperimentConfig
    {
        Data = new() { Kind = "digits" },
        Model = new() { LatentDim = 6, Encoder = new Mlp.Config(), Decoder = new Mlp.Config(), Likelihood = new CategoricalLikelihood.Config { Levels = 17 } },
        Objective = new AnchorVae.Config { Anchors = [0], Lambda = lambda },
        Training = new() { Epochs = 15, Optimizer = new Adam.MaxConfig() },
    };
    using var session = RunSession.Start(config, store: "runs", name: $"anchor-{lambda}");
    session.Train();
    using var trained = TrainedModel.Open(session.Folder.Root);
    using var terms = trained.Experiment.Evaluate(trained.Experiment.Data.Test!, seed: 1);
    // E log q(x|z_0): the information I(x:z_0) is at least this plus H(x), which is the same for every lambda.
    foreach (var (name, value) in terms.Estimates()) Console.WriteLine($"lambda {lambda}: {name} {value} nats");
    var z = trained.DrawLatents(LatentSource.Marginal, count: 3, seed: 1);
    Console.WriteLine($"lambda {lambda}: {trained.Arrays.Decode(z).Length / 64} digits decoded from marginals");
}
