using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Elbow.Diagnostics;

/// <summary>Log-sum-exp of the densities of N diagonal Gaussians at many points, over all pairs.</summary>
/// <remarks>
/// <para><b>Equation:</b> S(z) = log Σ_n exp Σ_j ℓ_nj(z_j), ℓ_nj(v) = −½((v − μ_nj)/τ_nj)² − log τ_nj − ½ log 2π.</para>
/// <para><b>Shapes:</b> points <c>(P, L)</c> → <c>(P)</c>. <b>Units:</b> nats. Of one dimension by itself: <see cref="MarginalLogSumExp"/>.</para>
/// <para>Differences are formed before they are scaled and squared, in float64, so narrow components far from 0 lose no digits, as |z|² − 2zμ + |μ|²
/// would. Each point passes the components in blocks of one fixed size with a running maximum, in one order whatever the threads and the tiles:
/// results do not depend on them by a bit (they may differ in the last digit on machines with other vectors). All work is in base 2.</para>
/// <para>Where a lower bound of a point's sum is known, blocks whose box of means and least precision show that they cannot matter beside it are passed
/// over, by the rule of <see cref="RunningLogSum"/>: worth it when the components are in order.</para>
/// </remarks>
internal sealed class PairwiseLogSumExp
{
    /// <summary>Components in one block: L dimensions of three numbers each stay in a core's second-level cache, one dimension in the first.</summary>
    private const int K = RunningLogSum.Block;

    /// <summary>Points that pass a block together.</summary>
    private const int Together = 8;

    /// <summary>Relative, and more than both sides of a comparison have: a point 10⁹ widths away has exponents whose last digit is worth more than what is negligible.</summary>
    private const double Rounding = 1e-13;

    private readonly int N, L, blocks;
    private readonly double[] data;
    private readonly Box[] boxes;
    private readonly double[] ceilings;

    /// <summary>Arranges the components.</summary>
    /// <param name="mean">μ <c>(N, L)</c>.</param>
    /// <param name="logVar">log τ² <c>(N, L)</c>.</param>
    /// <param name="latentDim">L.</param>
    internal PairwiseLogSumExp(ReadOnlySpan<double> mean, ReadOnlySpan<double> logVar, int latentDim)
    {
        (N, L) = (mean.Length / latentDim, latentDim);
        blocks = (N + K - 1) / K;
        data = new double[checked(blocks * L * 3 * K)];
        (boxes, ceilings) = (new Box[blocks * L], new double[blocks]);
        Array.Fill(boxes, Box.Empty);
        Array.Fill(ceilings, double.NegativeInfinity);
        var halfLog2E = Math.Sqrt(0.5 * Math.Log2(Math.E));
        for (var n = 0; n < blocks * K; n++)
        {
            var ceiling = 0.0;
            for (var j = 0; j < L; j++)
            {
                var at = ((n / K * L + j) * 3 * K) + n % K;
                // What fills the last block has no weight.
                (data[at], data[at + K], data[at + 2 * K]) = n < N
                    ? (mean[n * L + j], halfLog2E * Math.Exp(-0.5 * logVar[n * L + j]), -Math.Log2(Math.E) * 0.5 * (logVar[n * L + j] + Math.Log(2 * Math.PI)))
                    : (0, 0, double.NegativeInfinity);
                if (n < N) boxes[n / K * L + j] = boxes[n / K * L + j].With(data[at], data[at + K]);
                ceiling += data[at + 2 * K];
            }
            ceilings[n / K] = Math.Max(ceilings[n / K], ceiling);
        }
    }

    /// <summary>Sums at points.</summary>
    /// <param name="points">z <c>(P, L)</c>.</param>
    /// <param name="own">For each point a component that is left out of its sums; null to leave out none.</param>
    /// <param name="joint">S <c>(P)</c>.</param>
    /// <param name="options">Threads, progress, cancellation.</param>
    /// <param name="atLeast">Lower bounds of S <c>(P)</c>; null when nothing is known.</param>
    internal void Run(double[] points, int[]? own, double[] joint, PairwiseOptions options, double[]? atLeast = null)
    {
        options.InTiles(points.Length / L, (first, end) => Tile(points, own, joint, atLeast, first, end));
    }

