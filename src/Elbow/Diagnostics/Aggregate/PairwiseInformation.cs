using System.Numerics;

namespace Elbow.Diagnostics;

/// <summary>Bounds on the information between examples and latents, from the distances between all posteriors.</summary>
/// <remarks>
/// <para><b>Equation:</b> −(1/R) Σ_b log (1/N) Σ_c exp(−d(b, c)): with d = KL(q(z|x_b) ‖ q(z|x_c)) an upper bound, with d the Bhattacharyya distance a lower
/// bound of the information of the mixture over the N posteriors, for each latent (the distances of the marginals) and jointly (their sums over the
/// latents, or, where covariances are full, the distances of whole posteriors).</para>
/// <para><b>Shapes:</b> μ, log τ² <c>(N, L)</c> → <c>(L)</c> and a number. <b>Units:</b> nats. <b>Biased when:</b> never as estimates of the bounds: the sum over c
/// has all N posteriors, that over b has R of them drawn without replacement, whose standard error is given.</para>
/// <para><b>Source:</b> Kolchinsky and Tracey 2017, arXiv 1706.02419, equations 10 and 16; methods/corex-anchorvae.md 2.7.</para>
/// </remarks>
public sealed record PairwiseInformation
{
    private const int K = 128;

    private PairwiseInformation() { }

    /// <summary>Lower bound of I(z_j:x) for each latent.</summary>
    public required IReadOnlyList<Estimate> LowerOfEach { get; init; }

    /// <summary>Upper bound of I(z_j:x) for each latent.</summary>
    public required IReadOnlyList<Estimate> UpperOfEach { get; init; }

    /// <summary>Lower bound of I(z:x).</summary>
    public required Estimate Lower { get; init; }

    /// <summary>Upper bound of I(z:x).</summary>
    public required Estimate Upper { get; init; }

    /// <summary>R: examples b.</summary>
    public required int Rows { get; init; }

    /// <summary>Examples b of the joint bounds: fewer, evenly chosen, where whole posteriors have full covariances.</summary>
    public required int JointRows { get; init; }

    // About 10¹⁰/L³ distances of whole posteriors: some seconds, small beside q(z) itself.
    private static int JointRowsOf(AggregatePosterior aggregate, int rows) => aggregate.IsDiagonal || rows <= 32
        ? rows
        : (int)Math.Clamp(1e10 / (Math.Pow(aggregate.LatentDim, 3) * aggregate.Count), 32, rows);

    /// <summary>The bounds of a mixture.</summary>
    /// <param name="aggregate">N posteriors.</param>
    /// <param name="rows">Numbers of the examples b.</param>
    /// <param name="options">Threads and cancellation.</param>
    public static PairwiseInformation Of(AggregatePosterior aggregate, int[] rows, PairwiseOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(aggregate);
        ArgumentNullException.ThrowIfNull(rows);
        options ??= new PairwiseOptions();
        var (L, W) = (aggregate.LatentDim, aggregate.LatentDim + 1);
        var components = new Components(aggregate);
        var whole = aggregate.Factors is { } factors ? new CholeskyDistances(aggregate, factors) : null;
        var joint = JointRowsOf(aggregate, rows.Length);
        var ofWholes = new double[2 * joint];
        var (upper, lower) = (new double[rows.Length * W], new double[rows.Length * W]);
        Parallel.For(0, rows.Length, new ParallelOptions { MaxDegreeOfParallelism = options.ThreadCount, CancellationToken = options.Cancellation },
            b =>
            {
                components.Sum(aggregate, rows[b], upper.AsSpan(b * W, W), lower.AsSpan(b * W, W));
                if (whole is not null && b < joint) (ofWholes[b], ofWholes[joint + b]) = whole.Sums(rows[(int)((long)b * rows.Length / joint)]);
            });
        return new PairwiseInformation
        {
            LowerOfEach = [.. Enumerable.Range(0, L).Select(j => Information(lower, j))],
            UpperOfEach = [.. Enumerable.Range(0, L).Select(j => Information(upper, j))],
            Lower = whole is null ? Information(lower, L) : Whole(ofWholes.AsSpan(joint)),
            Upper = whole is null ? Information(upper, L) : Whole(ofWholes.AsSpan(0, joint)),
            Rows = rows.Length,
            JointRows = joint,
        };

        Estimate Whole(ReadOnlySpan<double> sums) => Estimate.Of([.. sums.ToArray().Select(sum => Math.Log(aggregate.Count) - Math.Log(sum))]);

        Estimate Information(double[] sums, int column) =>
            Estimate.Of([.. Enumerable.Range(0, rows.Length).Select(b => Math.Log(aggregate.Count) - Math.Log(sums[b * W + column]))]);
    }

