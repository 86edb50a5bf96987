using Elbow.Evaluation;
using Elbow.Models;
using Elbow.Networks;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Evaluation;

public sealed class ImportanceSamplingTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 5)]
    [InlineData(5000, 1)]
    [InlineData(1000, 7)]
    [InlineData(3, 5000)]
    public void LogLikelihood_ExactPosteriorAsProposal_IsExactForAnyK(int K, int B) => Assert.Equal(0, ErrorWithTheExactPosterior(ImportanceSampling.LogLikelihood, K, B), 1e-10);

    // Faults of published code: samples are taken in whole portions and the rest is never drawn; the sum is divided by all of them, or by those drawn.
    [Fact]
    public void Mutant_RestOfTheSamplesForgotten_IsRejected()
    {
        const int K = 1000, B = 7;
        Assert.True(ErrorWithTheExactPosterior(Portions(K), K, B) > 0.04, "log 960/1000 is missing");
        Assert.Equal(0, ErrorWithTheExactPosterior(Portions(K / 64 * 64), K, B), 1e-10);
        Assert.NotEqual((long)K * B, RowsDecoded(Portions(K / 64 * 64), K, B).Sum());

        static Estimator Portions(int divisor) => (model, x, samples, generator) =>
        {
            var portions = Enumerable.Range(0, (int)(samples / 64)).Select(_ => ImportanceSampling.LogLikelihood(model, x, 64, generator) + Math.Log(64));
            return portions.Aggregate((a, b) => a.Logaddexp(b)) - Math.Log(divisor);
        };
    }

    [Fact]
    public void LogLikelihood_OneSample_HasTheElboAsExpectation()
    {
        using var scope = TensorScope.Open();
        var known = Wrong();
        using var model = known.Build();
        var x = Small.Normal(3, 1, 3);
        MonteCarlo.Agree(Estimate(model, x.Expand(20_000, 3), 1), known.Elbo(x).ToDouble(), "K = 1");
    }

    [Fact]
    public void LogLikelihood_MoreSamples_IsNotLowerAndStaysBelowTheTruth()
    {
        using var scope = TensorScope.Open();
        var known = Wrong();
        using var model = known.Build();
        var x = Small.Normal(3, 1, 3);
        var truth = known.LogMarginal(x).ToDouble();
        var before = Estimate(model, x.Expand(4000, 3), 1);
        foreach (var K in new[] { 2, 4, 16, 64 })
        {
            var now = Estimate(model, x.Expand(4000, 3), K);
            var rise = Elbow.Estimate.Of((now - before).ToArray<double>());
            Assert.True(rise.Value >= -3 * rise.StandardError, $"K = {K}: changes by {rise}");
            var value = Elbow.Estimate.Of(now.ToArray<double>());
            Assert.True(value.Value <= truth + 3 * value.StandardError, $"K = {K}: {value} above {truth}");
            before = now;
        }
    }

    [Theory]
    [InlineData(100)]
    [InlineData(1500)] // in chunks of unequal length
    public void LogLikelihood_WrongPosterior_IsUnbiasedForTheLikelihoodItself(int K)
    {
        using var scope = TensorScope.Open();
        var known = Wrong();
        using var model = known.Build();
        var x = Small.Normal(3, 1, 3);
        var ratios = (Estimate(model, x.Expand(1000, 3), K) - known.LogMarginal(x)).Exp();
        MonteCarlo.Agree(ratios, 1, "p̂(x)/p(x)", standardErrors: 4);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 9000)]
    [InlineData(4097, 1)]
    [InlineData(1000, 7)]
    [InlineData(13, 313)]
    [InlineData(3, 4096)]
    public void LogLikelihood_AnyKAndB_DecodesEverySampleOnceAndFewAtATime(int K, int B)
    {
        var rows = RowsDecoded(ImportanceSampling.LogLikelihood, K, B);
        Assert.Equal((long)K * B, rows.Sum());
        Assert.True(rows.Max() <= Math.Max(4096, B), $"{rows.Max()} rows at once");
    }

    [Fact]
    public void LogLikelihood_ManyNumbersForEachCode_TakesFewerRowsAtOnce()
    {
        using var scope = TensorScope.Open();
        const int D = 60, levels = 1024;
        var init = Small.Init();
        var rows = new List<long>();
        var config = Small.Mlp(2);
        var posterior = config.Posterior.Build(2, init);
        var model = new LatentVariableModel(
            DataShape.Vector(D), 2, new Linear(D, posterior.Outputs, init), posterior, new Counter(new Linear(2, D * levels, init), z => rows.Add(z.Shape[0])),
            new CategoricalLikelihood.Config { Levels = levels }.Build(D, init), config.Prior.Build(new Elbow.Priors.PriorContext(2, init)));
        Estimate(model, Tensor.Zeros([3, D], DType.Float64), 100);
        Assert.Equal(300, rows.Sum());
        Assert.True(rows.Max() * D * levels <= 1 << 24, $"{rows.Max()} rows at once");
    }

    [Fact]
    public void LogLikelihood_HalfPrecisionIsNeverUsed_ResultIsFloat64()
    {
        using var scope = TensorScope.Open();
        using var generator = new Generator(1);
        using var model = LatentVariableModel.Create(Small.Mlp(2), DataShape.Vector(3), new Init(generator, Device.Cpu));
        Assert.Equal(DType.Float64, ImportanceSampling.LogLikelihood(model, Small.Normal(1, 4, 3).To(DType.Float32), 3, generator).DType);
    }

    [Fact]
    public void LogLikelihood_NoSamples_IsRefused()
    {
        using var scope = TensorScope.Open();
        using var model = Wrong().Build();
        Assert.Throws<ArgumentOutOfRangeException>(() => Estimate(model, Small.Normal(1, 2, 3), 0));
    }

    private delegate Tensor Estimator(LatentVariableModel model, Tensor x, long samples, Generator generator);

    // With the exact posterior every weight is p(x).
    private static double ErrorWithTheExactPosterior(Estimator estimator, int K, int B)
    {
        using var scope = TensorScope.Open();
        var known = LinearGaussianModel.WithExactPosterior(Small.Normal(1, 3, 2), Small.Normal(2, 3), 0.6);
        using var model = known.Build();
        using var generator = new Generator(9);
        var x = Small.Normal(3, B, 3) * 1.5;
        return (estimator(model, x, K, generator) - known.LogMarginal(x)).Abs().Amax(0).ToDouble();
    }

    private static List<long> RowsDecoded(Estimator estimator, int K, int B)
    {
        using var scope = TensorScope.Open();
        using var generator = new Generator(9);
        var (model, rows) = Counting();
        estimator(model, Small.Normal(1, B, 3), K, generator);
        return rows;
    }

    private static LinearGaussianModel Wrong()
    {
        var exact = LinearGaussianModel.WithExactPosterior(Small.Normal(1, 3, 2), Small.Normal(2, 3), 0.6);
        return exact with { A = exact.A + 0.15, S = exact.S * 1.25 };
    }

    private static Tensor Estimate(LatentVariableModel model, Tensor x, long K)
    {
        using var generator = new Generator(9);
        return ImportanceSampling.LogLikelihood(model, x, K, generator);
    }

    internal static (LatentVariableModel Model, List<long> Rows) Counting(Action? onRows = null)
    {
        var rows = new List<long>();
        var init = Small.Init();
        var decoder = new Counter(new Linear(2, 3, init), x =>
        {
            rows.Add(x.Shape[0]);
            onRows?.Invoke();
        });
        var config = Small.Mlp(2);
        var posterior = config.Posterior.Build(2, init);
        return (new LatentVariableModel(
            DataShape.Vector(3), 2, new Linear(3, posterior.Outputs, init), posterior, decoder, config.Likelihood.Build(3, init), config.Prior.Build(new Elbow.Priors.PriorContext(2, init))), rows);
    }

    private sealed class Counter(ILayer inner, Action<Tensor> seen) : ILayer
    {
        public Tensor Forward(Tensor x)
        {
            seen(x);
            return inner.Forward(x);
        }
    }
}
