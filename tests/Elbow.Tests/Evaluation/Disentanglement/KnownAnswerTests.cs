using Elbow.Evaluation.Disentanglement;
using Elbow.Experiments;

namespace Elbow.Tests.Evaluation.Disentanglement;

/// <summary>Scores of codes for which theory says what they are.</summary>
public sealed class KnownAnswerTests
{
    private static readonly KnownCodes Known = new();

    public static TheoryData<string> Names => [.. DisentanglementMetrics.Names];

    [Theory]
    [InlineData("mig", 0.99)]
    [InlineData("dci", 0.99)]
    [InlineData("dci-linear", 0.99)]
    [InlineData("dci-forest", 0.99)]
    // The gap of a class of C values is at most 1 − 1/C: (2/3 + 3/4 + 3)/5 = 0.883.
    [InlineData("sap", 0.87)]
    [InlineData("factor-vae", 0.99)]
    [InlineData("beta-vae", 0.99)]
    [InlineData("modularity", 0.99)]
    [InlineData("irs", 0.99)]
    [InlineData("pca-factor-vae", 0.99)]
    [InlineData("pca-mig", 0.99)]
    public void Identity_Always_ScoresHigh(string name, double least) => Assert.All(Read(name, Known.Identity()), reading => Assert.InRange(reading.Value, least, 1));

    [Theory, MemberData(nameof(Names))]
    public void Constant_Always_ScoresLowWithoutNaN(string name) => Assert.All(Read(name, Known.Constant()), reading => Assert.InRange(reading.Value, 0, 0.2));

    // A fifth of the votes are right by chance.
    [Theory, MemberData(nameof(Names))]
    public void Noise_Always_ScoresAsByChance(string name) =>
        Assert.All(Read(name, Known.Noise()), reading => Assert.InRange(reading.Value, 0, name.EndsWith("-vae", StringComparison.Ordinal) || reading.Name.EndsWith("informativeness", StringComparison.Ordinal) ? 0.27 : 0.05));

    // Bins of equal width would hide a third of what a normal factor tells of itself, and most of what its exponential does.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ContinuousFactors_AsCodesInAnyIncreasingScale_AreWhollyKnown(bool exponential)
    {
        const int N = 1000, L = 3;
        double[] v = [.. Enumerable.Range(0, N * L).Select(_ => Known.Normal())];
        var factors = Enumerable.Range(0, L).Select(j => Factor.Of($"f{j}", [.. Enumerable.Range(0, N).Select(n => v[n * L + j])])).ToArray();
        Assert.All(factors, factor => Assert.Equal(FactorKind.Continuous, factor.Kind));

        var reading = Assert.Single(DisentanglementMetrics.Of("mig").Read(FactoredCodes.Of(exponential ? [.. v.Select(Math.Exp)] : v, L, factors), 1));

        // The second best of unrelated latents has (20 − 1)²/(2N) = 0.18 of log 20 = 3 nats.
        Assert.InRange(reading.Value, 0.9, 1);
        Assert.InRange(reading.Corrected!.Value, 0.95, 1);
    }

    [Fact]
    public void Codes_WhoseSquaresOverflow_AreRefused()
    {
        var error = Assert.Throws<UserException>(() => Known.Of(5, (n, j) => 1e200 * Known.Unit(j, n)));
        Assert.Contains("whose square is too large", error.Message);
    }

    [Fact]
    public void Duplicated_Codes_HaveNoGapAndHalfTheCompleteness()
    {
        var codes = Known.Duplicated();
        Assert.Equal(0, Value("mig", codes), 1e-12);
        Assert.Equal(0, Value("sap", codes), 1e-12);
        // Two of ten latents share a factor: 1 − log 2/log 10.
        var dci = Read("dci", codes);
        Assert.Equal(1 - Math.Log(2) / Math.Log(10), dci[1].Value, 0.01);
        Assert.Equal(1 - Math.Log(2) / Math.Log(10), Read("dci-linear", codes)[1].Value, 0.01);
        Assert.InRange(dci[0].Value, 0.99, 1);
        Assert.InRange(Value("modularity", codes), 0.99, 1);
        Assert.InRange(Value("factor-vae", codes), 0.99, 1);
        Assert.InRange(Value("pca-mig", codes), 0.99, 1);
    }

