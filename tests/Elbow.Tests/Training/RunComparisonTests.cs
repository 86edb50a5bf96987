using Elbow.Diagnostics;
using Elbow.Training;

namespace Elbow.Tests.Training;

public sealed class RunComparisonTests
{
    private const string Linear = "model.decoder.hidden=[]";

    [Fact]
    public void Of_SameExamples_PairsThemAndFindsWhatTheMeansHide()
    {
        // Examples differ by tens of nats, the runs by 0.1 on each of them.
        double[] hard = [.. Enumerable.Range(0, 200).Select(i => -50.0 - 40 * Math.Sin(i))];
        var runs = new[] { Run("a", 1, "h", hard), Run("b", 1, "h", [.. hard.Select((value, i) => value + 0.1 + 0.05 * Math.Cos(3 * i))], "objective.beta=2") };
        var comparison = RunComparison.Of(runs);
        var difference = comparison.Differences.Single().Values["elbo"];
        var each = Estimate.Of([.. Enumerable.Range(0, 200).Select(i => 0.1 + 0.05 * Math.Cos(3 * i))]);
        Assert.Equal(DifferenceOver.Examples, difference.Over);
        Assert.Equal(each.Value, difference.Value, 1e-9);
        Assert.Equal(each.StandardError, difference.StandardError, 1e-9);
        Assert.True(difference.StandardError < 0.01 * runs[0].Values["elbo"].StandardError, "nothing cancelled");
        Assert.Equal([("B", 1), ("A", 2)], Places(comparison, "elbo"));
    }

    [Fact]
    public void Of_OtherExamples_HasNoStandardErrorFromOneRunEach()
    {
        var comparison = RunComparison.Of([Run("a", 1, "h", [1, 2, 3]), Run("b", 1, "g", [5, 6, 7], "objective.beta=2")]);
        var difference = comparison.Differences.Single().Values["elbo"];
        Assert.Equal((DifferenceOver.Nothing, 4.0, double.NaN), (difference.Over, difference.Value, difference.StandardError));
        // What nothing is known of is a tie.
        Assert.Equal([("B", 1), ("A", 1)], Places(comparison, "elbo"));
        Assert.Equal(["B"], Ranking(comparison, "elbo").Groups[1].TiedWith);
    }

    [Fact]
    public void Of_SeedsWithExamplesOfTheirOwn_PairsSeeds()
    {
        var comparison = RunComparison.Of(
        [
            Run("a1", 1, "h1", [1, 2, 3]), Run("a2", 2, "h2", [4, 5, 6]), Run("a3", 3, "h3", [0, 1, 2]),
            Run("b1", 1, "h1", [2, 3, 4], "objective.beta=2"), Run("b2", 2, "h2", [5.5, 6.5, 7.5], "objective.beta=2"), Run("b9", 9, "h9", [99, 99, 99], "objective.beta=2"),
        ]);
        var difference = comparison.Differences.Single();
        Assert.Equal([1L, 2L], difference.Seeds);
        var elbo = difference.Values["elbo"];
        Assert.Equal((DifferenceOver.Seeds, 1.25, 0.25), (elbo.Over, Math.Round(elbo.Value, 9), Math.Round(elbo.StandardError, 9)));
        var group = comparison.Groups[0].Values["elbo"];
        Assert.Equal(3, group.Runs);
        Assert.Equal(8 / 3.0, group.Mean, 1e-9);
        Assert.Equal(Math.Sqrt(13 / 3.0), group.Deviation, 1e-9);
    }

    [Fact]
    public void Of_SeedsOnTheSameExamples_AddsBothErrors()
    {
        var comparison = RunComparison.Of(
        [
            Run("a1", 1, "h", [1, 2, 3]), Run("a2", 2, "h", [4, 5, 6]),
            Run("b1", 1, "h", [2, 3.5, 4], "objective.beta=2"), Run("b2", 2, "h", [5.5, 6.5, 7.5], "objective.beta=2"),
        ]);
        var elbo = comparison.Differences.Single().Values["elbo"];
        var overSeeds = Estimate.Of([3.5 / 3, 1.5]).StandardError;
        var overExamples = Estimate.Of([1.25, 1.5, 1.25]).StandardError;
        Assert.Equal(DifferenceOver.ExamplesAndSeeds, elbo.Over);
        Assert.Equal(double.Hypot(overSeeds, overExamples), elbo.StandardError, 1e-9);
    }

