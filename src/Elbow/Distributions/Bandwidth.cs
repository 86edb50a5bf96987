using Elbow.Torch;

namespace Elbow.Distributions;

/// <summary>How wide the kernels of a <see cref="KernelDensity"/> should be, by the number of dimensions and of points alone.</summary>
/// <remarks>
/// <para>Equation: h_opt = argmax_h E_{z ~ N(0, I)} log q_h(z), where q_h is made of M draws from N(0, I): the h whose estimate is nearest to
/// N(0, I) in KL(p ‖ q_h). Corrected for the width that kernels add: α² = 1/(1 + h_opt²), h = α h_opt, so that h² + α² = 1; points
/// distributed as N(0, α²I) under kernels of width h have, on average, the density N(0, I).</para>
/// <para>Shapes: none. Units: h as the coordinates.</para>
/// <para>Biased when: in few dimensions, low: h is the mean of the maximisers over sets of 1000 draws of z, and a set seldom holds the far-out z
/// that make wide kernels pay. About 0.03 at L = 2, M = 10,000 (0.23 for 0.26); not seen from L = 6 on. The standard error is that of the mean over the sets.</para>
/// <para>Source: Saha, Joshi, Whitaker, Matching Aggregate Posteriors in the Variational Autoencoder, arXiv 2311.07693, equations 10 and 11;
/// Saha, Elhabian, Whitaker 2022 (GENs). Departs from the source: equation 10 is printed without its logarithm, without which
/// h → 0 is best; and golden-section search on fixed draws stands for ten thousand steps of Adam on fresh ones (methods/avae.md 2.5 and 7).</para>
/// </remarks>
/// <param name="Dim">L.</param>
/// <param name="Points">M.</param>
/// <param name="Optimal">h_opt, the best width for points that are distributed as the target itself.</param>
/// <param name="StandardError">Of h_opt.</param>
public sealed record Bandwidth(int Dim, int Points, double Optimal, double StandardError)
{
    /// <summary>Most points that an estimate can be made for in reasonable time.</summary>
    public const int MostPoints = 1_000_000;

    /// <summary>Most dimensions.</summary>
    public const int MostDims = 100_000;

    /// <summary>Evaluations of E log q in one estimate: what a progress bar counts to.</summary>
    public const int Evaluations = Draws * (Steps + 5);

    private const int Draws = 5, Targets = 1000, Steps = 12;
    private const long PairsAtOnce = 1 << 19, PairsKept = 1 << 25;
    private const double Least = 0.02, Most = 2;
    private static readonly double Golden = (Math.Sqrt(5) - 1) / 2;
    private static readonly Lazy<Dictionary<(int, int), Bandwidth>> Table = new(ReadTable);

    /// <summary>α: the standard deviation of the points, and of samples to decode, under the corrected width.</summary>
    public double Alpha => 1 / Math.Sqrt(1 + Optimal * Optimal);

    /// <summary>h = α h_opt &lt; 1: the corrected width.</summary>
    public double Corrected => Alpha * Optimal;

    /// <summary>A width that is known without computing anything; null for other pairs.</summary>
    public static Bandwidth? Tabulated(int dim, int points) => Table.Value.GetValueOrDefault((dim, points));

    /// <summary>From the table that comes with Elbow, which <see cref="Estimate"/> has written, else by <see cref="Estimate"/>.</summary>
    public static Bandwidth For(int dim, int points) => Table.Value.TryGetValue((dim, points), out var known) ? known : Estimate(dim, points);

