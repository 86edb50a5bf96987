using Elbow.Diagnostics;
using Elbow.Distributions;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Diagnostics;

/// <summary>Aggregated posteriors and anatomies of Gaussians with full covariances.</summary>
public sealed class FullCovarianceTests
{
    // Decimal numbers have 28 digits: what differs is what float64 loses.
    [Theory]
    [InlineData(2, 1, 1e-4)]
    [InlineData(129, 2, 1e-4)]
    [InlineData(131, 5, 1e-4)]
    [InlineData(60, 3, 0.3)]
    public void AtOwnSamples_NarrowAlongADirection_IsTheSumWrittenOut(int N, int L, double narrowest)
    {
        var (mean, scale) = FullCodes.Wild(N, L, narrowest, 3);
        var found = AggregatePosterior.FromFactors(mean, scale, L).AtOwnSamples([.. Enumerable.Range(0, N)], 7);
        var (exactMean, exactScale) = (FullCodes.Exact(mean), FullCodes.Exact(scale));
        double[] logVar = [.. Enumerable.Range(0, N * L).Select(i => Math.Log(Enumerable.Range(0, L).Sum(k => Math.Pow(scale[i * L + k], 2))))];
        for (var i = 0; i < N; i++)
        {
            var z = found.Samples.AsSpan(i * L, L);
            var exact = FullCodes.Exact(z);
            Close(FullCodes.LogDensity(exactMean, exactScale, L, exact), found.With[i]);
            Close(FullCodes.LogDensity(exactMean, exactScale, L, exact, i), found.Without[i]);
            Close(FullCodes.LogDensity(exactMean[(i * L)..((i + 1) * L)], exactScale[(i * L * L)..((i + 1) * L * L)], L, exact), found.Own[i]);
            var (_, each) = RandomCodes.LogDensity(mean, logVar, L, z);
            for (var j = 0; j < L; j++) Assert.Equal(each[j], found.WithOfEach[i * L + j], 1e-10 * (1 + Math.Abs(each[j])));
        }

        static void Close(double expected, double found) => Assert.True(Math.Abs(expected - found) <= 1e-9 * (1 + Math.Abs(expected)), $"{expected:R} {found:R}");
    }

    [Fact]
    public void Of_DiagonalPosteriorsGivenAsFull_IsTheDiagonalAnatomy()
    {
        const int N = 300, L = 4;
        var (mean, logVar) = RandomCodes.Wild(N, L, 0.02, 5);
        var prior = LatentPrior.Diagonal("normal", [1, 0, -1, 0], [1, 0.5, 2, 0]);
        var options = new AnatomyOptions { Reconstruction = (codes, _) => ([.. codes.Select(i => -50.0 - i % 7)], [.. codes.Select(i => 20.0 + i % 3)]), DataEntropy = 77 };
        var diagonal = Anatomy.Of(AggregatePosterior.From(mean, logVar, L), prior, options);
        var full = Anatomy.Of(AggregatePosterior.FromFactors(mean, FullCodes.Diagonal(logVar, L), L), prior, options);
        Assert.Null(diagonal.ConditionalCorrelation);
        Assert.Equal(0, full.ConditionalCorrelation!.Value, 1e-12);
        foreach (var (a, b) in Numbers(diagonal).Zip(Numbers(full))) Assert.Equal(a, b, 1e-9 * (1 + Math.Abs(a)));
        // All whole posteriors against all others, as the sums over latents of the diagonal code.
        var rows = Enumerable.Range(0, N).ToArray();
        var (ofSums, ofWholes) = (PairwiseInformation.Of(AggregatePosterior.From(mean, logVar, L), rows), PairwiseInformation.Of(AggregatePosterior.FromFactors(mean, FullCodes.Diagonal(logVar, L), L), rows));
        Assert.Equal(ofSums.Upper.Value, ofWholes.Upper.Value, 1e-9);
        Assert.Equal(ofSums.Lower.Value, ofWholes.Lower.Value, 1e-9);

        static IEnumerable<double> Numbers(Anatomy anatomy)
        {
            var t = anatomy.Terms;
            foreach (var q in new[] { t.Kl, t.EntropyConditional, t.CrossEntropy, t.EntropyAggregate, t.MutualInformation, t.MarginalKl, t.TotalCorrelation!, t.DimensionwiseKl! })
            {
                yield return q.Value;
                yield return q.StandardError;
                yield return q.Lower ?? 0;
                yield return q.Upper ?? 0;
            }
            foreach (var latent in anatomy.PerLatent)
            {
                yield return latent.Kl!.Value;
                yield return latent.Entropy.Value;
                yield return latent.MutualInformation.Value;
            }
            foreach (var row in anatomy.Decompositions) yield return row.Sum!.Value.Value;
            foreach (var point in anatomy.InfoNce) yield return point.Information.Value;
            yield return anatomy.ThreeEntropies!.Gap.Value;
        }
    }