    [Fact]
    public void Of_OneRunOfAnotherSeed_IsTakenToScatterAsTheOtherGroup()
    {
        // Means 1, 2 and 6 of A, 5 of B: judged by the same rows B would stand far above A, and A's seeds say that it does not.
        var comparison = RunComparison.Of(
            [Run("a1", 1, "h", [1, 1]), Run("a2", 2, "h", [2, 2]), Run("a3", 3, "h", [6, 6]), Run("b4", 4, "h", [5, 5.1], "objective.beta=2")]);
        var elbo = comparison.Differences.Single().Values["elbo"];
        Assert.Equal(DifferenceOver.ExamplesAndSeeds, elbo.Over);
        Assert.Equal(double.Hypot(Math.Sqrt(7 / 3.0 + 7), 0.05), elbo.StandardError, 1e-9);
        Assert.Equal([("B", 1), ("A", 1)], Places(comparison, "elbo"));
    }

    [Fact]
    public void Of_SeedGivenTwice_CountsOnceAndIsSaid()
    {
        var comparison = RunComparison.Of([Run("a1", 1, "h", [1, 2]), Run("again", 1, "h", [1, 2]), Run("b2", 2, "g", [3, 4], "objective.beta=2"), Run("b2 again", 2, "g", [3, 4], "objective.beta=2")]);
        Assert.Equal((1.5, double.NaN, 1), (comparison.Groups[0].Values["elbo"].Mean, comparison.Groups[0].Values["elbo"].Deviation, comparison.Groups[0].Values["elbo"].Runs));
        // Two copies are no two seeds: nothing is known of the difference's error, and nothing is ranked apart.
        Assert.Equal(DifferenceOver.Nothing, comparison.Differences.Single().Values["elbo"].Over);
        Assert.Equal([1, 1], Ranking(comparison, "elbo").Groups.Select(group => group.Rank));
        Assert.Contains("A, B: a seed is there more than once; it counts once, by its mean", comparison.Warnings);
    }

    [Fact]
    public void Of_NoCommonSeed_ComparesSpreads()
    {
        var comparison = RunComparison.Of(
            [Run("a1", 1, "h1", [1, 3]), Run("a2", 2, "h2", [3, 5]), Run("b3", 3, "h3", [2, 4], "objective.beta=2"), Run("b4", 4, "h4", [5, 7], "objective.beta=2")]);
        var elbo = comparison.Differences.Single().Values["elbo"];
        Assert.Equal(DifferenceOver.UnpairedSeeds, elbo.Over);
        Assert.Equal(1.5, elbo.Value, 1e-12);
        Assert.Equal(Math.Sqrt((2 + 4.5) / 2), elbo.StandardError, 1e-12);
    }

    [Fact]
    public void Rankings_ThreeGroups_ShareARankWithinTwoStandardErrors()
    {
        double[] noise = [.. Enumerable.Range(0, 100).Select(i => i % 2 == 0 ? 1.0 : -1)];
        RunScore Shifted(string name, double by, string set) => Run(name, 1, "h", [.. noise.Select((value, i) => 10 + by + (i % 4 < 2 ? value : -value) * (by == 0 ? 0 : 1))], set);
        var comparison = RunComparison.Of([Shifted("a", 0, "objective.beta=1"), Shifted("b", 0.15, "objective.beta=2"), Shifted("c", -5, "objective.beta=3")]);
        var ranking = Ranking(comparison, "elbo");
        Assert.Equal([("B", 1), ("A", 1), ("C", 3)], Places(comparison, "elbo"));
        Assert.Equal(["B|A|", "A|B|", "C||"], ranking.Groups.Select(group => $"{group.Group}|{string.Join(',', group.TiedWith)}|"));
        Assert.Null(ranking.Groups[0].ToBest);
        Assert.Equal(-0.15, ranking.Groups[1].ToBest!.Value.Value, 1e-9);
    }

    [Fact]
    public void Rankings_Nll_TakesTheLowestFirst()
    {
        var runs = new[] { Run("a", 1, "h", [1, 2, 3.5]), Run("b", 1, "h", [2, 3, 4], "objective.beta=2") }
            .Select(run => run with { Values = new Dictionary<string, Estimate> { ["nll"] = run.Values["elbo"] }, Examples = new("h", new Dictionary<string, double[]> { ["nll"] = run.Examples!.Columns["elbo"] }) });
        Assert.Equal([("A", 1), ("B", 2)], Places(RunComparison.Of([.. runs]), "nll"));
    }

