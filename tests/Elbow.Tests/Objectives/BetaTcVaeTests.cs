using Elbow.Distributions;
using Elbow.Networks;
using Elbow.Objectives;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Objectives;

public sealed class BetaTcVaeTests
{
    private static readonly BetaTcVae.Config Plain = new() { Beta = 1 };

    [Theory]
    [InlineData(BetaTcVae.Estimator.Weighted)]
    [InlineData(BetaTcVae.Estimator.Stratified)]
    public void Objective_AllWeightsOne_IsTheElbo(BetaTcVae.Estimator estimator) =>
        Compared.MustAgree(Plain with { Estimator = estimator }, new Elbo.Config { Kl = Elbo.KlEstimator.MonteCarlo });

    [Fact]
    public void Objective_Weights_WeighTheirParts()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(Compared.L), Compared.D);
        var terms = Compared.Of(new BetaTcVae.Config { Alpha = 2, Beta = 5, Gamma = 0.5 }, model, Small.Mlp(Compared.L)).Terms;
        var wanted = terms["reconstruction"] - 2 * terms["mutualInformation"] - 5 * terms["totalCorrelation"] - 0.5 * terms["dimensionKl"];
        Assert.Equal(wanted.Mean().ToDouble(), terms.Objective.ToDouble(), 1e-12);
        Assert.Equal(0, (terms["elbo"] - (terms["reconstruction"] - terms["kl"])).Abs().Sum().ToDouble(), 1e-12);
    }

    // The batch stands for the 100 training rows that the objective is told of.
    [Theory]
    [InlineData(BetaTcVae.Estimator.Weighted)]
    [InlineData(BetaTcVae.Estimator.Stratified)]
    public void Terms_OfABatch_AreWeighedForTheTrainingRows(BetaTcVae.Estimator estimator)
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(Compared.L), Compared.D);
        var terms = Compared.Of(Plain with { Estimator = estimator }, model, Small.Mlp(Compared.L)).Terms;
        using var generator = new Generator(5);
        var q = (Normal)model.Encode(Small.Normal(1, Compared.B, Compared.D));
        var z = q.Sample(generator);
        var logW = BetaTcVae.LogWeights(estimator, Compared.B, 100, z);
        var logQz = Tensor.Stack(1, [.. Enumerable.Range(0, Compared.B).Select(j => Normal.FromLogVar(q.Mean[j], q.LogVar[j]).LogProb(z))]) + logW;
        Assert.Equal(0, (q.LogProb(z) - logQz.LogSumExp(1) - terms["mutualInformation"]).Abs().Amax(0).ToDouble(), 1e-10);
        var latents = Enumerable.Range(0, Compared.L).Select(l =>
            (Tensor.Stack(1, [.. Enumerable.Range(0, Compared.B).Select(j => Normal.FromLogVar(q.Mean[j].Narrow(0, l, 1), q.LogVar[j].Narrow(0, l, 1)).LogProb(z.Narrow(1, l, 1)))]) + logW).LogSumExp(1));
        Assert.Equal(0, (logQz.LogSumExp(1) - latents.Aggregate((a, b) => a + b) - terms["totalCorrelation"]).Abs().Amax(0).ToDouble(), 1e-10);
    }

    [Fact]
    public void Gradient_Always_IsThatOfFiniteDifferences() => Compared.MustHaveItsGradient(new BetaTcVae.Config { Alpha = 0.5, Gamma = 2 });

    [Theory]
    [InlineData(2, 100)]
    [InlineData(6, 100)]
    [InlineData(6, 6)]
    public void LogWeights_Stratified_SumToOneWithTheOwnShareOnTheDiagonal(int B, int N)
    {
        using var scope = TensorScope.Open();
        var weights = BetaTcVae.LogWeights(BetaTcVae.Estimator.Stratified, B, N, Tensor.Zeros([1], DType.Float64)).Exp();
        Assert.Equal(Enumerable.Repeat(1.0, B), weights.Sum(1L).ToArray<double>(), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(Enumerable.Repeat(1.0 / N, B), weights.Diagonal().ToArray<double>(), (a, b) => Math.Abs(a - b) < 1e-12);
        // (M − 1) of the others by 1/M, one by (N − M)/(N M), as the paper's formula has it.
        var M = B - 1.0;
        var others = weights[0].ToArray<double>().Skip(1).Order().ToArray();
        Assert.Equal([(N - M) / (N * M), .. Enumerable.Repeat(1 / M, B - 2)], others, (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void Stratified_OverBatchesWithoutReplacement_IsUnbiasedForTheDensity() => Assert.InRange(UnbiasednessFault(BetaTcVae.LogWeights), 0, 5);

    // Mutation: the weights as popular code writes them, 1/N and the odd one out in columns 0 and 1. Chen et al.'s own, copied many times.
    [Fact]
    public void Stratified_WeightsInColumnZero_AreRejectedByBothProperties()
    {
        Assert.True(UnbiasednessFault(ColumnZero) > 50, "the unbiasedness test lets column 0 pass");
        Assert.InRange(NarrowInformation(BetaTcVae.LogWeights) - Math.Log(1000), -1e-6, 1e-6);
        // log M in every row but the first, where column 0 is the diagonal.
        Assert.InRange(NarrowInformation(ColumnZero), 0, Math.Log(32) + 0.2);
    }

    // 10 independent latents, posterior variance .5: I = 5 log 2 = 3.47, TC = 0. Over all data, of which 20,000 rows are nearly all.
    [Fact]
    public void OverAllData_IndependentLatents_HasTheKnownParts()
    {
        using var scope = TensorScope.Open();
        var q = Normal.FromScale(Small.Normal(1, 20_000, 10) * Math.Sqrt(0.5), Tensor.Full(Math.Sqrt(0.5), [10], DType.Float64));
        var prior = Normal.FromScale(Tensor.Zeros([10], DType.Float64), Tensor.Ones([10], DType.Float64));
        using var generator = new Generator(2);
        var (information, correlation, latents) = BetaTcVae.OverAllData(q, prior, Tensor.Arange(0, 400), generator);
        Assert.Equal(3.4657, 5 * Math.Log(2), 1e-4);
        var I = Estimate.Of(information.ToArray<double>());
        Assert.InRange(I.Value, 3.47 - 0.1 - 3 * I.StandardError, 3.47 + 3 * I.StandardError);
        var TC = Estimate.Of(correlation.ToArray<double>());
        Assert.InRange(TC.Value, -0.02 - 3 * TC.StandardError, 0.1 + 3 * TC.StandardError);
        Assert.InRange(latents.Mean().ToDouble(), -0.02, 0.02);
    }

    // N(0, Σ) codes have TC = −½ log det of the correlation: what the three parts are, against numbers known otherwise.
    [Fact]
    public void OverAllData_CorrelatedLatents_FindsTheirTotalCorrelation()
    {
        using var scope = TensorScope.Open();
        const double rho = 0.8;
        var u = Small.Normal(1, 20_000, 2);
        var mean = Tensor.Stack(1, u.Select(1, 0), rho * u.Select(1, 0) + Math.Sqrt(1 - rho * rho) * u.Select(1, 1)) * Math.Sqrt(0.9);
        var q = Normal.FromScale(mean, Tensor.Full(Math.Sqrt(0.1), [2], DType.Float64));
        using var generator = new Generator(2);
        var (information, correlation, _) = BetaTcVae.OverAllData(q, Normal.FromScale(Tensor.Zeros([2], DType.Float64), Tensor.Ones([2], DType.Float64)), Tensor.Arange(0, 2000), generator);
        var found = Estimate.Of(correlation.ToArray<double>());
        Assert.InRange(found.Value, -0.5 * Math.Log(1 - 0.81 * rho * rho) - 4 * found.StandardError, -0.5 * Math.Log(1 - 0.81 * rho * rho) + 4 * found.StandardError);
        var I = Estimate.Of(information.ToArray<double>());
        var exact = 0.5 * Math.Log(1 - 0.81 * rho * rho) - Math.Log(0.1);
        Assert.InRange(I.Value, exact - 0.02 - 4 * I.StandardError, exact + 4 * I.StandardError);
    }

    [Fact]
    public void Build_NothingToCompareWith_IsRefusedByName()
    {
        using var model = Small.Model(Small.Mlp(2), 3);
        var context = Small.Context(model, Small.Mlp(2));
        Assert.Contains("batchSize", Assert.Throws<ArgumentException>(() => new BetaTcVae.Config().Build(context with { BatchSize = 1 })).Message);
        Assert.NotEmpty(new BetaTcVae.Config().Misfits(Small.Mlp(2, posterior: new FullNormalPosterior.Config())));
        Assert.NotEmpty(new BetaTcVae.Config().Misfits(Small.Mlp(2, posterior: new PointPosterior.Config())));
    }

    [Fact]
    public void Evaluate_BatchOfOne_IsFinite()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(2), 3);
        using var generator = new Generator(1);
        var terms = new BetaTcVae.Config().Build(Small.Context(model, Small.Mlp(2))).Evaluate(model, Small.Normal(1, 1, 3), new StepContext(1, generator));
        Assert.True(double.IsFinite(terms.Objective.ToDouble()));
        Assert.Equal(0, terms["mutualInformation"].ToDouble(), 1e-12);
    }

    private delegate Tensor Weights(BetaTcVae.Estimator estimator, long B, long N, Tensor like);

    private static Tensor ColumnZero(BetaTcVae.Estimator estimator, long B, long N, Tensor like)
    {
        var M = B - 1;
        var values = Enumerable.Repeat(1.0 / M, (int)(B * B)).ToArray();
        for (var row = 0; row < B; row++) (values[row * B], values[row * B + 1]) = (1.0 / N, (N - M) / ((double)N * M));
        values[(M - 1) * B] = (N - M) / ((double)N * M);
        return Tensor.From(values, [B, B]).Log();
    }

    // Mean over random batches of q̂(z_0)/q(z_0) − 1 in standard errors: batches hold row 0 and others drawn without replacement.
    private static double UnbiasednessFault(Weights weights)
    {
        using var scope = TensorScope.Open();
        const int N = 12, B = 5, draws = 4000;
        var q = Normal.FromScale(Small.Normal(1, N, 2), Tensor.Full(0.7, [2], DType.Float64));
        var z = q.Mean.Narrow(0, 3, 1) + 0.4;
        var density = PairwiseNormal.LogProb(q, z).Exp();
        var w = weights(BetaTcVae.Estimator.Stratified, B, N, z).Exp();
        using var generator = new Generator(2);
        var ratios = new double[draws];
        for (var n = 0; n < draws; n++)
        {
            using var one = TensorScope.Open();
            // Row 3's code is compared; it sits at a random place in the batch.
            var others = Tensor.RandPerm(N - 1, generator).Narrow(0, 0, B - 1);
            others += (others >= 3).To(DType.Int64);
            var place = n % B;
            long[] rows = [.. others.ToArray<long>()[..place], 3, .. others.ToArray<long>()[place..]];
            ratios[n] = ((density.IndexSelect(1, Tensor.From(rows)) * w[place]).Sum() / density.Mean()).ToDouble();
        }
        var found = Estimate.Of(ratios);
        return Math.Abs(found.Value - 1) / found.StandardError;
    }

    // Posteriors that do not overlap: I is log N, whatever the batch.
    private static double NarrowInformation(Weights weights)
    {
        using var scope = TensorScope.Open();
        const int N = 1000, B = 32;
        var q = Normal.FromScale(Small.Normal(1, B, 4), Tensor.Full(1e-5, [4], DType.Float64));
        var prior = Normal.FromScale(Tensor.Zeros([4], DType.Float64), Tensor.Ones([4], DType.Float64));
        using var generator = new Generator(2);
        var z = q.Sample(generator);
        return BetaTcVae.Parts(q, prior, z, weights(BetaTcVae.Estimator.Stratified, B, N, z)).MutualInformation.Mean().ToDouble();
    }
}