    private void Tile(double[] points, int[]? own, double[] joint, double[]? atLeast, int first, int end)
    {
        var states = new RunningLogSum[end - first];
        Array.Fill(states, RunningLogSum.Empty);
        Span<double> buffer = stackalloc double[Together * K];
        Span<int> reached = stackalloc int[Together];
        for (var block = 0; block < blocks; block++)
        {
            var components = data.AsSpan(block * L * 3 * K, L * 3 * K);
            for (var p = first; p < end; p += Together)
            {
                var count = 0;
                for (var q = p; q < Math.Min(end, p + Together); q++)
                {
                    if (atLeast is null || Matters(block, points.AsSpan(q * L, L), atLeast[q])) reached[count++] = q;
                }
                Block(components, points, own, block, reached[..count], buffer, states, first);
            }
        }
        for (var p = first; p < end; p++) joint[p] = states[p - first].LogSum;
    }

    private bool Matters(int block, ReadOnlySpan<double> point, double atLeast)
    {
        var most = ceilings[block];
        for (var j = 0; j < L; j++) most -= boxes[block * L + j].LeastSquare(point[j]);
        var least = atLeast * Math.Log2(Math.E);
        return !(most < least - RunningLogSum.Negligible - Rounding * Math.Abs(least));
    }

    // A few points against one block, dimension by dimension, so that what is read again and again stays in the first-level cache: the buffer holds
    // each point's sums over dimensions.
    private void Block(ReadOnlySpan<double> components, double[] points, int[]? own, int block, ReadOnlySpan<int> reached, Span<double> buffer, Span<RunningLogSum> states, int first)
    {
        buffer[..(reached.Length * K)].Clear();
        for (var j = 0; j < L; j++)
        {
            for (var r = 0; r < reached.Length; r++) AddExponents(components.Slice(j * 3 * K, 3 * K), points[reached[r] * L + j], buffer.Slice(r * K, K));
        }
        for (var r = 0; r < reached.Length; r++)
        {
            var p = reached[r];
            var sums = buffer.Slice(r * K, K);
            RunningLogSum.Add(ref states[p - first], sums, own is not null && own[p] / K == block ? own[p] % K : -1, RunningLogSum.MaxOf(sums));
        }
    }

    private static void AddExponents(ReadOnlySpan<double> components, double z, Span<double> sums)
    {
        ref var mu = ref MemoryMarshal.GetReference(components);
        ref var w = ref Unsafe.Add(ref mu, K);
        ref var c = ref Unsafe.Add(ref mu, 2 * K);
        ref var sum = ref MemoryMarshal.GetReference(sums);
        var zj = new Vector<double>(z);
        for (nuint k = 0; k < K; k += (nuint)Vector<double>.Count)
        {
            var d = (zj - Vector.LoadUnsafe(ref mu, k)) * Vector.LoadUnsafe(ref w, k);
            (Vector.FusedMultiplyAdd(-d, d, Vector.LoadUnsafe(ref c, k)) + Vector.LoadUnsafe(ref sum, k)).StoreUnsafe(ref sum, k);
        }
    }

    /// <summary>Means of a block in one dimension, from least to most, and its least precision, in the units of the exponents.</summary>
    private readonly record struct Box(double Least, double Most, double Precision)
    {
        internal static readonly Box Empty = new(double.PositiveInfinity, double.NegativeInfinity, double.PositiveInfinity);

        internal Box With(double mean, double precision) => new(Math.Min(Least, mean), Math.Max(Most, mean), Math.Min(Precision, precision));

        internal double LeastSquare(double at)
        {
            var away = Math.Max(0, Math.Max(Least - at, at - Most)) * Precision;
            return away * away;
        }
    }
}
