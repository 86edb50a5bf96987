using Elbow.Diagnostics;
using Elbow.Evaluation;
using Elbow.Experiments.Configuration;
using Elbow.Tests.Data;
using Elbow.Tests.Support;
using Elbow.Torch;
using Elbow.Training;

namespace Elbow.Tests.Training;

/// <summary>A linear VAE has a known optimum, probabilistic PCA; the shipped configuration reaches it.</summary>
[Collection(Alone.Name)]
public sealed class LinearPcaTests
{
    private const int D = 5;

    [Theory]
    [InlineData(1, 1.0, 2.0)]
    [InlineData(2, 0.1, 2.0)]
    [InlineData(2, 0.1, 300.0)]
    public void Train_ShippedConfiguration_ReachesProbabilisticPca(int L, double unit, double distance)
    {
        using var scope = TensorScope.Open();
        using var folder = new TemporaryFolder();
        var x = Gaussian(400, unit, distance);
        var path = Write(folder, x);
        var config = ConfigReader.Read<ExperimentConfig>(
            File.ReadAllText(Repository.At("configs", "three-entropies", "linear-pca.json")),
            ["data.kind=csv", $"data.path={path}", $"model.latentDim={L}", "training.epochs=300", "training.batchSize=50", "training.threads=1"]);
        using var experiment = Experiment.Create(config);
        using var state = new TrainingState(experiment);
        var trainer = new Trainer(experiment, state, new Nobody(), TimeProvider.System) { Save = _ => { } };
        Assert.Equal(TrainingOutcome.Finished, trainer.Run(CancellationToken.None));

        var learned = LinearVae.From(experiment.Model)!;
        var elbo = learned.Elbo(x).Mean().ToDouble();
        Assert.InRange(elbo, LinearVae.Optimum(x, L) - 0.02, LinearVae.Optimum(x, L) + 1e-9);

        var exact = ExactLinear.Of(experiment, experiment.Data.Train)!;
        Assert.Equal(elbo, exact.Elbo, 1e-9);
        Assert.Equal(learned.LogLikelihood(x).Mean().ToDouble(), exact.LogLikelihood, 1e-9);
        Assert.Equal(LinearVae.Optimum(x, L), exact.Optimum, 1e-9);
        Assert.InRange(exact.LogLikelihood, exact.Elbo, exact.Optimum);
        Assert.Equal(exact.Elbo, exact.EntropySum, 0.02);

        // log p(x) of the trained model is known: importance sampling must find it.
        using var generator = new Generator(3);
        var estimated = ImportanceSampling.LogLikelihood(experiment.Model, x.To(DType.Float32), 500, generator);
        var difference = Estimate.Of((estimated - learned.LogLikelihood(x)).ToArray<double>());
        Assert.True(Math.Abs(difference.Value) <= 3 * difference.StandardError + 1e-4, $"off by {difference.Value} ± {difference.StandardError}");
    }

    private static Tensor Gaussian(long N, double unit, double distance)
    {
        var rotation = Small.Normal(1, D, D).Qr().Q;
        var scales = Tensor.From(2.5, 1.5, 0.8, 0.6, 0.5) * unit;
        return ((Small.Normal(2, N, D) * scales).Matmul(rotation.T) + Small.Normal(3, D) * distance * unit).To(DType.Float32).To(DType.Float64);
    }

    private static string Write(TemporaryFolder folder, Tensor x)
    {
        var values = x.ToArray<double>();
        var lines = Enumerable.Range(0, (int)x.Shape[0]).Select(row => string.Join(',', values.Skip(row * D).Take(D).Select(value => ((float)value).ToString("R"))));
        return folder.Write("gaussian.csv", "a,b,c,d,e\n" + string.Join('\n', lines) + "\n");
    }

    private sealed class Nobody : Experiments.IRunSink
    {
        public void Emit(Experiments.RunEvent e) { }
    }
}
