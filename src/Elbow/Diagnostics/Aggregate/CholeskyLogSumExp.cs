using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Elbow.Diagnostics;

/// <summary>Log-sum-exp of the densities of N Gaussians with full covariances at many points, over all pairs.</summary>
/// <remarks>
/// <para><b>Equation:</b> S(z) = log Σ_n exp(−½‖y_n‖² − Σ_j log S_n,jj − ½ L log 2π), S_n y_n = z − μ_n.</para>
/// <para><b>Shapes:</b> points <c>(P, L)</c> → <c>(P)</c>. <b>Units:</b> nats.</para>
/// <para>y is found by forward substitution for each pair, differences formed first: no covariance is inverted, so that a direction of standard deviation
/// 10⁻⁴ beside one of 1 loses the four digits that the numbers themselves lose there, not eight. L(L + 1)/2 multiplications a pair. Components lie
/// in groups of one cache line for each number, in the order in which the substitution wants them; four points share what is read. The order of
/// sums does not depend on threads or tiles.</para>
/// </remarks>
internal sealed class CholeskyLogSumExp
{
    private const int K = RunningLogSum.Block, Lanes = 8, Together = 4;
    private static readonly double HalfLog2E = 0.5 * Math.Log2(Math.E);

    private readonly int N, L, width, blocks;
    private readonly double[] data;

    /// <summary>Arranges the components.</summary>
    /// <param name="mean">μ <c>(N, L)</c>.</param>
    /// <param name="factors">S.</param>
    internal CholeskyLogSumExp(ReadOnlySpan<double> mean, CholeskyFactors factors)
    {
        L = factors.LatentDim;
        N = mean.Length / L;
        blocks = (N + K - 1) / K;
        // For each row μ_j, −S_jk for k < j and 1/S_jj; then the constant.
        width = 2 * L + L * (L - 1) / 2 + 1;
        data = new double[checked(blocks * K * width)];
        for (var n = 0; n < blocks * K; n++)
        {
            var at = n / Lanes * width * Lanes + n % Lanes;
            if (n >= N)
            {
                // What fills the last block has no weight.
                data[at + (width - 1) * Lanes] = double.NegativeInfinity;
                continue;
            }
            var factor = factors[n];
            var next = at;
            for (var j = 0; j < L; j++)
            {
                Put(mean[n * L + j]);
                for (var k = 0; k < j; k++) Put(-factor[CholeskyFactors.Start(j) + k]);
                Put(1 / factor[CholeskyFactors.Start(j) + j]);
            }
            Put(-Math.Log2(Math.E) * (factors.LogDet(n) + 0.5 * L * Math.Log(2 * Math.PI)));

            void Put(double value)
            {
                data[next] = value;
                next += Lanes;
            }
        }
    }

    /// <summary>Sums at points.</summary>
    /// <param name="points">z <c>(P, L)</c>.</param>
    /// <param name="own">For each point a component that is left out of its sum; null to leave out none.</param>
    /// <param name="joint">S <c>(P)</c>.</param>
    /// <param name="options">Threads, progress, cancellation.</param>
    internal void Run(double[] points, int[]? own, double[] joint, PairwiseOptions options) =>
        options.InTiles(points.Length / L, (first, end) => Tile(points, own, joint, first, end));

    private void Tile(double[] points, int[]? own, double[] joint, int first, int end)
    {
        var states = new RunningLogSum[end - first];
        Array.Fill(states, RunningLogSum.Empty);
        var (z, y) = (new double[L * Together], new Vector<double>[L * Together]);
        Span<double> exponents = stackalloc double[Together * K];
        for (var block = 0; block < blocks; block++)
        {
            for (var p = first; p < end; p += Together)
            {
                // Where fewer than four points are left the last one comes again, and is not looked at.
                for (var i = 0; i < z.Length; i++) z[i] = points[Math.Min(p + i % Together, end - 1) * L + i / Together];
                for (var group = 0; group < K / Lanes; group++)
                {
                    var components = data.AsSpan((block * (K / Lanes) + group) * width * Lanes, width * Lanes);
                    for (var lane = 0; lane < Lanes; lane += Vector<double>.Count) Solve(components, z, y, exponents, lane, group * Lanes + lane);
                }
                for (var q = p; q < Math.Min(end, p + Together); q++)
                {
                    var sums = exponents.Slice((q - p) * K, K);
                    RunningLogSum.Add(ref states[q - first], sums, own is not null && own[q] / K == block ? own[q] % K : -1, RunningLogSum.MaxOf(sums));
                }
            }
        }
        for (var p = first; p < end; p++) joint[p] = states[p - first].LogSum;
    }

