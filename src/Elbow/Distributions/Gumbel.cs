using Elbow.Torch;

namespace Elbow.Distributions;

/// <summary>Independent Gumbel variables: the law of the largest of many, skewed to the right.</summary>
/// <remarks>
/// <para>Equation: log p(x) = −Σ_d [ y_d + e^{−y_d} + log s_d ], y = (x − μ) / s.</para>
/// <para>Shapes: location and log-scale broadcast to <c>(batch…, event…)</c>; <c>x (sample…, batch…, event…)</c> → <c>(sample…, batch…)</c>.</para>
/// <para>Units: nats. The location μ is the mode; the mean is μ + γ s (γ = 0.5772…), the standard deviation π s / √6.</para>
/// </remarks>
public sealed class Gumbel : IDistribution, IHasEntropy, IPickable, IFactorises
{
    // Euler's γ.
    private const double EulerGamma = 0.57721566490153286;
    private readonly Tensor location;
    private readonly SampleShape shape;

    /// <summary>Gumbel variables with the given modes and log-scales.</summary>
    /// <param name="location">μ, a floating tensor.</param>
    /// <param name="logScale">log s, of the same type; it and the location broadcast.</param>
    /// <param name="eventAxes">How many trailing axes form one event.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    /// <exception cref="ArgumentException">A type is not floating, the types differ, or there are fewer axes than the event
    /// needs.</exception>
    public Gumbel(Tensor location, Tensor logScale, int eventAxes = 1)
    {
        shape = SampleShape.Of(location, logScale, eventAxes);
        (this.location, LogScale) = (location, logScale);
    }

    /// <inheritdoc/>
    public int EventAxes => shape.EventAxes;

    /// <inheritdoc/>
    public bool Reparameterised => true;

    /// <inheritdoc/>
    public Tensor Mean => shape.Expand(location + LogScale.Exp() * EulerGamma);

    /// <summary>log s, as broadcastable as it was given.</summary>
    public Tensor LogScale { get; }

    /// <inheritdoc/>
    public Tensor Sample(Generator generator, long? count = null)
    {
        var exponential = -OpenUniform.Draw(shape.Sizes(count), generator, location.DType).Log();
        return location - LogScale.Exp() * exponential.Log();
    }

    /// <inheritdoc/>
    public Tensor LogProb(Tensor x)
    {
        shape.MustTake(x);
        var y = (x - shape.Expand(location)) * (-LogScale).Exp();
        return -(y + (-y).Exp()).SumLast(EventAxes) - shape.SumEvent(LogScale);
    }

    /// <inheritdoc/>
    public Tensor LogProbOfEach(Tensor x)
    {
        var y = (x - location) * (-LogScale).Exp();
        return -(y + (-y).Exp() + LogScale);
    }

    /// <summary>H = Σ_d [ log s_d + 1 + γ ].</summary>
    public Tensor Entropy() => shape.ExpandToBatch(shape.SumEvent(LogScale) + shape.EventCount * (1 + EulerGamma));

    /// <inheritdoc/>
    public IDistribution Pick(Tensor indices) => new Gumbel(shape.Pick(location, indices), shape.Pick(LogScale, indices), EventAxes);
}
