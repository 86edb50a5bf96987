using Elbow.Torch;

namespace Elbow.Distributions;

/// <summary>Independent values in [0, 1] with density ∝ λˣ (1 − λ)¹⁻ˣ, given by logits: a likelihood for grey pixels.</summary>
/// <remarks>
/// <para>Equation: log p(x) = Σ_d [ x_d l_d − A(l_d) ], A(l) = log ∫₀¹ e^{l x} dx = log((eˡ − 1) / l), l = log λ − log(1 − λ).</para>
/// <para>Shapes: logits <c>(batch…, event…)</c>; <c>x (sample…, batch…, event…)</c> → <c>(sample…, batch…)</c>.</para>
/// <para>Units: nats.</para>
/// <para>Special cases: l = 0 (λ = ½) is uniform. λ is the parameter, not the mean: the mean is A′(l) = 1 / (1 − e⁻ˡ) − 1 / l.</para>
/// <para>Valid when: 0 ≤ x ≤ 1; outside it the density is 0 and this expression does not say so.</para>
/// <para>Source: G. Loaiza-Ganem, J. P. Cunningham, The continuous Bernoulli: fixing a pervasive error in variational autoencoders, 2019,
/// arXiv 1907.06845. Departs from the source: written in the logit, where the family is exponential; the same density.</para>
/// </remarks>
public sealed class ContinuousBernoulli : IDistribution, IHasEntropy, IPickable
{
    // 1/l − 1/(1 − e⁻ˡ) and its like lose 1/l in relative accuracy per derivative. Below this |l| the series takes over: what it
    // leaves out and what cancellation costs above are then both below 1e-13 in float64, up to the second derivative of A.
    private const double SeriesBelow = 0.125, InverseSeriesBelow = 1.0 / 64;

    private readonly SampleShape shape;

    /// <summary>Values in [0, 1] with the given logits of λ.</summary>
    /// <param name="logits">l, a floating tensor.</param>
    /// <param name="eventAxes">How many trailing axes form one event.</param>
    /// <exception cref="ArgumentException">The type is not floating, or there are fewer axes than the event needs.</exception>
    public ContinuousBernoulli(Tensor logits, int eventAxes = 1)
    {
        SampleShape.MustFloat(logits, nameof(logits));
        (Logits, shape) = (logits, new SampleShape(logits.Shape, eventAxes));
    }

    /// <inheritdoc/>
    public int EventAxes => shape.EventAxes;

    /// <inheritdoc/>
    public bool Reparameterised => true;

    /// <summary>l, the logit of λ.</summary>
    public Tensor Logits { get; }

    /// <inheritdoc/>
    public Tensor Mean => Tilt() + 0.5;

    /// <summary>Draws by the inverse distribution function x = log(1 + u (eˡ − 1)) / l, u uniform.</summary>
    public Tensor Sample(Generator generator, long? count = null)
    {
        var u = OpenUniform.Draw(shape.Sizes(count), generator, Logits.DType);
        var (small, minus) = Split(InverseSeriesBelow);
        // For l > 0 the mirror image, so that eˡ cannot overflow: x(l, u) = 1 − x(−l, 1 − u).
        var mirrored = Logits > 0;
        var v = Tensor.Where(mirrored, 1 - u, u);
        var tail = (v * minus.Expm1()).Log1p() / minus;
        // x is the cumulant series of a Bernoulli variable with mean u, divided by l.
        var w = u * (1 - u);
        var series = u + w * Logits * (0.5 + Logits * ((1 - 2 * u) / 6 + Logits * (1 - 6 * w) / 24));
        return Tensor.Where(small, series, Tensor.Where(mirrored, 1 - tail, tail));
    }

    /// <inheritdoc/>
    public Tensor LogProb(Tensor x)
    {
        shape.MustTake(x);
        return ((x - 0.5) * Logits).SumLast(EventAxes) - LogSinhc().SumLast(EventAxes);
    }

    /// <summary>Differential entropy on [0, 1]: 0 for the uniform, negative otherwise.</summary>
    /// <remarks>Equation: H = Σ_d [ A(l_d) − l_d A′(l_d) ].</remarks>
    public Tensor Entropy() => (LogSinhc() - Logits * Tilt()).SumLast(EventAxes);

    /// <inheritdoc/>
    public IDistribution Pick(Tensor indices) => new ContinuousBernoulli(shape.Pick(Logits, indices), EventAxes);

    // A(l) − l/2 = log(sinh(l/2) / (l/2)), which is even in l: for large |l| the half that A shares with x·l never enters.
    private Tensor LogSinhc()
    {
        var (small, minus) = Split(SeriesBelow);
        var squared = Logits.Square();
        var series = squared * Horner(squared, 1.0 / 24, -1.0 / 2880, 1.0 / 181440, -1.0 / 9676800);
        return Tensor.Where(small, series, (minus.Expm1() / minus).Log() - 0.5 * minus);
    }

    // A′(l) − ½, which is odd in l.
    private Tensor Tilt()
    {
        var (small, minus) = Split(SeriesBelow);
        var series = Logits * Horner(Logits.Square(), 1.0 / 12, -1.0 / 720, 1.0 / 30240, -1.0 / 1209600);
        return Tensor.Where(small, series, Logits.Sign() * (minus.Reciprocal() - minus.Expm1().Reciprocal() - 0.5));
    }

    // Where |l| is small, and −|l|, replaced there by −1: Where passes no gradient to the side not taken, but 0 · ∞ would be NaN.
    private (Tensor Small, Tensor Minus) Split(double below)
    {
        var minus = -Logits.Abs();
        var small = minus > -below;
        return (small, Tensor.Where(small, Logits.Scalar(-1), minus));
    }

    private static Tensor Horner(Tensor t, double a, double b, double c, double d) => ((t * d + c) * t + b) * t + a;
}