    /// <summary>Estimates h_opt: always the same numbers for the same arguments, but for the last bits.</summary>
    /// <param name="dim">L ≥ 1.</param>
    /// <param name="points">M ≥ 2.</param>
    /// <param name="progress">Told how many of <see cref="Evaluations"/> are done.</param>
    /// <exception cref="ArgumentOutOfRangeException">Outside 1 … <see cref="MostDims"/> or 2 … <see cref="MostPoints"/>.</exception>
    public static Bandwidth Estimate(int dim, int points, IProgress<int>? progress = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dim, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dim, MostDims);
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(points, MostPoints);
        using var frozen = Autograd.NoGrad();
        var done = 0;
        var found = new double[Draws];
        for (var draw = 0; draw < Draws; draw++)
        {
            using var scope = TensorScope.Open();
            using var generator = new Generator((ulong)draw + 1);
            var from = Tensor.Randn([points, dim], generator, DType.Float64);
            var at = Tensor.Randn([Targets, dim], generator, DType.Float64);
            var distances = Distances(at, from, from.Square().Sum(1L));
            if ((long)Targets * points <= PairsKept) distances = [.. distances];
            found[draw] = Math.Exp(Maximiser(logH =>
            {
                progress?.Report(++done);
                return MeanLogDensity(distances, Math.Exp(logH), dim, points);
            }));
        }
        var mean = found.Average();
        return new Bandwidth(dim, points, mean, Math.Sqrt(found.Sum(h => (h - mean) * (h - mean)) / (Draws - 1) / Draws));
    }

    // Squared distances of some targets at a time: the smallest of each, and what the others exceed it by.
    private static IEnumerable<(Tensor Nearest, Tensor Excess)> Distances(Tensor at, Tensor from, Tensor squares)
    {
        var rows = Math.Max(1, PairsAtOnce / from.Shape[0]);
        for (var first = 0L; first < Targets; first += rows) yield return Block(at.Narrow(0, first, Math.Min(rows, Targets - first)), from, squares);
    }

    private static (Tensor, Tensor) Block(Tensor z, Tensor from, Tensor squares)
    {
        using var scope = TensorScope.Open();
        var all = squares + z.Square().Sum(1L, keep: true) - 2 * z.Linear(from);
        var nearest = all.Amin(1L).Unsqueeze(1);
        return (scope.Keep(nearest), scope.Keep(all - nearest));
    }

    // E log q_h, with log-sum-exp around the nearest point.
    private static double MeanLogDensity(IEnumerable<(Tensor Nearest, Tensor Excess)> distances, double h, int dim, int points)
    {
        var sum = 0.0;
        var factor = -0.5 / (h * h);
        using var rows = distances.GetEnumerator();
        while (true)
        {
            using var scope = TensorScope.Open();
            if (!rows.MoveNext()) break;
            var (nearest, excess) = rows.Current;
            sum += (nearest.Squeeze(1) * factor + (excess * factor).Exp().Sum(1L).Log()).Sum().ToDouble();
        }
        return sum / Targets - Math.Log(points) - dim * (Math.Log(h) + 0.5 * Math.Log(2 * Math.PI));
    }

    // Golden-section search on log h down to an interval of 1.4 %, then the vertex of a parabola over it, which is right to a relative 1e-4: a
    // hundredth of what one draw differs from another.
    private static double Maximiser(Func<double, double> f)
    {
        var (low, high) = (Math.Log(Least), Math.Log(Most));
        var (left, right) = (high - Golden * (high - low), low + Golden * (high - low));
        var (fLeft, fRight) = (f(left), f(right));
        for (var step = 0; step < Steps; step++)
        {
            if (fLeft > fRight)
            {
                (high, right, fRight) = (right, left, fLeft);
                fLeft = f(left = high - Golden * (high - low));
            }
            else
            {
                (low, left, fLeft) = (left, right, fRight);
                fRight = f(right = low + Golden * (high - low));
            }
        }
        var (middle, half) = (0.5 * (low + high), 0.5 * (high - low));
        var (below, at, above) = (f(low), f(middle), f(high));
        var bend = 2 * at - below - above;
        return bend > 0 ? middle + Math.Clamp(0.5 * (above - below) / bend, -1, 1) * half : middle;
    }

    private static Dictionary<(int, int), Bandwidth> ReadTable()
    {
        using var stream = typeof(Bandwidth).Assembly.GetManifestResourceStream("Elbow.Distributions.bandwidth.tsv")!;
        using var reader = new StreamReader(stream);
        var invariant = System.Globalization.CultureInfo.InvariantCulture;
        return reader.ReadToEnd().Split('\n').Where(line => line.Length > 0 && char.IsAsciiDigit(line[0])).Select(line => line.Split('\t'))
            .Select(cells => new Bandwidth(int.Parse(cells[0], invariant), int.Parse(cells[1], invariant), double.Parse(cells[2], invariant), double.Parse(cells[3], invariant)))
            .ToDictionary(row => (row.Dim, row.Points));
    }
}
