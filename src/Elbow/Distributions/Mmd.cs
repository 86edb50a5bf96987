using Elbow.Torch;

namespace Elbow.Distributions;

/// <summary>The family of a kernel of squared distances.</summary>
public enum KernelKind
{
    /// <summary>k(d²) = C/(C + d²): heavy tails, so that far-out points are still pulled.</summary>
    InverseMultiquadric,
    /// <summary>k(d²) = exp(−d²/C): the radial basis function.</summary>
    Gaussian,
}

/// <summary>How the expectations of the maximum mean discrepancy are estimated.</summary>
public enum MmdStatistic
{
    /// <summary>The U-statistic: pairs of a point with itself are left out. Unbiased, and negative when the samples happen to match.</summary>
    Unbiased,
    /// <summary>The V-statistic: all pairs. Never negative, and high in expectation, by about (k(0) − E k)(1/P + 1/R).</summary>
    Biased,
}

/// <summary>The squared maximum mean discrepancy between two samples: 0 in expectation only where their distributions are one.</summary>
/// <remarks>
/// <para><b>Equation:</b> MMD² = E k(x, x′) + E k(y, y′) − 2 E k(x, y), with k = Σ_s k_s, one for each scale s, and C_s = s·C.</para>
/// <para><b>Shapes:</b> x <c>(P, L)</c>, y <c>(R, L)</c> → <c>()</c>, or for each of x and y <c>(B)</c> when P = R = B.
/// <b>Units:</b> those of the kernel, which are none: a number between 0 and 2·(number of scales), no nats.</para>
/// <para><b>Biased when:</b> the V-statistic is asked for: high.</para>
/// <para><b>Source:</b> Gretton et al. 2012, JMLR 13, lemma 6 (both statistics); kernels and scales as in Tolstikhin et al. 2018, arXiv
/// 1711.01558, section 4: C = 2 L σ², the expected squared distance of two points of N(0, σ² I). <b>Departs from the source:</b> no.</para>
/// </remarks>
/// <param name="kind">The family.</param>
/// <param name="c">C &gt; 0, a squared distance.</param>
/// <param name="scales">Factors on C; the kernels are summed.</param>
public sealed class Mmd(KernelKind kind, double c, params IReadOnlyList<double> scales)
{
    /// <summary>The scales of Tolstikhin et al.: .1, .2, .5, 1, 2, 5, 10.</summary>
    public static IReadOnlyList<double> UsualScales { get; } = [0.1, 0.2, 0.5, 1, 2, 5, 10];

    /// <summary>The kernel between all rows. <c>x (P, L)</c>, <c>y (R, L)</c> → <c>(P, R)</c>.</summary>
    public Tensor Kernel(Tensor x, Tensor y)
    {
        var squares = SquaredDistances(x, y);
        Tensor? sum = null;
        foreach (var scale in scales)
        {
            var C = scale * c;
            var k = kind == KernelKind.Gaussian ? (squares * (-1 / C)).Exp() : C / (squares + C);
            sum = sum is null ? k : sum + k;
        }
        return sum ?? throw new InvalidOperationException("a kernel needs a scale");
    }

    /// <summary>MMD² of two samples. <c>x (P, L)</c>, <c>y (R, L)</c> → <c>()</c>.</summary>
    /// <exception cref="ArgumentException">The U-statistic of a sample of one point.</exception>
    public Tensor Squared(Tensor x, Tensor y, MmdStatistic statistic = MmdStatistic.Unbiased) =>
        Within(Kernel(x, x), statistic).Mean() + Within(Kernel(y, y), statistic).Mean() - 2 * Kernel(x, y).Mean();

    /// <summary>
    /// MMD² as the mean of one number for each pair (x_i, y_i): the mean of k(x_i, ·) over x and of k(y_i, ·) over y, minus those of
    /// k(x_i, ·) over y and of k(y_i, ·) over x. <c>x, y (B, L)</c> → <c>(B)</c>.
    /// </summary>
    /// <exception cref="ArgumentException">The U-statistic of a sample of one point.</exception>
    public Tensor PerExample(Tensor x, Tensor y, MmdStatistic statistic = MmdStatistic.Unbiased)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        y.MustBe([x.Shape[0], x.Shape[1]]);
        var across = Kernel(x, y);
        return Within(Kernel(x, x), statistic) + Within(Kernel(y, y), statistic) - across.Mean(1L) - across.Mean(0L);
    }

    // The mean of each row, without the diagonal when the statistic is to be unbiased.
    private static Tensor Within(Tensor kernel, MmdStatistic statistic)
    {
        if (statistic == MmdStatistic.Biased) return kernel.Mean(1L);
        var P = kernel.Shape[0];
        if (P < 2) throw new ArgumentException("the unbiased statistic needs two points of each sample at least", nameof(kernel));
        return (kernel.Sum(1L) - kernel.Diagonal()) / (P - 1);
    }

    // ‖x‖² − 2x·y + ‖y‖² in float64: the cancellation of close points, about ‖x‖²·10⁻¹⁶, is nothing beside C. Not clamped at zero: that
    // would cut the gradient of points that lie together, and the kernels are smooth there.
    private static Tensor SquaredDistances(Tensor x, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        var (a, b) = (x.To(DType.Float64), y.To(DType.Float64));
        return (a.Square().Sum(1, keep: true) + b.Square().Sum(1, keep: true).T - 2 * a.Matmul(b.T)).To(x.DType);
    }
}
