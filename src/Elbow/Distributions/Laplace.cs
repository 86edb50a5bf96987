using Elbow.Torch;

namespace Elbow.Distributions;

/// <summary>Independent double exponentials.</summary>
/// <remarks>
/// <para>Equation: log p(x) = −Σ_d [ |x_d − μ_d| / b_d + log 2 b_d ].</para>
/// <para>Shapes: mean and log-scale broadcast to <c>(batch…, event…)</c>; <c>x (sample…, batch…, event…)</c> →
/// <c>(sample…, batch…)</c>.</para>
/// <para>Units: nats. The scale b is the mean distance from μ; the standard deviation is √2 b.</para>
/// <para>Special cases: a log-scale of shape <c>()</c> or <c>(batch…, 1…)</c> is one b per event and is never expanded over it.</para>
/// </remarks>
public sealed class Laplace : IDistribution, IHasEntropy, IHasClosedFormKl, IPickable, IFactorises
{
    private readonly Tensor mean;
    private readonly SampleShape shape;

    /// <summary>Double exponentials with the given means and log-scales.</summary>
    /// <param name="mean">μ, a floating tensor.</param>
    /// <param name="logScale">log b, of the same type; it and the mean broadcast.</param>
    /// <param name="eventAxes">How many trailing axes form one event.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    /// <exception cref="ArgumentException">A type is not floating, the types differ, or there are fewer axes than the event
    /// needs.</exception>
    public Laplace(Tensor mean, Tensor logScale, int eventAxes = 1)
    {
        shape = SampleShape.Of(mean, logScale, eventAxes);
        (this.mean, LogScale) = (mean, logScale);
    }

    /// <inheritdoc/>
    public int EventAxes => shape.EventAxes;

    /// <inheritdoc/>
    public bool Reparameterised => true;

    /// <inheritdoc/>
    public Tensor Mean => shape.Expand(mean);

    /// <summary>log b, as broadcastable as it was given.</summary>
    public Tensor LogScale { get; }

    /// <inheritdoc/>
    public Tensor Sample(Generator generator, long? count = null)
    {
        var centred = 2 * OpenUniform.Draw(shape.Sizes(count), generator, mean.DType) - 1;
        return mean - LogScale.Exp() * (centred.Sign() * (-centred.Abs()).Log1p());
    }

    /// <inheritdoc/>
    public Tensor LogProb(Tensor x)
    {
        shape.MustTake(x);
        return -shape.SumEvent((x - Mean).Abs(), (-LogScale).Exp()) - (shape.SumEvent(LogScale) + shape.EventCount * Math.Log(2));
    }

    /// <inheritdoc/>
    public Tensor LogProbOfEach(Tensor x) => -((x - mean).Abs() * (-LogScale).Exp() + (LogScale + Math.Log(2)));

    /// <inheritdoc/>
    public Tensor Entropy() => shape.ExpandToBatch(shape.SumEvent(LogScale) + shape.EventCount * (1 + Math.Log(2)));

    /// <summary>KL to another <see cref="Laplace"/>; null for all others.</summary>
    /// <remarks>Equation: KL = Σ_d [ |μ_q − μ_p| / b_p + e^{δ − |μ_q − μ_p| / b_q} − 1 − δ ], δ = log b_q − log b_p.</remarks>
    public Tensor? KlTo(IDistribution p)
    {
        if (p is not Laplace other) return null;
        shape.MustMatch(other.shape);
        var delta = LogScale - other.LogScale;
        var distance = (Mean - other.Mean).Abs();
        var rest = (delta - distance * (-LogScale).Exp()).Expm1() - delta;
        return (distance * (-other.LogScale).Exp() + rest).SumLast(EventAxes);
    }

    /// <inheritdoc/>
    public IDistribution Pick(Tensor indices) => new Laplace(shape.Pick(mean, indices), shape.Pick(LogScale, indices), EventAxes);
}
