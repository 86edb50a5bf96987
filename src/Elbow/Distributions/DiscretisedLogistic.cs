using Elbow.Torch;

namespace Elbow.Distributions;

/// <summary>Independent values on an even grid, each with the mass that a logistic density has in the bin around it.</summary>
/// <remarks>
/// <para>Equation: P(x) = σ(a) − σ(b), a = (x + w/2 − μ) / s, b = (x − w/2 − μ) / s, w the distance of the grid's values; the first bin
/// reaches to −∞ and the last to +∞.</para>
/// <para>Shapes: mean and log-scale broadcast to <c>(batch…, event…)</c>; <c>x (sample…, batch…, event…)</c> →
/// <c>(sample…, batch…)</c>.</para>
/// <para>Units: nats of a probability, not of a density; the masses sum to 1. The scale s is that of the logistic, whose standard
/// deviation is π s / √3.</para>
/// <para>Valid when: x is on the grid, to within rounding.</para>
/// <para>Departs from published code: no floor under the mass and no special case for thin bins, as log(σ(a) − σ(b)) =
/// log σ(a) + log σ(−b) + log(1 − e^{−w/s}) holds exactly and none of its terms cancels or overflows.</para>
/// </remarks>
public sealed class DiscretisedLogistic : IDistribution, IPickable
{
    private readonly Tensor mean;
    private readonly double lo, hi;
    private readonly long levels;
    private readonly SampleShape shape;

    /// <summary>Values lo, lo + w, …, hi with the given location and log-scale.</summary>
    /// <param name="mean">μ, in the unit of the values, a floating tensor.</param>
    /// <param name="logScale">log s, of the same type; it and the mean broadcast.</param>
    /// <param name="eventAxes">How many trailing axes form one event.</param>
    /// <param name="levels">How many values, at least 2.</param>
    /// <param name="lo">The smallest value.</param>
    /// <param name="hi">The largest value.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    /// <exception cref="ArgumentException">A type is not floating, the types differ, there are fewer axes than the event needs, or the
    /// grid is empty.</exception>
    public DiscretisedLogistic(Tensor mean, Tensor logScale, int eventAxes = 1, long levels = 256, double lo = 0, double hi = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(levels, 2);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(hi, lo);
        shape = SampleShape.Of(mean, logScale, eventAxes);
        (this.mean, LogScale, this.levels, this.lo, this.hi) = (mean, logScale, levels, lo, hi);
    }

    /// <inheritdoc/>
    public int EventAxes => shape.EventAxes;

    /// <summary>False: the values are discrete.</summary>
    public bool Reparameterised => false;

    /// <summary>log s, as broadcastable as it was given.</summary>
    public Tensor LogScale { get; }

    /// <summary>The mean of the logistic clipped to the grid's ends, s [softplus((μ − lo)/s) − softplus((μ − hi)/s)] + lo: within w/2 of
    /// the mean over the grid, and in practice far nearer, without a sum over all values.</summary>
    public Tensor Mean
    {
        get
        {
            var s = LogScale.Exp();
            return shape.Expand(s * (((mean - lo) / s).Softplus() - ((mean - hi) / s).Softplus()) + lo);
        }
    }

    private double Step => (hi - lo) / (levels - 1);

    /// <inheritdoc/>
    public Tensor Sample(Generator generator, long? count = null)
    {
        using var _ = Autograd.NoGrad();
        var u = OpenUniform.Draw(shape.Sizes(count), generator, mean.DType);
        var x = mean + LogScale.Exp() * (u.Log() - (-u).Log1p());
        return ((x - lo) / Step).Round().Clamp(0, levels - 1) * Step + lo;
    }

    /// <inheritdoc/>
    public Tensor LogProb(Tensor x)
    {
        shape.MustTake(x);
        var precision = (-LogScale).Exp();
        var halfBin = 0.5 * Step * precision;
        var toMean = (mean - x) * precision;
        var below = (toMean - halfBin).Softplus();  // −log P(logistic < upper edge)
        var above = (-halfBin - toMean).Softplus(); // −log P(logistic > lower edge)
        var inside = below + above - (-(-2 * halfBin).Expm1()).Log();
        var (first, last) = (x < lo + 0.5 * Step, x > hi - 0.5 * Step);
        return -Tensor.Where(first, below, Tensor.Where(last, above, inside)).SumLast(EventAxes);
    }

    /// <inheritdoc/>
    public IDistribution Pick(Tensor indices) =>
        new DiscretisedLogistic(shape.Pick(mean, indices), shape.Pick(LogScale, indices), EventAxes, levels, lo, hi);
}
