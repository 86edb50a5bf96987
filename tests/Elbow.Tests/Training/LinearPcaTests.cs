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
    [InlineData(1, 1.0)]
    [InlineData(2, 0.1)]
    public void Train_ShippedConfiguration_ReachesProbabilisticPca(int L, double unit)
    {
        using var scope = TensorScope.Open();
        using var folder = new TemporaryFolder();
        var x = Gaussian(400, unit);
        var path = Write(folder, x);
        var config = ConfigReader.Read<ExperimentConfig>(
            File.ReadAllText(Repository.At("configs", "three-entropies", "linear-pca.json")),
            ["data.kind=csv", $"data.path={path}", $"model.latentDim={L}", "training.epochs=300", "training.batchSize=50", "training.threads=1"]);
        using var experiment = Experiment.Create(config);
        using var state = new TrainingState(experiment);
        var trainer = new Trainer(experiment, state, new Nobody(), TimeProvider.System) { Save = _ => { } };
        Assert.Equal(TrainingOutcome.Finished, trainer.Run(CancellationToken.None));

        var learned = Learned(experiment, L);
        var elbo = learned.Elbo(x).Mean().ToDouble();
        Assert.InRange(elbo, Optimum(x, L) - 0.02, Optimum(x, L) + 1e-9);

        // log p(x) of the trained model is known: importance sampling must find it.
        using var generator = new Generator(3);
        var estimated = ImportanceSampling.LogLikelihood(experiment.Model, x.To(DType.Float32), 500, generator);
        var difference = Estimate.Of((estimated - learned.LogMarginal(x)).ToArray<double>());
        Assert.True(Math.Abs(difference.Value) <= 3 * difference.StandardError + 1e-4, $"off by {difference.Value} ± {difference.StandardError}");
    }

    // methods/three-entropies.md 2.7 and 8.3
    [Fact]
    public void Optimum_KnownEigenvalues_IsTheGoldenValue()
    {
        using var scope = TensorScope.Open();
        Assert.Equal(-7.5262157747, Optimum([0.5, 0.5, 1, 2, 4], 2), 1e-10);
    }

    private static double Optimum(Tensor x, int L)
    {
        var centred = x - x.Mean(0);
        return Optimum((centred.T.Matmul(centred) / x.Shape[0]).Eigh().Values.ToArray<double>(), L);
    }

    private static double Optimum(double[] ascending, int L)
    {
        var noise = ascending.SkipLast(L).Average();
        return -0.5 * ascending.Length * Math.Log(2 * Math.PI * Math.E) - 0.5 * ascending.TakeLast(L).Sum(Math.Log) - 0.5 * (ascending.Length - L) * Math.Log(noise);
    }

    private static Tensor Gaussian(long N, double unit)
    {
        var rotation = Small.Normal(1, D, D).Qr().Q;
        var scales = Tensor.From(2.5, 1.5, 0.8, 0.6, 0.5) * unit;
        return ((Small.Normal(2, N, D) * scales).Matmul(rotation.T) + Small.Normal(3, D) * 2 * unit).To(DType.Float32).To(DType.Float64);
    }

    private static string Write(TemporaryFolder folder, Tensor x)
    {
        var values = x.ToArray<double>();
        var lines = Enumerable.Range(0, (int)x.Shape[0]).Select(row => string.Join(',', values.Skip(row * D).Take(D).Select(value => ((float)value).ToString("R"))));
        return folder.Write("gaussian.csv", "a,b,c,d,e\n" + string.Join('\n', lines) + "\n");
    }

    private static LinearGaussianModel Learned(Experiment experiment, int L)
    {
        var weights = experiment.Model.NamedTensors().ToDictionary(pair => pair.Key, pair => pair.Value.Detach().To(DType.Float64));
        return new LinearGaussianModel(
            weights["decoder.0.weight"], weights["decoder.0.bias"], Math.Exp(0.5 * weights["likelihood.logVar"].ToDouble()),
            weights["encoder.0.weight"], weights["encoder.0.bias"], (weights["posterior.logVar"] * 0.5).Exp().DiagEmbed().Reshape(L, L));
    }

    private sealed class Nobody : Experiments.IRunSink
    {
        public void Emit(Experiments.RunEvent e) { }
    }
}