    // While factor 0 is fixed both latents of its plane lose half of their variance, and so they do with factor 1: votes cannot tell the two apart, nor 2 from 3: (4/2 + 1)/5 = 0.6. An importance shared by
    // two of five factors leaves 1 − log 2/log 5 = 0.57: (4·0.57 + 1)/5 = 0.66.
    [Fact]
    public void Turned_Codes_FallAndAreRecoveredInTheBasisOfFactors()
    {
        var codes = Known.Turned();
        Assert.InRange(Value("factor-vae", codes), 0.5, 0.75);
        Assert.InRange(Value("mig", codes), 0, 0.35);
        var dci = Read("dci-linear", codes);
        Assert.InRange(dci[0].Value, 0.58, 0.72);
        Assert.InRange(dci[2].Value, 0.97, 1);
        Assert.InRange(Value("pca-factor-vae", codes), 0.99, 1);
        Assert.InRange(Value("pca-mig", codes), 0.99, 1);
    }

    [Theory, MemberData(nameof(Names))]
    public void Permuted_AndFlippedCodes_ScoreTheSame(string name)
    {
        var codes = Known.Noisy();
        int[] order = [3, 0, 4, 2, 1];
        var changed = Known.Of(5, (n, j) => (j % 2 == 0 ? -3 : 3) * codes.Codes[n * 5 + order[j]]);
        var exact = name is "mig" or "modularity" or "irs" or "factor-vae";
        Assert.All(Read(name, codes).Zip(Read(name, changed)), pair => Assert.Equal(pair.First.Value, pair.Second.Value, exact ? 1e-9 : 0.02));
    }

    [Fact]
    public void Corrected_ForNoise_IsNearZeroAndThePlugInValueIsNot()
    {
        var information = InformationMatrix.Of(new KnownCodes(4000).Noise(), 20);
        var (plugIn, corrected) = (information.PlugIn.Cast<double>().Average(), information.Corrected.Cast<double>().Average());
        // (20 − 1)(Σ(C − 1)/5)/(2·4000) = 0.0133 nats of nothing; the bins in the tails are empty or nearly so.
        Assert.InRange(plugIn, 0.009, 0.015);
        Assert.InRange(corrected, -0.004, 0.004);
    }

    [Fact]
    public void Continuous_Factors_AreBinnedForInformationAndPredictedAsNumbers()
    {
        var random = new Random(1);
        double[] a = [.. Enumerable.Range(0, 3000).Select(_ => random.NextDouble())], b = [.. Enumerable.Range(0, 3000).Select(_ => random.NextDouble())];
        var data = FactoredCodes.Of([.. a.Zip(b).SelectMany(pair => new[] { -2 * pair.First, pair.Second * pair.Second })], 2, Factor.Of("a", a), Factor.Of("b", b));
        Assert.All(data.Factors, factor => Assert.Equal((FactorKind.Continuous, 20), (factor.Kind, factor.LevelCount)));
        Assert.InRange(Value("mig", data), 0.95, 1);
        Assert.All(Read("dci", data), reading => Assert.InRange(reading.Value, 0.98, 1));
        Assert.InRange(Value("factor-vae", data), 0.99, 1);
        // A parabola on [0, 1] is nearly a line: R² = 15/16.
        Assert.Equal((1 + 15.0 / 16) / 2, Read("dci-linear", data)[2].Value, 0.01);
    }

    private static IReadOnlyList<Reading> Read(string name, FactoredCodes data) => DisentanglementMetrics.Of(name).Read(data, 1);

    private static double Value(string name, FactoredCodes data) => Read(name, data)[0].Value;
}