    // x → z linear: posteriors N(μ, V) with one full V, means N(0, C − V). Then q(z) = N(0, C) and everything is a determinant.
    [Fact]
    public void Terms_OfACorrelatedLinearGaussianModel_AreTheKnownOnes()
    {
        const int N = 4000, L = 3;
        double[,] C = { { 1, 0.6, 0.3 }, { 0.6, 1.5, 0.2 }, { 0.3, 0.2, 0.8 } }, V = { { 0.30, 0.25, -0.05 }, { 0.25, 0.40, 0.00 }, { -0.05, 0.00, 0.20 } }, left = new double[L, L];
        for (var i = 0; i < L; i++) for (var j = 0; j < L; j++) left[i, j] = C[i, j] - V[i, j];
        var (root, factor) = (FullCodes.Cholesky(left), FullCodes.Cholesky(V));
        var random = new Random(2);
        var mean = new double[N * L];
        for (var n = 0; n < N; n++)
        {
            double[] e = [.. Enumerable.Range(0, L).Select(_ => RandomCodes.Normal(random))];
            for (var i = 0; i < L; i++) for (var k = 0; k <= i; k++) mean[n * L + i] += root[i, k] * e[k];
        }
        var anatomy = Anatomy.Of(AggregatePosterior.FromFactors(mean, FullCodes.Same(N, factor), L), LatentPrior.Standard(L));
        double halfC = HalfLogDet(C), halfV = HalfLogDet(V), diagonalC = 0, diagonalV = 0, divergence = 0;
        for (var j = 0; j < L; j++)
        {
            (diagonalC, diagonalV) = (diagonalC + 0.5 * Math.Log(C[j, j]), diagonalV + 0.5 * Math.Log(V[j, j]));
            var ofLatent = 0.5 * (C[j, j] - 1 - Math.Log(C[j, j]));
            divergence += ofLatent;
            var latent = anatomy.PerLatent[j];
            Near(0.5 * Math.Log(C[j, j] / V[j, j]), latent.MutualInformation, 0.01);
            Near(ofLatent + 0.5 * Math.Log(C[j, j] / V[j, j]), latent.Kl!);
            Assert.Equal(ThreeEntropies.Unit + 0.5 * Math.Log(V[j, j]), latent.Entropy.Value, 1e-12);
            Assert.InRange(latent.MutualInformation.Value, latent.MutualInformation.Lower!.Value - 0.05, latent.MutualInformation.Upper!.Value + 0.05);
        }
        var t = anatomy.Terms;
        Assert.Equal(L * ThreeEntropies.Unit + halfV, t.EntropyConditional.Value, 1e-12);
        Near(L * ThreeEntropies.Unit + halfC, t.EntropyAggregate, 0.02);
        Near(halfC - halfV, t.MutualInformation, 0.02);
        Near(diagonalC - halfC, t.TotalCorrelation!, 0.02);
        Near(divergence, t.DimensionwiseKl!, 0.02);
        Near(divergence + diagonalC - halfC, t.MarginalKl, 0.02);
        Near(halfC - halfV + divergence + diagonalC - halfC, t.Kl);
        Assert.Equal(diagonalV - halfV, anatomy.ConditionalCorrelation!.Value, 1e-12);
        Assert.InRange(halfC - halfV, anatomy.Pairwise!.Lower.Value, anatomy.Pairwise.Upper.Value);
        // Rows 4 and 5 are the same numbers in other words.
        Assert.Equal(anatomy.Decompositions[3].Sum!.Value.Value, anatomy.Decompositions[4].Sum!.Value.Value, 1e-9);
        Assert.Contains(anatomy.Decompositions[4].Terms, term => term.Name == "-TC(z|x)");
        Assert.Contains(anatomy.Warnings, warning => warning.StartsWith("posteriors have full covariances", StringComparison.Ordinal));
    }

