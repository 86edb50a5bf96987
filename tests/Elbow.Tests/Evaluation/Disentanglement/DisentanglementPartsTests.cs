using Elbow.Distributions;
using Elbow.Evaluation.Disentanglement;
using Elbow.Experiments;

namespace Elbow.Tests.Evaluation.Disentanglement;

public sealed class DisentanglementPartsTests
{
    [Fact]
    public void Intervals_Fitted_AreTheBestOfAllCuts()
    {
        for (var seed = 1; seed <= 5; seed++)
        {
            var random = new Random(seed);
            double[] x = [.. Enumerable.Range(0, 60).Select(_ => (double)random.Next(8))];
            int[] y = [.. x.Select(value => random.NextDouble() < 0.3 ? random.Next(3) : (int)value % 3)];
            var best = 0.0;
            for (var a = 0; a <= 8; a++)
            {
                for (var b = a; b <= 8; b++)
                {
                    for (var classes = 0; classes < 27; classes++) best = Math.Max(best, Accuracy(x, y, value => value < a ? classes % 3 : value < b ? classes / 3 % 3 : classes / 9));
                }
            }
            Assert.Equal(best, Intervals.Fit(x, y, 3).BalancedAccuracy(x, y, 3), 1e-12);
        }
    }

    [Fact]
    public void SymmetricEigen_Always_DiagonalisesAndIsOrthonormal()
    {
        var random = new Random(2);
        var (a, L) = (new double[7, 7], 7);
        for (var i = 0; i < L; i++)
        {
            for (var j = 0; j <= i; j++) a[i, j] = a[j, i] = random.NextDouble() - 0.5;
        }
        var (values, vectors) = SymmetricEigen.Of(a);
        Assert.Equal(values.Order(), values);
        for (var i = 0; i < L; i++)
        {
            for (var k = 0; k < L; k++)
            {
                Assert.Equal(values[k] * vectors[i, k], Enumerable.Range(0, L).Sum(j => a[i, j] * vectors[j, k]), 1e-12);
                Assert.Equal(i == k ? 1 : 0, Enumerable.Range(0, L).Sum(j => vectors[j, i] * vectors[j, k]), 1e-12);
            }
        }
    }

    [Fact]
    public void Lasso_EqualColumns_ShareTheirWeight()
    {
        var random = new Random(4);
        double[] y = [.. Enumerable.Range(0, 200).Select(_ => random.NextDouble())];
        var x = new Standardised([.. y.SelectMany(value => new[] { value, value, random.NextDouble() })], 3).Of([.. y.SelectMany(value => new[] { value, value, 0.3 })]);
        var w = Lasso.FitBest(x, 3, new Standardised(y, 1).Of(y));
        Assert.Equal(w[0], w[1], 1e-9);
        Assert.InRange(w[0] + w[1], 0.9, 1.1);
    }

    // Of one class indicator x = ±1 the likelihood is greatest where softmax(w x) is the share of the class at each x.
    [Fact]
    public void SoftmaxRegression_WithoutPenalty_TellsWhatALineTells()
    {
        double[] x = [.. Enumerable.Range(0, 300).Select(n => n / 150.0 - 1)];
        int[] y = [.. x.Select(value => value < -0.4 ? 0 : value < 0.5 ? 1 : 2)];
        Assert.InRange(SoftmaxRegression.Fit(x, 1, y, 3, 0, 3000).Accuracy(x, y), 0.97, 1);
        Assert.All(SoftmaxRegression.Fit(x, 1, y, 3, 10).Importance(), weight => Assert.Equal(0, weight));
    }

