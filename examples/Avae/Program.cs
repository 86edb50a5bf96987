// An autoencoder whose codes, all together, are Gaussian: the aggregate posterior is matched by a kernel density estimate over held-out rows.
using Elbow.Distributions;
using Elbow.Evaluation;
using Elbow.Networks;
using Elbow.Objectives;
using Elbow.Torch;
using Elbow.Training;

const int latents = 4, points = 500;
var width = Bandwidth.For(latents, points);
Console.WriteLine($"{points} kernels in {latents} dimensions: h {width.Corrected:F3}, samples decoded from N(0, {width.Alpha:F3}² I)");

var config = new ExperimentConfig
{
    Data = new() { Kind = "digits", Scale = Elbow.Data.ScaleKind.Unit },
    Model = new()
    {
        LatentDim = latents,
        Encoder = new Mlp.Config { Hidden = [128, 128] },
        Posterior = new PointPosterior.Config(),
        Decoder = new Mlp.Config { Hidden = [128, 128] },
        Likelihood = new NormalLikelihood.Config { Scale = ScaleOf.Fixed, Sigma = Math.Sqrt(0.5), Mean = ActivationKind.Sigmoid },
    },
    Objective = new Avae.Config { Points = points },
    Training = new() { Epochs = 60, BatchSize = 32, PicturesEvery = 0, Optimizer = new Adam.Config { Lr = 2e-3 } },
};
using var session = RunSession.Start(config, store: "runs", name: "avae");
session.Train();
using var trained = TrainedModel.Open(session.Folder.Root, "last");
var test = trained.Encode(trained.Experiment.Data.Test!);
using var scope = TensorScope.Open();
var codes = Tensor.From(test.Mean, [test.Count, latents]);
var variances = codes.Var([0]).ToArray<float>();
Console.WriteLine($"variances of test codes {string.Join(" ", variances.Select(v => $"{v:F2}"))}, at rest {width.Alpha * width.Alpha:F2}");
using var generator = new Generator(1);
Console.WriteLine($"entropy of whitened codes {WhitenedEntropy.PerCode(codes).Mean().ToDouble():F2}, of a Gaussian {WhitenedEntropy.OfGaussian(test.Count, latents, generator).Mean().ToDouble():F2} nats");