    [Fact]
    public void Pairwise_OfFullPosteriors_IsThatOfTheirDistances()
    {
        const int N = 9, L = 3;
        using var scope = TensorScope.Open();
        var (mean, scale) = FullCodes.Wild(N, L, 0.2, 8);
        var found = PairwiseInformation.Of(AggregatePosterior.FromFactors(mean, scale, L), [.. Enumerable.Range(0, N)]);
        double upper = 0, lower = 0;
        for (var b = 0; b < N; b++)
        {
            double kl = 0, bd = 0;
            for (var c = 0; c < N; c++)
            {
                var (qb, qc) = (One(b), One(c));
                kl += Math.Exp(-qb.KlTo(qc)!.ToDouble());
                bd += Math.Exp(-Bhattacharyya(b, c));
            }
            (upper, lower) = (upper + (Math.Log(N) - Math.Log(kl)) / N, lower + (Math.Log(N) - Math.Log(bd)) / N);
        }
        Assert.Equal(upper, found.Upper.Value, 1e-9);
        Assert.Equal(lower, found.Lower.Value, 1e-9);

        FullNormal One(int n) => new(Tensor.From<double>(mean.AsSpan(n * L, L), [L]), Tensor.From<double>(scale.AsSpan(n * L * L, L * L), [L, L]));

        // Written with covariances: ⅛ δᵀM⁻¹δ + ½ log det M − ¼ log det Σ_b − ¼ log det Σ_c, M their mean.
        double Bhattacharyya(int b, int c)
        {
            var middle = new double[L, L];
            for (var i = 0; i < L; i++) for (var j = 0; j < L; j++) middle[i, j] = 0.5 * (Covariance(b, i, j) + Covariance(c, i, j));
            var s = FullCodes.Cholesky(middle);
            var y = new double[L];
            for (var i = 0; i < L; i++)
            {
                y[i] = mean[c * L + i] - mean[b * L + i];
                for (var k = 0; k < i; k++) y[i] -= s[i, k] * y[k];
                y[i] /= s[i, i];
            }
            var logs = Enumerable.Range(0, L).Sum(i => Math.Log(s[i, i]) - 0.5 * Math.Log(scale[b * L * L + i * L + i] * scale[c * L * L + i * L + i]));
            return 0.125 * y.Sum(v => v * v) + logs;
        }

        double Covariance(int n, int i, int j) => Enumerable.Range(0, L).Sum(k => scale[n * L * L + i * L + k] * scale[n * L * L + j * L + k]);
    }

    // Turned latents: joint quantities stay, those of single latents do not.
    [Fact]
    public void JointTerms_OfTurnedLatents_AreTheSame()
    {
        const int N = 200;
        var (mean, scale) = FullCodes.Wild(N, 2, 0.05, 6);
        var (sin, cos) = Math.SinCos(0.7);
        double[,] turn = { { cos, -sin }, { sin, cos } };
        var (turnedMean, turnedScale) = (new double[N * 2], new double[N * 4]);
        for (var n = 0; n < N; n++)
        {
            double[,] m = { { 0, 0 }, { 0, 0 } }, covariance = { { 0, 0 }, { 0, 0 } };
            for (var i = 0; i < 2; i++) for (var k = 0; k < 2; k++) for (var l = 0; l < 2; l++) m[i, k] += turn[i, l] * scale[n * 4 + l * 2 + k];
            for (var i = 0; i < 2; i++) for (var j = 0; j < 2; j++) covariance[i, j] = m[i, 0] * m[j, 0] + m[i, 1] * m[j, 1];
            FullCodes.Cholesky(covariance).Cast<double>().ToArray().CopyTo(turnedScale, n * 4);
            for (var i = 0; i < 2; i++) turnedMean[n * 2 + i] = turn[i, 0] * mean[n * 2] + turn[i, 1] * mean[n * 2 + 1];
        }
        var (straight, turned) = (AggregatePosterior.FromFactors(mean, scale, 2), AggregatePosterior.FromFactors(turnedMean, turnedScale, 2));
        double[] points = [.. Enumerable.Range(0, 80).Select(i => 0.1 * i - 4)], there = [.. Enumerable.Range(0, 80).Select(i => turn[i % 2, 0] * points[i / 2 * 2] + turn[i % 2, 1] * points[i / 2 * 2 + 1])];
        Assert.All(straight.LogDensity(points).Zip(turned.LogDensity(there)), pair => Assert.Equal(pair.First, pair.Second, 1e-9 * (1 + Math.Abs(pair.First))));
        var (a, b) = (Anatomy.Of(straight, LatentPrior.Standard(2)), Anatomy.Of(turned, LatentPrior.Standard(2)));
        Assert.Equal(a.Terms.Kl.Value, b.Terms.Kl.Value, 1e-9);
        Assert.Equal(a.Terms.EntropyConditional.Value, b.Terms.EntropyConditional.Value, 1e-9);
        Assert.Equal(a.Pairwise!.Upper.Value, b.Pairwise!.Upper.Value, 1e-9);
        Assert.Equal(a.Pairwise.Lower.Value, b.Pairwise.Lower.Value, 1e-9);
        // Other draws of z, the same law.
        Assert.Equal(a.Terms.MutualInformation.Value, b.Terms.MutualInformation.Value, 4 * (a.Terms.MutualInformation.StandardError + b.Terms.MutualInformation.StandardError));
    }