    // With the greatest penalty the two middle classes are told apart by their offsets alone: for these seeds rightly on the rows that choose the penalty, and wrongly for a quarter of the rows after the fit to all.
    [Theory]
    [InlineData(3)]
    [InlineData(10)]
    public void LinearPredictor_CodesThatAreTheClasses_TellsThemAll(int seed)
    {
        var random = new Random(seed);
        double[] classes = [.. Enumerable.Range(0, 600).Select(_ => (double)random.Next(4))];
        var data = FactoredCodes.Of(classes, 1, Factor.Of("a", classes), Factor.Of("b", [.. classes.Select((_, n) => n % 2.0)]));
        var (_, score) = new LinearPredictor().Run(data.Pick([.. Enumerable.Range(0, 300)]), data.Pick([.. Enumerable.Range(300, 300)]), 0, 1);
        Assert.Equal(1, score);
    }

    [Fact]
    public void Scoring_Bootstrap_CoversTheSpreadOverDataSets()
    {
        double[] values = [.. Enumerable.Range(0, 12).Select(seed => Draw(seed).Reading.Value)];
        var spread = Math.Sqrt(values.Sum(value => Math.Pow(value - values.Average(), 2)) / 11);
        Assert.InRange(Draw(0).StandardError / spread, 0.4, 2.5);

        static DisentanglementScore Draw(int seed)
        {
            var random = new Random(seed);
            double[] a = [.. Enumerable.Range(0, 400).Select(_ => (double)random.Next(4))], b = [.. Enumerable.Range(0, 400).Select(_ => (double)random.Next(3))];
            double[] z = [.. a.Zip(b).SelectMany(pair => new[] { pair.First + 2 * random.NextDouble(), pair.Second + pair.First * random.NextDouble() })];
            return Assert.Single(Scoring.Run(new Mig(), FactoredCodes.Of(z, 2, Factor.Of("a", a), Factor.Of("b", b)), 1));
        }
    }

    [Fact]
    public void Scoring_SameSeed_GivesTheSameScores()
    {
        var codes = new KnownCodes(600).Noisy();
        foreach (var name in DisentanglementMetrics.Names.Except(["dci", "dci-forest"]))
        {
            var (first, second) = (Scoring.Run(DisentanglementMetrics.Of(name), codes, 7, 2), Scoring.Run(DisentanglementMetrics.Of(name), codes, 7, 2));
            Assert.Equal(first.Select(score => (score.Reading.Value, score.StandardError, score.Chance)), second.Select(score => (score.Reading.Value, score.StandardError, score.Chance)));
            Assert.All(first, score => Assert.False(string.IsNullOrEmpty(score.Bias) || string.IsNullOrEmpty(score.Error) || score.Settings.Count == 0, name));
        }
        // Trees, once: they take longest.
        Assert.Equal(Dci.Boosted().Read(codes, 3).Select(reading => reading.Value), Dci.Boosted().Read(codes, 3).Select(reading => reading.Value));
    }

    // One half of the rows is 0, the other 1, and so is the label: a split gains all of the variance, wherever the column stands.
    [Fact]
    public void Trees_OneTellingColumn_GetsAllImportance()
    {
        var random = new Random(1);
        double[] label = [.. Enumerable.Range(0, 400).Select(_ => (double)random.Next(2))];
        var data = FactoredCodes.Of([.. label.SelectMany(value => new[] { random.NextDouble(), random.NextDouble(), value })], 3, Factor.Of("a", label), Factor.Of("b", [.. label.Select(_ => random.NextDouble())]));
        foreach (var boosted in new[] { true, false })
        {
            var (importance, score) = new TreePredictor(boosted).Run(data, data, 0, 1);
            Assert.InRange(importance[2] / importance.Sum(), 0.999, 1);
            Assert.Equal(1, score);
        }
    }

    [Fact]
    public void Udr_SameLatentsInOtherOrderAndSign_IsOneAndNoiseIsNot()
    {
        var known = new KnownCodes(1000);
        (double[], int, bool[]) Model(Func<int, int, double> code) => (known.Of(6, code).Codes, 6, [true, true, true, true, true, false]);
        var same = Udr.Of([.. Enumerable.Range(0, 3).Select(r => Model((n, j) => j == 5 ? known.Normal() : (r == 1 ? -1 : 1) * known.Unit((j + r) % 5, n)))], lasso: false);
        Assert.All(same.PerModel, score => Assert.InRange(score, 0.85, 1));
        Assert.Equal([5, 5, 5], same.Informative);
        var noise = Udr.Of([.. Enumerable.Range(0, 3).Select(_ => Model((_, _) => known.Normal()))], lasso: false);
        Assert.All(noise.PerModel, score => Assert.InRange(score, 0, 0.05));
    }

