using Elbow.Experiments;
using Elbow.Torch;

namespace Elbow.Evaluation.Metrics;

/// <summary>FID: the squared Fréchet distance between Gaussians fitted to the features of two sets.</summary>
/// <remarks>
/// <para><b>Equation:</b> ‖m₁ − m₂‖² + tr(S₁ + S₂ − 2 (S₁^½ S₂ S₁^½)^½), the roots by symmetric eigendecomposition.</para>
/// <para><b>Shapes:</b> real <c>(N, D)</c>, fake <c>(M, D)</c> → a number. <b>Units:</b> those of the features, squared.</para>
/// <para><b>Biased when:</b> always high at finite N and M, by about a constant over N and another over M; the constants depend on the model, so that
/// FIDs at different numbers of rows do not compare. <c>fidCorrected</c> lacks that leading part and may be negative. With shrinkage the
/// direction is open: both covariances are drawn towards spheres.</para>
/// <para><b>Errors:</b> delete-a-block jackknife over ten random blocks of both sets. Between equal distributions the first-order term vanishes and the error is too large by up to √2 (1.4 times the scatter was seen, docs/methods/metrics.md); it
/// never covers the bias: ± 2 errors around <c>fidCorrected</c> hold the distance as often as they should, around <c>fid</c> they do not.</para>
/// <para><b>Source:</b> Heusel et al. 2017, arXiv 1706.08500, equation 6; Dowson and Landau 1982; bias: Bińkowski et al. 2018, arXiv 1801.01401, section 4, and
/// Chong and Forsyth 2020, arXiv 1911.07023. <b>Departs from the source:</b> S₁S₂ is made symmetric before its root is taken, so no
/// imaginary parts arise; fewer than 2 D rows are refused.</para>
/// </remarks>
public sealed class FrechetDistance : IMetric
{
    /// <inheritdoc/>
    public string Name => "fid";

    /// <inheritdoc/>
    public string Summary => "Fréchet distance between Gaussians fitted to the features";

    /// <inheritdoc/>
    public MetricResult Compare(Tensor real, Tensor fake, MetricOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var D = MetricCheck.Features(Name, real, fake, 2);
        if (!options.Shrink) MetricCheck.Features($"{Name} of {D} features", real, fake, 2 * D, "bring more rows, use an extractor with fewer features, or shrink the covariances: --shrink");
        using var frozen = Autograd.NoGrad();
        using var generator = new Generator(options.Seed);
        var (value, rho1, rho2) = Between(real, fake, options.Shrink);
        var count = (int)Math.Min(Jackknife.Blocks, Math.Min(real.Shape[0], fake.Shape[0]) / 2);
        var without = new double[count];
        var (realBlocks, fakeBlocks) = (new Blocks(real.Shape[0], count, generator), new Blocks(fake.Shape[0], count, generator));
        for (var b = 0; b < count; b++)
        {
            using var scope = TensorScope.Open();
            without[b] = Between(realBlocks.Without(real, b), fakeBlocks.Without(fake, b), options.Shrink).Value;
        }
        var jackknife = count > 1 ? Jackknife.Of(value, without) : new Jackknife(double.NaN, double.NaN);
        return new MetricResult(Name, real.Shape[0], fake.Shape[0],
        [
            new("fid", value, jackknife.StandardError, options.Shrink ? BiasDirection.Either : BiasDirection.High, options.Shrink ? "Fréchet distance, covariances shrunk" : "Fréchet distance"),
            new("fidCorrected", jackknife.Corrected, jackknife.StandardError, BiasDirection.Either, "without the bias that goes as 1/n"),
        ])
        { Settings = options.Shrink ? new Dictionary<string, double> { ["shrinkageReal"] = rho1, ["shrinkageFake"] = rho2 } : new Dictionary<string, double>() };
    }

    /// <summary>The distance of two Gaussians. Means <c>(D)</c>, covariances <c>(D, D)</c>, float64 → a number.</summary>
    /// <exception cref="RunFailedException">A covariance has a negative eigenvalue beyond rounding.</exception>
    public static double Gaussians(Tensor mean1, Tensor covariance1, Tensor mean2, Tensor covariance2)
    {
        ArgumentNullException.ThrowIfNull(mean1);
        ArgumentNullException.ThrowIfNull(covariance1);
        ArgumentNullException.ThrowIfNull(covariance2);
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        var (values, vectors) = covariance1.Eigh();
        var root = (vectors * NonNegative(values).Sqrt()).Matmul(vectors.T);
        var product = root.Matmul(covariance2).Matmul(root);
        var cross = NonNegative(((product + product.T) * 0.5).Eigvalsh()).Sqrt().Sum().ToDouble();
        var traces = covariance1.Diagonal().Sum().ToDouble() + covariance2.Diagonal().Sum().ToDouble();
        var value = (mean1 - mean2).Square().Sum().ToDouble() + traces - 2 * cross;
        // The root of an eigenvalue that is zero but for rounding is 1e-8 of the largest: singular covariances know the distance no better.
        if (value < -1e-6 * (traces + double.Epsilon)) throw new RunFailedException($"fid: the distance is {value}, below zero", "the covariances are no covariances");
        return Math.Max(0, value);
    }

    private static (double Value, double Shrinkage1, double Shrinkage2) Between(Tensor real, Tensor fake, bool shrink)
    {
        using var scope = TensorScope.Open();
        var (a, b) = (GaussianFit.Of(real, shrink), GaussianFit.Of(fake, shrink));
        return (Gaussians(a.Mean, a.Covariance, b.Mean, b.Covariance), a.Shrinkage, b.Shrinkage);
    }

    private static Tensor NonNegative(Tensor eigenvalues)
    {
        var (least, most) = (eigenvalues[0].ToDouble(), eigenvalues[eigenvalues.Shape[0] - 1].ToDouble());
        return least >= -1e-9 * Math.Max(most, double.Epsilon)
            ? eigenvalues.Clamp(0)
            : throw new RunFailedException($"fid: a covariance has the eigenvalue {least}, its largest is {most}", "use covariances, which have no negative eigenvalues");
    }
}
