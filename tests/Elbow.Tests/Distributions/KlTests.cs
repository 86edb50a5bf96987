using Elbow.Distributions;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Distributions;

public class KlTests
{
    private const int Estimates = 2000;

    private static readonly Values Mean = new([2, 2], 0.3, -0.6, 1, 2), Logs = new([2, 2], 0.5, -1, 0.1, 0.3), OneLog = new([], -0.4),
        Factors = new([2, 2, 2], 1, 0, -0.8, 0.6, 0.5, 0, 0.3, 1.4), Factor = new([2, 2], 0.9, 0, 0.4, 1.3), Origin = new([2], 0.1, -0.2);

    private static readonly Pair[] Pairs =
    [
        new("normal-normal", p => (Normal.FromLogVar(p[0], p[1]), Normal.FromLogVar(p[2], p[3])), Mean, Logs, Origin, new([2], 0.2, -0.3)),
        new("normal-standard", p => (Normal.FromLogVar(p[0], p[1]), Normal.FromLogVar(p[2], p[3])), Mean, Logs, new([2], 0, 0), new([], 0)),
        new("normal-one-scale-each", p => (Normal.FromLogVar(p[0], p[1]), Normal.FromScale(p[2], p[3])),
            Mean, new([2, 1], 0.3, -0.7), Origin, new([], 1.3)),
        new("normal-batched-p", p => (Normal.FromLogVar(p[0], p[1]), Normal.FromLogVar(p[2], p[3])), Origin, OneLog, Mean, Logs),
        new("full-full", p => (new FullNormal(p[0], p[1]), new FullNormal(p[2], p[3])), Mean, Factors, Origin, Factor),
        new("full-batched-p", p => (new FullNormal(p[0], p[1]), new FullNormal(p[2], p[3])), Origin, Factor, Mean, Factors),
        new("full-normal", p => (new FullNormal(p[0], p[1]), Normal.FromLogVar(p[2], p[3])), Mean, Factors, Origin, OneLog),
        new("normal-full", p => (Normal.FromLogVar(p[0], p[1]), new FullNormal(p[2], p[3])), Mean, Logs, Origin, Factor),
        new("bernoulli-bernoulli", p => (new Bernoulli(p[0]), new Bernoulli(p[1])), Mean, Logs),
        new("categorical-categorical", p => (new Categorical(p[0]), new Categorical(p[1])),
            new([2, 2, 2], 1, 0, -0.8, 0.6, 0.5, 0, 0.3, 1.4), Factor),
        new("laplace-laplace", p => (new Laplace(p[0], p[1]), new Laplace(p[2], p[3])), Mean, Logs, Origin, OneLog),
    ];

    public static TheoryData<string> Names => [.. Pairs.Select(pair => pair.Name)];

    public static TheoryData<string> Known => DistributionCase.Names(c => c.Is(d => d is IHasClosedFormKl));

