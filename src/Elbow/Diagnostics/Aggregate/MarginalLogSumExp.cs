namespace Elbow.Diagnostics;

/// <summary>Log-sum-exp of N Gaussians in one dimension at many points: exact at the nodes of a grid, interpolated between them where that is safe.</summary>
/// <remarks>
/// <para><b>Equation:</b> S(v) = log Σ_n exp ℓ_n(v), as in <see cref="PairwiseLogSumExp"/>. <b>Units:</b> nats.</para>
/// <para>S is smooth over the width τ of the narrowest component, so nodes at multiples of τ/16 hold all there is to know, and many points share few
/// of them. At each point the polynomials through the 12 and through the 10 nearest nodes are compared. Where they differ by more than
/// <see cref="Tolerance"/> nats (between modes far apart, the zeros of Σ exp ℓ in the complex plane come near), where the point's own component, to be left out, holds more
/// than half of the sum, or where nodes would be no fewer than half the points, the sum is made over all components.</para>
/// <para>A value depends on its point and on whether nodes are used at all, not on threads or tiles.</para>
/// <para><b>Error:</b> tested to stay below 10⁻¹⁰ nats beside the rounding of the sum itself; none where sums are made over all components.</para>
/// </remarks>
internal sealed class MarginalLogSumExp
{
    /// <summary>By how much two orders of interpolation may differ, nats.</summary>
    internal const double Tolerance = 1e-11;

    private const int High = 12, Low = 10;
    private const double NodesPerWidth = 16;

    private static readonly double[] HighWeights = Weights(High), LowWeights = Weights(Low);

    private readonly PairwiseLogSumExp pairs;
    private readonly double[] mean, logVar;
    private readonly double spacing;

    /// <summary>Arranges the components.</summary>
    /// <param name="mean">μ <c>(N)</c>.</param>
    /// <param name="logVar">log τ² <c>(N)</c>.</param>
    internal MarginalLogSumExp(double[] mean, double[] logVar)
    {
        (this.mean, this.logVar) = (mean, logVar);
        pairs = new PairwiseLogSumExp(mean, logVar, 1);
        spacing = Math.Exp(0.5 * logVar.Min()) / NodesPerWidth;
    }

    /// <summary>Sums at points.</summary>
    /// <param name="points">v <c>(P)</c>.</param>
    /// <param name="own">For each point a component that is left out; null to leave out none.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <returns>S <c>(P)</c>.</returns>
    internal double[] At(double[] points, int[]? own, PairwiseOptions options)
    {
        var sums = new double[points.Length];
        if (Nodes(points) is not { } nodes)
        {
            pairs.Run(points, own, sums, options);
            return sums;
        }
        var atNodes = new double[nodes.Length];
        pairs.Run([.. nodes.Select(node => node * spacing)], null, atNodes, options);
        List<int> exactly = [];
        for (var p = 0; p < points.Length; p++)
        {
            sums[p] = Interpolated(nodes, atNodes, points[p]);
            if (own is not null) sums[p] = Without(sums[p], points[p], own[p]);
            if (double.IsNaN(sums[p])) exactly.Add(p);
        }
        if (exactly.Count == 0) return sums;
        var exact = new double[exactly.Count];
        pairs.Run([.. exactly.Select(p => points[p])], own is null ? null : [.. exactly.Select(p => own[p])], exact, options);
        for (var k = 0; k < exact.Length; k++) sums[exactly[k]] = exact[k];
        return sums;
    }

    // The numbers of all nodes that some point needs, rising; null when they are too many to be worth it, or too far from 0 to be counted.
    private long[]? Nodes(double[] points)
    {
        HashSet<long> needed = [];
        foreach (var point in points)
        {
            var below = point / spacing;
            if (!(Math.Abs(below) < 1L << 52)) return null;
            var first = First(below, High);
            for (var k = 0; k < High; k++) needed.Add(first + k);
            if (needed.Count > points.Length / 2) return null;
        }
        return [.. needed.Order()];
    }

    // NaN where the two orders do not agree.
    private double Interpolated(long[] nodes, double[] atNodes, double point)
    {
        var at = point / spacing;
        var first = Array.BinarySearch(nodes, First(at, High));
        var offset = at - nodes[first];
        var high = Polynomial(atNodes.AsSpan(first, High), HighWeights, offset);
        var low = Polynomial(atNodes.AsSpan(first + 1, Low), LowWeights, offset - 1);
        return Math.Abs(high - low) <= Tolerance ? high : double.NaN;
    }

    private double Without(double sum, double point, int own)
    {
        var scaled = (point - mean[own]) * Math.Exp(-0.5 * logVar[own]);
        var share = Math.Exp(-0.5 * (scaled * scaled + logVar[own] + Math.Log(2 * Math.PI)) - sum);
        return share <= 0.5 ? sum + Math.Log(1 - share) : double.NaN;
    }

    private static long First(double at, int nodes) => (long)Math.Floor(at) - (nodes / 2 - 1);

    // Through equally spaced values, in the barycentric form.
    private static double Polynomial(ReadOnlySpan<double> values, double[] weights, double at)
    {
        var (above, below) = (0.0, 0.0);
        for (var k = 0; k < weights.Length; k++)
        {
            if (at == k) return values[k];
            var weight = weights[k] / (at - k);
            above += weight * values[k];
            below += weight;
        }
        return above / below;
    }

    // (−1)ᵏ times the binomial coefficients.
    private static double[] Weights(int nodes)
    {
        var weights = new double[nodes];
        weights[0] = 1;
        for (var k = 1; k < nodes; k++) weights[k] = -weights[k - 1] * (nodes - k) / k;
        return weights;
    }
}
