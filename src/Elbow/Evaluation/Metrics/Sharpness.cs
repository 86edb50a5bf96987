using Elbow.Experiments;
using Elbow.Torch;

namespace Elbow.Evaluation.Metrics;

/// <summary>How much fine detail pictures have: the variance of their Laplacian. Blur lowers it, and so does plainness; noise raises it.</summary>
/// <remarks>
/// <para><b>Equation:</b> Var over positions of (x ⋆ k), k = [0 1 0; 1 −4 1; 0 1 0], inside the border; of colours first 0.299 R + 0.587 G + 0.114 B. Means over
/// pictures, and the fakes' over the reals'.</para>
/// <para><b>Shapes:</b> pictures <c>(N, C, H, W)</c> in [0, 1] → a number for each picture. <b>Units:</b> grey values squared.</para>
/// <para><b>Biased when:</b> the means never; their ratio high by about (se/mean)² of the reals, which is nothing at usual numbers.</para>
/// <para><b>Errors:</b> over pictures; of the ratio by propagation.</para>
/// <para><b>Source:</b> Pech-Pacheco et al. 2000, Diatom autofocusing in brightfield microscopy; for generated pictures Tolstikhin et al. 2018, arXiv 1711.01558, section 4.
/// <b>Departs from the source:</b> values in [0, 1].</para>
/// </remarks>
public sealed class Sharpness : IMetric
{
    private const int PicturesAtOnce = 256, SmallestSide = 4;

    /// <inheritdoc/>
    public string Name => "sharpness";

    /// <inheritdoc/>
    public string Summary => "variance of the Laplacian: high for crisp pictures, low for blurred ones";

    /// <inheritdoc/>
    public bool OfPictures => true;

    /// <inheritdoc/>
    public MetricResult Compare(Tensor real, Tensor fake, MetricOptions options)
    {
        using var frozen = Autograd.NoGrad();
        var (a, b) = (Estimate.Of(PerPicture(real, "real")), Estimate.Of(PerPicture(fake, "fake")));
        // Plain reals have no sharpness to compare with.
        var ratio = a.Value > 0 ? b.Value / a.Value : double.NaN;
        var error = Math.Sqrt(Math.Pow(ratio * a.StandardError, 2) + Math.Pow(b.StandardError, 2)) / a.Value;
        return new MetricResult(Name, real.Shape[0], fake.Shape[0],
        [
            new("sharpnessRatio", ratio, error, BiasDirection.Either, "fake over real; below 1 the fakes are blurred"),
            new("sharpnessReal", a.Value, a.StandardError, BiasDirection.None, "variance of the Laplacian, real"),
            new("sharpnessFake", b.Value, b.StandardError, BiasDirection.None, "variance of the Laplacian, fake"),
        ]);
    }

    /// <summary>The sharpness of each picture.</summary>
    internal double[] PerPicture(Tensor pictures, string name)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        pictures.MustBe([-1, -1, -1, -1]);
        MetricCheck.Finite(Name, pictures, name);
        var (N, C, H, W) = (pictures.Shape[0], pictures.Shape[1], pictures.Shape[2], pictures.Shape[3]);
        if (Math.Min(H, W) < SmallestSide) throw new UserException($"sharpness: the {name} pictures are {H} x {W}", $"it looks at fine detail: bring pictures of {SmallestSide} x {SmallestSide} at least");
        var values = new double[N];
        using var scope = TensorScope.Open();
        var laplacian = Tensor.From([0.0, 1, 0, 1, -4, 1, 0, 1, 0], [1, 1, 3, 3]);
        var luma = (C == 3 ? Tensor.From(0.299, 0.587, 0.114) : Tensor.Full(1.0 / C, [C], DType.Float64)).Reshape(1, C, 1, 1);
        for (var first = 0L; first < N; first += PicturesAtOnce)
        {
            using var part = TensorScope.Open();
            var count = Math.Min(PicturesAtOnce, N - first);
            var grey = (pictures.Narrow(0, first, count).To(DType.Float64) * luma).Sum(1, keep: true);
            grey.Conv2d(laplacian, null).Reshape(count, -1).Var([1], 0).CopyTo(values.AsSpan((int)first, (int)count));
        }
        return values;
    }
}