    [Theory, MemberData(nameof(Names))]
    public void Between_KnownPair_IsTheExpectationOfTheMonteCarloEstimate(string name)
    {
        using var scope = TensorScope.Open();
        var (q, p) = Make(name);
        var exact = Exact(q, p);
        var generator = new Generator(7);
        // Many estimates of two draws each; two, because the batches here are of two and must not meet the draws.
        var estimates = Tensor.Stack(0, [.. Enumerable.Range(0, Estimates).Select(_ => Kl.MonteCarlo(q, p, generator, 2))]);
        Assert.Equal(exact.Shape, estimates[0].Shape);
        for (var b = 0; b < exact.Count; b++)
        {
            Assert.True(exact[b].ToDouble() > 0);
            MonteCarlo.Agree(estimates.Select(1, b), exact[b].ToDouble(), $"{name} {b}");
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Between_InEveryParameter_HasTheGradientOfFiniteDifferences(string name)
    {
        using var scope = TensorScope.Open();
        var pair = Pairs.Single(candidate => candidate.Name == name);
        Gradients.Check(parameters => Exact(pair.Build(parameters)), [.. pair.Parameters.Select(values => values.ToTensor())]);
    }

    [Theory, MemberData(nameof(Names))]
    public void Between_KnownPair_UsesNoRandomNumbers(string name)
    {
        using var scope = TensorScope.Open();
        var generator = new Generator(1);
        var before = generator.GetState();
        var (q, p) = Make(name);
        _ = Kl.Between(q, p, generator);
        Assert.Equal(before, generator.GetState());
    }

    [Theory, MemberData(nameof(Known))]
    public void Between_ADistributionAndItself_IsZeroWithTheShapeOfTheBatch(string name)
    {
        using var scope = TensorScope.Open();
        var (q, p) = (DistributionCase.Of(name).Make(), DistributionCase.Of(name).Make());
        var kl = Exact(q, p);
        Assert.Equal(q.Mean.Shape.Head(q.Mean.Rank - q.EventAxes), kl.Shape);
        Assert.True((kl.Abs() <= 1e-13).All());
    }

    [Fact]
    public void Between_NearlyEqualVariances_IsNotNegative()
    {
        using var scope = TensorScope.Open();
        var mean = Tensor.Zeros([1000, 1]);
        var logVar = Tensor.Linspace(-1e-4, 1e-4, 1000).Unsqueeze(-1);
        var kl = Exact(Normal.FromLogVar(mean, logVar), Normal.FromLogVar(mean, mean.Scalar(0)));
        Assert.True((kl >= 0).All());
    }

    [Fact]
    public void Between_UnknownPair_IsTheMonteCarloEstimate()
    {
        using var scope = TensorScope.Open();
        var (q, p) = (DistributionCase.Of("normal").Make(), DistributionCase.Of("mixture-of-normals").Make());
        Assert.Equal(Kl.MonteCarlo(q, p, new Generator(3), 9).ToDouble(), Kl.Between(q, p, new Generator(3), 9).ToDouble());
    }

    [Fact]
    public void Between_DiagonalFactors_IsThatOfIndependentGaussians()
    {
        using var scope = TensorScope.Open();
        var (mean, logVar, origin) = (Mean.ToTensor(), Logs.ToTensor(), Origin.ToTensor());
        var q = Normal.FromLogVar(mean, logVar);
        var p = Normal.FromLogVar(origin, logVar[0]);
        var (fullQ, fullP) = (new FullNormal(mean, q.Scale.DiagEmbed()), new FullNormal(origin, p.Scale.DiagEmbed()));
        foreach (var kl in new[] { Exact(fullQ, fullP), Exact(fullQ, p), Exact(q, fullP) })
        {
            Assert.True(((kl - Exact(q, p)).Abs() <= 1e-13).All());
        }
    }

    [Fact]
    public void Between_DifferentEvents_IsRefused()
    {
        using var scope = TensorScope.Open();
        var (two, three) = (Tensor.Zeros([4, 2]), Tensor.Zeros([4, 3]));
        var zero = two.Scalar(0);
        Assert.Throws<ShapeException>(() => Kl.Between(Normal.FromLogVar(two, zero), Normal.FromLogVar(three, zero), new Generator(1)));
        Assert.Throws<ShapeException>(() => Kl.Between(Normal.FromLogVar(two, zero), new FullNormal(three, Tensor.Eye(3)), new Generator(1)));
        Assert.Throws<ArgumentException>(() => Kl.Between(Normal.FromLogVar(two, zero), Normal.FromLogVar(two, zero, 2), new Generator(1)));
    }

    private static Tensor Exact(IDistribution q, IDistribution p) => ((IHasClosedFormKl)q).KlTo(p)!;

    private static Tensor Exact((IDistribution Q, IDistribution P) pair) => Exact(pair.Q, pair.P);

    private static (IDistribution Q, IDistribution P) Make(string name)
    {
        var pair = Pairs.Single(candidate => candidate.Name == name);
        return pair.Build([.. pair.Parameters.Select(values => values.ToTensor())]);
    }

    private sealed record Pair(string Name, Func<Tensor[], (IDistribution, IDistribution)> Build, params Values[] Parameters);
}
