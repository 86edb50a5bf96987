namespace Elbow.Diagnostics;

/// <summary>Log-sum-exp of N Gaussians in one dimension at many points: exact at the nodes of a grid, interpolated between them where that is safe.</summary>
/// <remarks>
/// <para><b>Equation:</b> S(v) = log Σ_n exp ℓ_n(v), as in <see cref="PairwiseLogSumExp"/>. <b>Units:</b> nats.</para>
/// <para>S is smooth over the width τ of the narrowest component, so nodes no more than τ/16 apart hold all there is to know, and many points share few
/// of them. They lie at multiples of a power of 2, so that where a point is between them is exact however far from 0. At each point the polynomial
/// through the 12 nearest nodes is taken. Where the tenth differences of these show that either outer node moves the polynomial through the inner 10 by more than
/// <see cref="Tolerance"/> nats (between modes far apart, the zeros of Σ exp ℓ in the complex plane come near), where the point's own component, to be left out, holds more
/// than half of the sum, or where nodes would be no fewer than half the points, the sum is made over all components: those far away, by the order of
/// the means, are known not to matter beside the nearest, so narrow posteriors, which need it, make it cheap.</para>
/// <para>A value depends on its point and on whether nodes are used at all, not on threads or tiles.</para>
/// <para><b>Error:</b> tested to stay below 10⁻¹⁰ nats beside the rounding of the sum itself; none where sums are made over all components.</para>
/// </remarks>
internal sealed class MarginalLogSumExp
{
    /// <summary>By how much one node more may move the polynomial, nats.</summary>
    internal const double Tolerance = 1e-11;

    private const int Support = 12, Order = 10;
    private const double NodesPerWidth = 16;

    // Midway between the inner 10 nodes, where it does most, one node more adds this part of a tenth difference: (1·3·5·7·9)²/2¹⁰/10!.
    private const double PerDifference = 893025.0 / 1024 / 3628800;

    private static readonly double[] Barycentric = Binomials(Support - 1), Difference = Binomials(Order);

    private readonly PairwiseLogSumExp pairs;
    private readonly int[] rank;
    private readonly double[] mean, logVar;
    private readonly double spacing;

    /// <summary>Arranges the components.</summary>
    /// <param name="mean">μ <c>(N)</c>.</param>
    /// <param name="logVar">log τ² <c>(N)</c>.</param>
    internal MarginalLogSumExp(double[] mean, double[] logVar)
    {
        int[] order = [.. Enumerable.Range(0, mean.Length).OrderBy(n => mean[n])];
        rank = new int[order.Length];
        for (var r = 0; r < order.Length; r++) rank[order[r]] = r;
        this.mean = [.. order.Select(n => mean[n])];
        this.logVar = [.. order.Select(n => logVar[n])];
        pairs = new PairwiseLogSumExp(this.mean, this.logVar, 1);
        spacing = Math.ScaleB(1 / NodesPerWidth, Math.ILogB(Math.Exp(0.5 * logVar.Min())));
    }

    /// <summary>Sums at points.</summary>
    /// <param name="points">v <c>(P)</c>.</param>
    /// <param name="own">For each point a component that is left out; null to leave out none.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <returns>S <c>(P)</c>.</returns>
    internal double[] At(double[] points, int[]? own, PairwiseOptions options)
    {
        int[]? left = own is null ? null : [.. own.Select(n => rank[n])];
        if (Nodes(points) is not { } nodes) return OverAll(points, left, options);
        var atNodes = OverAll([.. nodes.Select(node => node * spacing)], null, options);
        var sums = new double[points.Length];
        List<int> exactly = [];
        for (var p = 0; p < points.Length; p++)
        {
            sums[p] = Interpolated(nodes, atNodes, points[p]);
            if (left is not null) sums[p] = Without(sums[p], points[p], left[p]);
            if (double.IsNaN(sums[p])) exactly.Add(p);
        }
        if (exactly.Count == 0) return sums;
        var exact = OverAll([.. exactly.Select(p => points[p])], left is null ? null : [.. exactly.Select(p => left[p])], options);
        for (var k = 0; k < exact.Length; k++) sums[exactly[k]] = exact[k];
        return sums;
    }

    private double[] OverAll(double[] points, int[]? left, PairwiseOptions options)
    {
        var sums = new double[points.Length];
        pairs.Run(points, left, sums, options, [.. points.Select((point, p) => Nearest(point, left is null ? -1 : left[p]))]);
        return sums;
    }

    // The larger of what the components on both sides give, the one that is left out passed by.
    private double Nearest(double point, int left)
    {
        var above = Array.BinarySearch(mean, point);
        if (above < 0) above = ~above;
        var below = above - 1;
        if (above == left) above++;
        if (below == left) below--;
        return Math.Max(LogDensity(point, above), LogDensity(point, below));
    }

    private double LogDensity(double point, int n)
    {
        if (n < 0 || n >= mean.Length) return double.NegativeInfinity;
        var scaled = (point - mean[n]) * Math.Exp(-0.5 * logVar[n]);
        return -0.5 * (scaled * scaled + logVar[n] + Math.Log(2 * Math.PI));
    }

    // The numbers of all nodes that some point needs, rising; null when they are too many to be worth it, or too far from 0 to be counted.
    private long[]? Nodes(double[] points)
    {
        HashSet<long> needed = [];
        foreach (var point in points)
        {
            var below = point / spacing;
            if (!(Math.Abs(below) < 1L << 52)) return null;
            var first = First(below);
            for (var k = 0; k < Support; k++) needed.Add(first + k);
            if (needed.Count > points.Length / 2) return null;
        }
        return [.. needed.Order()];
    }

    // NaN where it is not to be trusted. Both differences are asked, at the whole of an interval: by themselves each passes through 0 somewhere.
    private double Interpolated(long[] nodes, double[] atNodes, double point)
    {
        var at = point / spacing;
        var first = Array.BinarySearch(nodes, First(at));
        var values = atNodes.AsSpan(first, Support);
        var most = Math.Max(Math.Abs(Dot(values, Difference)), Math.Abs(Dot(values[1..], Difference)));
        return PerDifference * most <= Tolerance ? Polynomial(values, at - nodes[first]) : double.NaN;
    }

    private double Without(double sum, double point, int left)
    {
        var share = Math.Exp(LogDensity(point, left) - sum);
        return share <= 0.5 ? sum + Math.Log(1 - share) : double.NaN;
    }

    private static long First(double at) => (long)Math.Floor(at) - (Support / 2 - 1);

    private static double Dot(ReadOnlySpan<double> values, double[] weights)
    {
        var sum = 0.0;
        for (var k = 0; k < weights.Length; k++) sum += weights[k] * values[k];
        return sum;
    }

    // Through equally spaced values, in the barycentric form.
    private static double Polynomial(ReadOnlySpan<double> values, double at)
    {
        var (above, below) = (0.0, 0.0);
        for (var k = 0; k < values.Length; k++)
        {
            if (at == k) return values[k];
            var weight = Barycentric[k] / (at - k);
            above += weight * values[k];
            below += weight;
        }
        return above / below;
    }

    // With alternating signs: the weights of differences, and of the barycentric form.
    private static double[] Binomials(int order)
    {
        var weights = new double[order + 1];
        weights[0] = 1;
        for (var k = 1; k <= order; k++) weights[k] = -weights[k - 1] * (order + 1 - k) / k;
        return weights;
    }
}
