using Elbow.Distributions;
using Elbow.Torch;

namespace Elbow.Evaluation.Metrics;

/// <summary>SWD: the 2-Wasserstein distance along random directions.</summary>
/// <remarks>
/// <para><b>Equation:</b> √((1/L) Σ_l W₂²(θ_lᵀx, θ_lᵀy)), θ_l uniform on the sphere; on the line W₂² = ∫ (F⁻¹(u) − G⁻¹(u))² du, exact for any two numbers of rows.</para>
/// <para><b>Shapes:</b> real <c>(N, D)</c>, fake <c>(M, D)</c> → a number. <b>Units:</b> those of the features.</para>
/// <para><b>Biased when:</b> always high: equal distributions have <c>swdIfEqual</c>, the mean over random divisions of both sets together into two of the same sizes.</para>
/// <para><b>Errors:</b> jackknife over ten random blocks with the directions held, and s/(2√L·swd) for having L directions, s the standard deviation of W₂² over them, added as variances; of <c>swdIfEqual</c> the standard deviation over divisions, which is what a single value scatters by.</para>
/// <para><b>Source:</b> Rabin et al. 2012, Wasserstein barycenter and its application to texture mixing; Bonneel et al. 2015, section 3. <b>Departs from the source:</b> no.</para>
/// </remarks>
public sealed class SlicedWasserstein : IMetric
{
    private const int Directions = 256, Divisions = 10;

    /// <inheritdoc/>
    public string Name => "swd";

    /// <inheritdoc/>
    public string Summary => "sliced 2-Wasserstein distance";

    /// <inheritdoc/>
    public MetricResult Compare(Tensor real, Tensor fake, MetricOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var D = MetricCheck.Features(Name, real, fake, Jackknife.Blocks);
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        using var generator = new Generator(options.Seed);
        var (N, M) = (real.Shape[0], fake.Shape[0]);
        var theta = Tensor.Randn([D, Directions], generator, DType.Float64);
        theta /= theta.Norm(0).Unsqueeze(0);
        var (x, y) = (real.Matmul(theta), fake.Matmul(theta));
        var squares = Squares(x, y);
        var value = Math.Sqrt(squares.Mean().ToDouble());
        var (xBlocks, yBlocks) = (new Blocks(N, Jackknife.Blocks, generator), new Blocks(M, Jackknife.Blocks, generator));
        var jackknife = Jackknife.Of(value, [.. Enumerable.Range(0, Jackknife.Blocks).Select(b => WithoutBlock(b))]);
        // Of the mean over directions, through the root.
        var directions = value > 0 ? Estimate.Of(squares.ToArray<double>()).StandardError / (2 * value) : 0;
        var equal = Enumerable.Range(0, Divisions).Select(_ => Divided()).ToArray();
        var scatter = Estimate.Of(equal).StandardError * Math.Sqrt(Divisions);
        return new MetricResult(Name, N, M,
        [
            new("swd", value, Math.Sqrt(jackknife.StandardError * jackknife.StandardError + directions * directions), BiasDirection.High, "sliced 2-Wasserstein distance"),
            new("swdIfEqual", equal.Average(), scatter, BiasDirection.None, "the same of equal distributions, ± its standard deviation"),
        ])
        { Settings = new Dictionary<string, double> { ["directions"] = Directions, ["divisions"] = Divisions } };

        double WithoutBlock(int b)
        {
            using var part = TensorScope.Open();
            return Along(xBlocks.Without(x, b), yBlocks.Without(y, b));
        }

        double Divided()
        {
            using var part = TensorScope.Open();
            var mixed = Tensor.Cat(0, x, y).IndexSelect(0, Tensor.RandPerm(N + M, generator));
            return Along(mixed.Narrow(0, 0, N), mixed.Narrow(0, N, M));
        }
    }

    private static double Along(Tensor x, Tensor y) => Math.Sqrt(Squares(x, y).Mean().ToDouble());

    // Both quantile functions are steps. (N, L), (M, L) → (L).
    private static Tensor Squares(Tensor x, Tensor y)
    {
        var (N, M) = (x.Shape[0], y.Shape[0]);
        var (a, b) = (x.Sort(0).Values, y.Sort(0).Values);
        if (N == M) return (a - b).Square().Mean(0L);
        var steps = QuantileSteps.Of(N, M);
        var gaps = a.IndexSelect(0, Tensor.From(steps.OfX)) - b.IndexSelect(0, Tensor.From(steps.OfY));
        return (gaps.Square() * Tensor.From(steps.Mass).Unsqueeze(1)).Sum(0L) / ((double)N * M);
    }
}