    // The exponents of four points under as many components as a vector holds.
    private void Solve(ReadOnlySpan<double> components, ReadOnlySpan<double> z, Span<Vector<double>> y, Span<double> exponents, int lane, int to)
    {
        ref var at = ref Unsafe.Add(ref MemoryMarshal.GetReference(components), lane);
        ref var point = ref MemoryMarshal.GetReference(z);
        ref var solved = ref MemoryMarshal.GetReference(y);
        var (sum0, sum1, sum2, sum3) = (Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero);
        for (var j = 0; j < L; j++)
        {
            var mu = Vector.LoadUnsafe(ref at);
            at = ref Unsafe.Add(ref at, Lanes);
            var a0 = new Vector<double>(Unsafe.Add(ref point, j * Together)) - mu;
            var a1 = new Vector<double>(Unsafe.Add(ref point, j * Together + 1)) - mu;
            var a2 = new Vector<double>(Unsafe.Add(ref point, j * Together + 2)) - mu;
            var a3 = new Vector<double>(Unsafe.Add(ref point, j * Together + 3)) - mu;
            for (var k = 0; k < j * Together; k += Together)
            {
                var s = Vector.LoadUnsafe(ref at);
                at = ref Unsafe.Add(ref at, Lanes);
                a0 = Vector.FusedMultiplyAdd(s, Unsafe.Add(ref solved, k), a0);
                a1 = Vector.FusedMultiplyAdd(s, Unsafe.Add(ref solved, k + 1), a1);
                a2 = Vector.FusedMultiplyAdd(s, Unsafe.Add(ref solved, k + 2), a2);
                a3 = Vector.FusedMultiplyAdd(s, Unsafe.Add(ref solved, k + 3), a3);
            }
            var over = Vector.LoadUnsafe(ref at);
            at = ref Unsafe.Add(ref at, Lanes);
            (a0, a1, a2, a3) = (a0 * over, a1 * over, a2 * over, a3 * over);
            ref var row = ref Unsafe.Add(ref solved, j * Together);
            (row, Unsafe.Add(ref row, 1), Unsafe.Add(ref row, 2), Unsafe.Add(ref row, 3)) = (a0, a1, a2, a3);
            (sum0, sum1) = (Vector.FusedMultiplyAdd(a0, a0, sum0), Vector.FusedMultiplyAdd(a1, a1, sum1));
            (sum2, sum3) = (Vector.FusedMultiplyAdd(a2, a2, sum2), Vector.FusedMultiplyAdd(a3, a3, sum3));
        }
        var c = Vector.LoadUnsafe(ref at);
        Exponent(sum0, c).CopyTo(exponents[to..]);
        Exponent(sum1, c).CopyTo(exponents[(K + to)..]);
        Exponent(sum2, c).CopyTo(exponents[(2 * K + to)..]);
        Exponent(sum3, c).CopyTo(exponents[(3 * K + to)..]);
    }

    // Far beyond all mass squares overflow and their differences are no numbers: the density there is 0.
    private static Vector<double> Exponent(Vector<double> sum, Vector<double> c)
    {
        var t = Vector.FusedMultiplyAdd(new Vector<double>(-HalfLog2E), sum, c);
        return Vector.ConditionalSelect(Vector.Equals(t, t), t, new Vector<double>(double.NegativeInfinity));
    }
}