    [Fact]
    public void WithBic_LinearDecoder_IsSchwarzsCriterionWithBothCounts()
    {
        double[] elbo = [-3, -4, -5];
        var score = Run("a", 1, "h", elbo, Linear, "model.latentDim=2").WithBic(D: 5);
        Assert.Equal(Bic.Of(-12, Bic.Parameters(5, 2), 3), score.Values["bic"].Value, 1e-12);
        Assert.Equal(Bic.Of(-12, Bic.ParametersOfTheAuthors(5, 2), 3), score.Values["bicAuthors"].Value, 1e-12);
        Assert.Equal(Estimate.Of(score.Examples!.Columns["bic"]).Value, score.Values["bic"].Value, 1e-12);
        Assert.Equal(2 * 3 * Estimate.Of(elbo).StandardError, score.Values["bic"].StandardError, 1e-12);
        Assert.DoesNotContain("bicEntropySum", score.Values.Keys);
        Assert.DoesNotContain("bic", Run("a", 1, "h", elbo).WithBic(5).Values.Keys);
        Assert.DoesNotContain("bic", Run("a", 1, "h", elbo, Linear, "model.likelihood.scale=perDimension").WithBic(5).Values.Keys);
    }

    [Fact]
    public void Rankings_Bic_PrefersFewerLatentsOfEqualElbo()
    {
        double[] elbo = [-3, -4, -5];
        var comparison = RunComparison.Of([Run("two", 1, "h", elbo, Linear, "model.latentDim=2").WithBic(5), Run("one", 1, "h", elbo, Linear, "model.latentDim=1").WithBic(5)]);
        Assert.Equal([("B", 1), ("A", 2)], Places(comparison, "bic"));
        Assert.Equal([("B", 1), ("A", 2)], Places(comparison, "bicAuthors"));
        Assert.Equal([("A", 1), ("B", 1)], Places(comparison, "elbo"));
    }

    [Theory]
    [InlineData("data.scale=standardise", "data.scale is standardise in the former and none in the latter")]
    [InlineData("data.binarise=threshold", "data.binarise is threshold in the former and none in the latter")]
    [InlineData("model.likelihood.kind=bernoulli", "a probability of 2 levels, that of the latter a density")]
    public void Of_OtherKindsOfNumbers_AreNamedAndNotRanked(string setting, string reason)
    {
        var comparison = RunComparison.Of([Run("a", 1, "h", [1, 2]), Run("b", 1, "h", [3, 4], setting), Run("c", 1, "h", [5, 6], "objective.beta=2")]);
        var warning = Assert.Single(comparison.Warnings);
        Assert.Contains("B and A, C do not compare", warning);
        Assert.Contains(reason, warning);
        Assert.Equal(["A", "C"], Ranking(comparison, "elbo").Groups.Select(group => group.Group).Order());
        Assert.Empty(comparison.Differences[0].Values);
        Assert.NotEmpty(comparison.Differences[1].Values);
    }

    [Fact]
    public void Of_OtherData_IsNotRanked()
    {
        var comparison = RunComparison.Of([Run("a", 1, "h", [1, 2]), Run("b", 1, "h", [3, 4], "objective.beta=2") with { DataSha256 = "other" }]);
        Assert.Empty(comparison.Rankings);
        Assert.Contains("different data", Assert.Single(comparison.Warnings));
    }

    [Fact]
    public void Of_OtherLikelihoodOfTheSameKind_IsRanked() =>
        Assert.NotEmpty(RunComparison.Of([Run("a", 1, "h", [1, 2]), Run("b", 1, "h", [3, 4], "model.likelihood.kind=laplace")]).Rankings);

    private static RunScore Run(string name, long seed, string examples, double[] elbo, params string[] settings) =>
        new(name, TinyRun.Config([$"training.seed={seed}", .. settings]), "data", "best", 0, new Dictionary<string, Estimate> { ["elbo"] = Estimate.Of(elbo) })
        {
            Count = elbo.Length,
            Examples = new ExampleScores(examples, new Dictionary<string, double[]> { ["elbo"] = elbo }),
        };

    private static RunRanking Ranking(RunComparison comparison, string by) => comparison.Rankings.Single(ranking => ranking.By == by);

    private static (string, int)[] Places(RunComparison comparison, string by) => [.. Ranking(comparison, by).Groups.Select(group => (group.Group, group.Rank))];
}