    // Per block and latent: ν, τ, 1/τ², log₂(1/τ); then −∞ for what fills the last block.
    private sealed class Components
    {
        private static readonly double Log2E = Math.Log2(Math.E);
        private readonly int L, blocks;
        private readonly double[] data, fill;

        internal Components(AggregatePosterior aggregate)
        {
            L = aggregate.LatentDim;
            blocks = (aggregate.Count + K - 1) / K;
            (data, fill) = (new double[checked(blocks * L * 4 * K)], new double[blocks * K]);
            for (var n = 0; n < blocks * K; n++)
            {
                fill[n] = n < aggregate.Count ? 0 : double.NegativeInfinity;
                for (var j = 0; j < L; j++)
                {
                    var at = (n / K * L + j) * 4 * K + n % K;
                    var (nu, logVar) = n < aggregate.Count ? (aggregate.Mean[n * L + j], aggregate.LogVar[n * L + j]) : (0, 0);
                    (data[at], data[at + K], data[at + 2 * K], data[at + 3 * K]) = (nu, Math.Exp(0.5 * logVar), Math.Exp(-logVar), -0.5 * Log2E * logVar);
                }
            }
        }

        // Σ_c exp(−d(b, c)) for each latent, and jointly at the end. Own distance 0 makes every sum 1 at least: no shift is needed.
        internal void Sum(AggregatePosterior aggregate, int b, Span<double> upper, Span<double> lower)
        {
            Span<double> buffer = stackalloc double[3 * K];
            var klSums = buffer[..K];
            var bdSums = buffer[K..(2 * K)];
            var ratios = buffer[(2 * K)..];
            for (var block = 0; block < blocks; block++)
            {
                fill.AsSpan(block * K, K).CopyTo(klSums);
                klSums.CopyTo(bdSums);
                ratios.Fill(1);
                for (var j = 0; j < L; j++)
                {
                    var (nu, logVar) = (aggregate.Mean[b * L + j], aggregate.LogVar[b * L + j]);
                    var (kl, bd) = Latent(data.AsSpan((block * L + j) * 4 * K, 4 * K), fill.AsSpan(block * K, K), nu, logVar, klSums, bdSums, ratios);
                    upper[j] += kl;
                    lower[j] += bd;
                }
                for (var k = 0; k < K; k += Vector<double>.Count)
                {
                    upper[L] += Vector.Sum(FastExp2.Of(new Vector<double>(klSums[k..])));
                    lower[L] += Vector.Sum(Vector.SquareRoot(new Vector<double>(ratios[k..])) * FastExp2.Of(new Vector<double>(bdSums[k..])));
                }
            }
        }

        private static (double Kl, double Bd) Latent(ReadOnlySpan<double> c, ReadOnlySpan<double> fill, double nu, double logVar, Span<double> klSums, Span<double> bdSums, Span<double> ratios)
        {
            var (variance, twoTau, centre) = (new Vector<double>(Math.Exp(logVar)), new Vector<double>(2 * Math.Exp(0.5 * logVar)), new Vector<double>(nu));
            var ownPart = new Vector<double>(0.5 * Log2E * (1 + logVar));
            var (half, quarter) = (new Vector<double>(-0.5 * Log2E), new Vector<double>(-0.25 * Log2E));
            var (kl, bd) = (Vector<double>.Zero, Vector<double>.Zero);
            for (var k = 0; k < K; k += Vector<double>.Count)
            {
                var (tau, empty) = (new Vector<double>(c[(K + k)..]), new Vector<double>(fill[k..]));
                var squares = new Vector<double>(c[k..]) - centre;
                squares *= squares;
                // −KL = −½ (Δ² + τ_b²)/τ_c² + ½ + log(τ_b/τ_c), at most 0.
                var toKl = Vector.FusedMultiplyAdd(half * (squares + variance), new Vector<double>(c[(2 * K + k)..]), ownPart + new Vector<double>(c[(3 * K + k)..]));
                toKl = Vector.MinNative(toKl, Vector<double>.Zero);
                var sum = Vector.FusedMultiplyAdd(tau, tau, variance);
                var (toBd, ratio) = (quarter * squares / sum, twoTau * tau / sum);
                kl += FastExp2.Of(toKl + empty);
                bd += Vector.SquareRoot(ratio) * FastExp2.Of(toBd + empty);
                (new Vector<double>(klSums[k..]) + toKl).CopyTo(klSums[k..]);
                (new Vector<double>(bdSums[k..]) + toBd).CopyTo(bdSums[k..]);
                (new Vector<double>(ratios[k..]) * ratio).CopyTo(ratios[k..]);
            }
            return (Vector.Sum(kl), Vector.Sum(bd));
        }
    }
}