    [Fact]
    public void Of_RandomFullPosteriors_KeepsEveryBound()
    {
        for (var seed = 0; seed < 12; seed++)
        {
            var random = new Random(seed);
            var (N, L) = (random.Next(2, 200), random.Next(1, 5));
            var (mean, scale) = FullCodes.Wild(N, L, Math.Pow(10, -4 * random.NextDouble()), seed);
            var anatomy = Anatomy.Of(AggregatePosterior.FromFactors(mean, scale, L), LatentPrior.Standard(L), new AnatomyOptions { Seed = seed });
            Assert.InRange(anatomy.Terms.MutualInformation.Value, -0.5, Math.Log(N) + 1e-9);
            Assert.True(anatomy.Pairwise!.Lower.Value <= anatomy.Pairwise.Upper.Value + 1e-9);
            Assert.True(anatomy.ConditionalCorrelation!.Value >= 0);
        }
    }

    [Fact]
    public void Results_WhateverThreadsAndTiles_AreTheSameToTheBit()
    {
        var (mean, scale) = FullCodes.Wild(300, 3, 1e-3, 1);
        var aggregate = AggregatePosterior.FromFactors(mean, scale, 3);
        var one = aggregate.LogDensity(mean, new PairwiseOptions { Threads = 1 });
        foreach (var (threads, rows) in new[] { (1, 1), (2, 7), (3, 1000) }) Assert.Equal(one, aggregate.LogDensity(mean, new PairwiseOptions { Threads = threads, TileRows = rows }));
        Assert.Equal([double.NegativeInfinity], aggregate.LogDensity([1e200, -1e200, 1e200]));
    }

    // With a prior that q(z) fills, holes hold no more than their null; the null needs whole covariances.
    [Fact]
    public void Holes_OfAPerfectFitWithFullCovariances_AreWithinTheirNull()
    {
        const int N = 1500;
        double[,] V = { { 0.5, 0.4 }, { 0.4, 0.5 } }, left = { { 0.5, -0.4 }, { -0.4, 0.5 } };
        var (root, random) = (FullCodes.Cholesky(left), new Random(4));
        var mean = new double[2 * N];
        for (var n = 0; n < N; n++)
        {
            var (a, b) = (RandomCodes.Normal(random), RandomCodes.Normal(random));
            (mean[2 * n], mean[2 * n + 1]) = (root[0, 0] * a, root[1, 0] * a + root[1, 1] * b);
        }
        var found = Holes.Find(AggregatePosterior.FromFactors(mean, FullCodes.Same(N, FullCodes.Cholesky(V)), 2), LatentPrior.Standard(2), new HoleOptions { Samples = 1500, NullSamples = 500, NullReplicates = 4 });
        Assert.InRange(found.PriorMass.Value, 0, found.NullBand.High + 4 * found.PriorMass.StandardError);
    }

    [Fact]
    public void FromFactors_WrongNumbers_AreNamed()
    {
        Assert.Contains("expected 2 times as many", Assert.Throws<ArgumentException>(() => AggregatePosterior.FromFactors([1.0, 1], [1.0, 0], 2)).Message);
        Assert.Contains("row 0, column 1 is 0.5", Assert.Throws<ArgumentException>(() => AggregatePosterior.FromFactors([1.0, 1], [1.0, 0.5, 0, 1], 2)).Message);
        Assert.Contains("row 1, column 1 is -1", Assert.Throws<ArgumentException>(() => AggregatePosterior.FromFactors([1.0, 1], [1.0, 0, 0, -1], 2)).Message);
    }

    private static double HalfLogDet(double[,] c)
    {
        var s = FullCodes.Cholesky(c);
        return Enumerable.Range(0, c.GetLength(0)).Sum(i => Math.Log(s[i, i]));
    }

    private static void Near(double truth, Quantity found, double bias = 0) =>
        Assert.True(Math.Abs(found.Value - truth) <= 4 * found.StandardError + bias + 1e-9, $"{found.Value} ± {found.StandardError}, expected {truth}");
}
