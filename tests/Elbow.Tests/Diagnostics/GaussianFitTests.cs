using Elbow.Diagnostics;
using Elbow.Distributions;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Diagnostics;

public sealed class GaussianFitTests
{
    [Fact]
    public void Of_FourCodes_IsTheFormula()
    {
        // Mean 0; variances 8/3 and 2/3, no covariance: ½(10/3 − 2 − ln(16/9)).
        var fit = GaussianFit.Of([2, 0, -2, 0, 0, 1, 0, -1], 2);
        Assert.Equal(0.5 * (10 / 3.0 - 2 - Math.Log(16 / 9.0)), fit.Raw, 12);
    }

    [Theory]
    [InlineData(30, 1, 1.0, 0.0)]
    [InlineData(30, 6, 1.0, 0.0)]
    [InlineData(60, 6, 0.6, 0.0)]
    [InlineData(60, 3, 1.5, 1.0)]
    public void Corrected_OfGaussianCodes_IsUnbiasedWithTheStatedError(int n, int L, double scale, double mean)
    {
        var truth = 0.5 * L * (scale * scale + mean * mean - 1 - Math.Log(scale * scale));
        var fits = Enumerable.Range(0, 2000).Select(k => GaussianFit.Of([.. TwoSampleCase.Gaussian(n, L, k).Select(value => mean + scale * value)], L)).ToArray();
        using var scope = TensorScope.Open();
        MonteCarlo.Agree(Tensor.From([.. fits.Select(fit => fit.Corrected.Value)]), truth, "corrected KL");
        if (scale == 1 && mean == 0) MonteCarlo.Agree(Tensor.From([.. fits.Select(fit => fit.Raw)]), GaussianFit.BiasOfStandardNormal(n, L), "raw KL");
        var average = fits.Average(fit => fit.Corrected.Value);
        var scatter = fits.Average(fit => Math.Pow(fit.Corrected.Value - average, 2));
        Assert.Equal(1, fits.Average(fit => Math.Pow(fit.Corrected.StandardError, 2)) / scatter, 0.2);
    }

    [Fact]
    public void Bias_OfManyCodes_IsItsLeadingTerm() => Assert.Equal(16 * 19 / 4e4, GaussianFit.BiasOfStandardNormal(10_000, 16), 1e-4);

    [Fact]
    public void Of_AvaeCodes_IsNoughtAfterDividingByAlpha()
    {
        // methods/avae.md 7, item 14: 0.61 raw at L = 16, h_opt = 0.72.
        var alpha = 1 / Math.Sqrt(1 + 0.72 * 0.72);
        var codes = TwoSampleCase.Gaussian(4000, 16, 1).Select(value => alpha * value).ToArray();
        var raw = GaussianFit.Of(codes, 16);
        Assert.Equal(0.61, raw.Corrected.Value, 4 * raw.Corrected.StandardError);
        Assert.InRange(raw.Corrected.StandardError, 0.005, 0.03);
        var divided = GaussianFit.Of(codes, 16, alpha);
        Assert.Equal(0, divided.Corrected.Value, 4 * divided.Corrected.StandardError + 1e-3);
    }

    [Fact]
    public void Of_TooFewOrFlatCodes_SaysWhatIsWrong()
    {
        Assert.Contains("too few", Assert.Throws<ArgumentException>(() => GaussianFit.Of(new double[9], 3)).Message, StringComparison.Ordinal);
        Assert.Contains("no inverse", Assert.Throws<ArgumentException>(() => GaussianFit.Of([1, 1, 2, 2, 3, 3, 5, 5, 8, 8], 2)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, -0.57721566490153286, 1.6449340668482264)]
    [InlineData(0.5, -1.9635100260214235, 4.9348022005446793)]
    [InlineData(10, 2.2517525890667211, 0.10516633568168575)]
    [InlineData(1e-3, -1000.5755719318103, 1000001.64253319587)]
    [InlineData(5000, 8.51709318808290411, 0.000200020001333333323)]
    public void Polygamma_KnownArguments_HaveTheKnownValues(double x, double digamma, double trigamma)
    {
        Assert.Equal(1, Polygamma.Digamma(x) / digamma, 1e-13);
        Assert.Equal(1, Polygamma.Trigamma(x) / trigamma, 1e-13);
    }
}
