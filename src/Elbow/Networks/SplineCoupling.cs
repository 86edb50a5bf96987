using Elbow.Distributions;
using Elbow.Torch;

namespace Elbow.Networks;

/// <summary>A coupling layer of monotone rational-quadratic splines, followed by a reversal of the coordinates.</summary>
/// <remarks>
/// <para>Equation: inside [−B, B], in the piece from (x_k, y_k) with width w, height h, slope s = h/w and derivatives d, d′ at its ends, and
/// ξ = (x − x_k)/w: g(x) = y_k + h (s ξ² + d ξ(1−ξ)) / (s + (d′ + d − 2s) ξ(1−ξ)); outside g(x) = x. Widths, heights and inner derivatives
/// of the pieces of z_b come from a network of z_a.</para>
/// <para>Shapes: <c>(…, L)</c>; z_a has ⌊L/2⌋ coordinates, z_b ⌈L/2⌉.</para>
/// <para>Source: Durkan, Bekasov, Murray and Papamakarios, Neural spline flows, 2019, arXiv 1906.04032, equations 4 to 8 (inverse: A.2).
/// Departs from the source: the permutation is a reversal, as in <see cref="AffineCoupling"/>; network outputs of 0 are the identity.</para>
/// </remarks>
public sealed class SplineCoupling : Module, IBijection
{
    // Shares of the interval, and derivatives, that no piece falls below: the inverse divides by them.
    private const double LeastShare = 1e-3, LeastDerivative = 1e-3;

    // softplus of this is 1 − LeastDerivative.
    private static readonly double DerivativeOffset = Math.Log(Math.Exp(1 - LeastDerivative) - 1);

    private readonly int kept;
    private readonly int bins;
    private readonly double bound;
    private readonly Sequential network;

    /// <summary>A coupling layer with one dense network.</summary>
    /// <param name="latentDim">L, at least 2.</param>
    /// <param name="net">The network.</param>
    /// <param name="bins">Pieces of each spline, at least 2.</param>
    /// <param name="bound">B.</param>
    /// <param name="init">First weights.</param>
    public SplineCoupling(int latentDim, Mlp.Config net, int bins, double bound, Init init)
    {
        ArgumentNullException.ThrowIfNull(net);
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 2);
        if (latentDim < 2) throw new ArgumentException("a flow moves one half of the latents by the other: it needs at least 2 latents");
        (kept, this.bins, this.bound) = (latentDim / 2, bins, bound);
        network = Child("network", net.Build(kept, (latentDim - kept) * (3 * bins - 1), init));
    }

    /// <inheritdoc/>
    public (Tensor U, Tensor LogDet) Forward(Tensor z)
    {
        var (a, b) = Split(z);
        var inside = b.Clamp(-bound, bound);
        var piece = Pieces(a, b.Shape).At(inside, byHeight: false);
        var xi = (inside - piece.X) / piece.Width;
        var mixed = xi * (1 - xi);
        var denominator = piece.Slope + piece.Curve * mixed;
        var moved = piece.Y + piece.Height * (piece.Slope * xi.Square() + piece.Left * mixed) / denominator;
        var derivative = piece.Slope.Square() * (piece.Right * xi.Square() + 2 * piece.Slope * mixed + piece.Left * (1 - xi).Square());
        var logDerivative = derivative.Log() - 2 * denominator.Log();
        var within = b.Abs() < bound;
        return (Tensor.Cat(-1, a, Tensor.Where(within, moved, b)).Flip(-1), Tensor.Where(within, logDerivative, 0).SumLast(1));
    }

    /// <inheritdoc/>
    public Tensor Inverse(Tensor u)
    {
        ArgumentNullException.ThrowIfNull(u);
        var (a, b) = Split(u.Flip(-1));
        var inside = b.Clamp(-bound, bound);
        var piece = Pieces(a, b.Shape).At(inside, byHeight: true);
        var eta = inside - piece.Y;
        // The root of a quadratic in ξ, in the form that does not cancel.
        var square = piece.Height * (piece.Slope - piece.Left) + eta * piece.Curve;
        var linear = piece.Height * piece.Left - eta * piece.Curve;
        var constant = -(piece.Slope * eta);
        var root = (linear.Square() - 4 * square * constant).Clamp(0).Sqrt();
        var xi = 2 * constant / (-linear - root);
        return Tensor.Cat(-1, a, Tensor.Where(b.Abs() < bound, xi * piece.Width + piece.X, b));
    }

    private (Tensor Kept, Tensor Moved) Split(Tensor z)
    {
        ArgumentNullException.ThrowIfNull(z);
        return (z.Narrow(-1, 0, kept), z.Narrow(-1, kept, z.Shape[-1] - kept));
    }

    private Splines Pieces(Tensor a, Shape moved)
    {
        var numbers = network.Forward(a).Reshape(moved.Append(3 * bins - 1));
        var derivatives = (numbers.Narrow(-1, 2 * bins, bins - 1) + DerivativeOffset).Softplus() + LeastDerivative;
        var one = derivatives.Narrow(-1, 0, 1).ZerosLike() + 1;
        return new Splines(Shares(numbers.Narrow(-1, 0, bins)), Shares(numbers.Narrow(-1, bins, bins)), Tensor.Cat(-1, one, derivatives, one), bound);
    }

    private Tensor Shares(Tensor logits) => 2 * bound * (LeastShare + (1 - LeastShare * bins) * logits.Softmax(-1));

    /// <summary>One spline for each coordinate: widths and heights (…, K), derivatives at the knots (…, K + 1).</summary>
    private sealed record Splines(Tensor Widths, Tensor Heights, Tensor Derivatives, double Bound)
    {
        internal Piece At(Tensor at, bool byHeight)
        {
            var K = Widths.Shape[-1];
            var (x, y) = (Starts(Widths), Starts(Heights));
            // The piece begins at the last inner knot that is not above the value.
            var inner = (byHeight ? y : x).Narrow(-1, 1, K - 1);
            var k = (inner <= at.Unsqueeze(-1)).To(DType.Int64).Sum(-1, keep: true);
            Tensor Pick(Tensor of) => of.Gather(-1, k).Squeeze(-1);
            return new Piece(Pick(x), Pick(y), Pick(Widths), Pick(Heights), Pick(Derivatives.Narrow(-1, 0, K)), Pick(Derivatives.Narrow(-1, 1, K)));
        }

        private Tensor Starts(Tensor sizes) => sizes.Cumsum(-1) - sizes - Bound;
    }

    private sealed record Piece(Tensor X, Tensor Y, Tensor Width, Tensor Height, Tensor Left, Tensor Right)
    {
        internal Tensor Slope { get; } = Height / Width;

        internal Tensor Curve => Right + Left - 2 * Slope;
    }
}