    [Fact]
    public void Udr_Error_IsThatOfLeavingOutAModelAndUnknownForOnePair()
    {
        var known = new KnownCodes(300);
        bool[] all = [true, true, true];
        var models = Enumerable.Range(0, 4).Select(r => (Enumerable.Range(0, 300 * 3).Select(i => known.Unit(i % 3, i / 3) + 0.2 * r * known.Normal()).ToArray(), 3, all)).ToArray();
        double[] without = [.. Enumerable.Range(0, 4).Select(left => Udr.Of([.. models.Where((_, r) => r != left)], lasso: false).PerModel.Average())];

        // Both models of a pair have its score: that they agree is no precision.
        Assert.Equal(double.NaN, Udr.Of(models[..2], lasso: false).Mean.StandardError);
        Assert.Equal(Math.Sqrt(0.75 * without.Sum(value => Math.Pow(value - without.Average(), 2))), Udr.Of(models, lasso: false).Mean.StandardError, 1e-12);
    }

    [Fact]
    public void Udr_CollapsedLatents_AreNotInformative()
    {
        var known = new KnownCodes(500);
        var mean = known.Of(2, (_, j) => j == 0 ? known.Normal() : 0.01 * known.Normal()).Codes;
        double[] logVar = [.. mean.Select((_, i) => i % 2 == 0 ? Math.Log(0.1) : 0)];
        Assert.Equal([true, false], Udr.IsInformative(mean, logVar, 2));
        Assert.Equal([true, true], Udr.IsInformative(mean, null, 2));
    }

    [Fact]
    public void FactoredCodes_Unusable_SaysWhatAndHow()
    {
        Factor good = Factor.Of("a", [.. Enumerable.Range(0, 200).Select(n => n % 4.0)]), other = Factor.Of("b", [.. Enumerable.Range(0, 200).Select(n => n % 3.0)]);
        Refused("there are 100 codes, but factor a has 200 rows", () => FactoredCodes.Of(new double[200], 2, good, other));
        Refused("only one factor", () => FactoredCodes.Of(new double[400], 2, good));
        Refused("has one value, 7", () => FactoredCodes.Of(new double[400], 2, good, Factor.Of("b", [.. Enumerable.Repeat(7.0, 200)])));
        Refused("row 3, column 1 is NaN", () => FactoredCodes.Of([.. Enumerable.Range(0, 400).Select(i => i == 7 ? double.NaN : i)], 2, good, other));
        Refused("20 rows are too few", () => FactoredCodes.Of(new double[40], 2, Factor.Of("a", [.. Enumerable.Range(0, 20).Select(n => n % 4.0)]), Factor.Of("b", [.. Enumerable.Range(0, 20).Select(n => n % 3.0)])));
        Refused("no level of factor b", () => DisentanglementMetrics.Of("pca-mig").Read(FactoredCodes.Of(new KnownCodes(200).Noise().Codes[..800], 4, good, Factor.Of("b", [.. Enumerable.Range(0, 200).Select(n => (double)(n / 3))], FactorKind.Ordered)), 1));
    }

    private static void Refused(string what, Action action)
    {
        var mistake = Assert.Throws<UserException>(action);
        Assert.Contains(what, mistake.What);
        Assert.NotEmpty(mistake.Mend);
    }

    private static double Accuracy(double[] x, int[] y, Func<double, int> guess) => Enumerable.Range(0, 3).Where(y.Contains).Average(c => x.Zip(y).Where(pair => pair.Second == c).Average(pair => guess(pair.First) == c ? 1.0 : 0));
}
