// How many latents does a stream need? Linear VAEs with 2, 4 and 6 latents see every point once; points have 6, then 2, then 4 directions.
// The sum of three entropies chooses like the ELBO, is far quieter, and needs no data: only sigma and tau.
//   ThreeEntropies [rows] [learning rate] [file for every batch]
using System.Globalization;
using Elbow.Data;
using Elbow.Diagnostics;
using Elbow.Models;
using Elbow.Networks;
using Elbow.Objectives;
using Elbow.Torch;
using Elbow.Training;

const int D = 10, B = 10;
int[] candidates = [2, 4, 6], directions = [6, 2, 4];
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Engine.Threads = 1;
var stream = SyntheticData.Create("streaming", args.Length > 0 ? int.Parse(args[0]) : 300_000, seed: 1);
var rate = args.Length > 1 ? double.Parse(args[1]) : 0.002;
using var file = args.Length > 2 ? File.CreateText(args[2]) : TextWriter.Null;
file.WriteLine("batch,H,elbo,entropySum,bicElbo,bicEntropies");

var watched = candidates.ToDictionary(H => H, Watch);

Console.WriteLine("data dim | model H | ELBO mean (std) | 3E mean (std) | BIC ELBO | BIC 3E | BIC 3E, all points of the block");
for (var block = 0; block < directions.Length; block++)
{
    foreach (var H in candidates)
    {
        // Sums over a batch, in the last tenth of the block: each model had time to settle.
        var batches = watched[H].Count / directions.Length;
        var settled = watched[H].GetRange((block + 1) * batches - batches / 10, batches / 10);
        var (elbo, sum) = (Statistics([.. settled.Select(batch => batch.Elbo)]), Statistics([.. settled.Select(batch => batch.Entropies)]));
        var points = stream.Count / directions.Length;
        Console.WriteLine($"{directions[block]} | {H} | {elbo.Mean:F2} ({elbo.Spread:F2}) | {sum.Mean:F2} ({sum.Spread:F2}) | {Criterion(elbo.Mean, H):F1} | {Criterion(sum.Mean, H):F1} | "
            + $"{Bic.Of(sum.Mean / B * points, Bic.Parameters(D, H), points):F0}");
    }
}

List<(double Elbo, double Entropies)> Watch(int H)
{
    var config = new ModelConfig
    {
        LatentDim = H,
        Encoder = new Mlp.Config { Hidden = [] },
        Posterior = new DiagonalNormalPosterior.Config { Variance = DiagonalNormalPosterior.VarianceOf.Shared },
        Decoder = new Mlp.Config { Hidden = [] },
        Likelihood = new NormalLikelihood.Config { Scale = ScaleOf.Learned, Sigma = Math.Log(2) },
    };
    using var generator = new Generator(1);
    var init = new Init(generator, Device.Cpu);
    using var model = LatentVariableModel.Create(config, stream.Shape, init);
    var objective = new ThreeEntropiesElbo.Config { Samples = 100 }.Build(new ObjectiveContext(model, config, stream.Count, B, init, Console.Error.WriteLine));
    List<KeyValuePair<string, Tensor>> parameters = [.. model.NamedParameters()];
    Tensor[] tensors = [.. parameters.Select(pair => pair.Value)];
    using var adam = new Adam.Config().Build(parameters);
    var seen = new List<(double Elbo, double Entropies)>();
    foreach (var batch in new Batches(stream, new BatchOptions { Size = B, Shuffle = false, DropLast = true }).Epoch(0, 0))
    {
        using var scope = TensorScope.Open();
        var x = Tensor.From<float>(batch.Values.AsSpan(0, B * D), [B, D]);
        var terms = objective.Evaluate(model, x, new StepContext(0, generator));
        adam.Step(Autograd.Grad(-terms.Objective, tensors), rate);
        var (elbo, entropies) = (terms["elbo"].Sum().ToDouble(), terms["entropySum"].Sum().ToDouble());
        seen.Add((elbo, entropies));
        file.WriteLine($"{seen.Count},{H},{elbo:F3},{entropies:F3},{Criterion(elbo, H):F3},{Criterion(entropies, H):F3}");
    }
    return seen;
}

// As the authors count: parameters without the mean, and a batch as all there is.
static double Criterion(double logLikelihood, int H) => Bic.Of(logLikelihood, Bic.ParametersOfTheAuthors(D, H), B);

static (double Mean, double Spread) Statistics(double[] values)
{
    var mean = values.Average();
    return (mean, Math.Sqrt(values.Average(value => (value - mean) * (value - mean))));
}
