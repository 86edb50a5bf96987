using Elbow.Torch;

namespace Elbow.Distributions;

/// <summary>All mass on one point: what a deterministic encoder says of its code.</summary>
/// <remarks>
/// <para>Equation: log p(x) = 0 where x = the point in every coordinate of the event, −∞ elsewhere.</para>
/// <para>Shapes: the point <c>(batch…, event…)</c>; <c>x (sample…, batch…, event…)</c> → <c>(sample…, batch…)</c>.</para>
/// <para>Units: nats, with respect to counting measure. A point has no density with respect to volume.</para>
/// <para>Special cases: a sample is the point itself, so gradients pass through unchanged.</para>
/// <para>Valid when: compared with discrete distributions only. Its KL to anything that has a density is infinite, and a Monte-Carlo
/// estimate of it would show −log p(point), a number that is no KL: autoencoding objectives do without that term.</para>
/// </remarks>
public sealed class Point : IDistribution
{
    private readonly SampleShape shape;

    /// <summary>A distribution at a point.</summary>
    /// <param name="mean">The point, a floating tensor.</param>
    /// <param name="eventAxes">How many trailing axes form one event.</param>
    /// <exception cref="ArgumentException">The type is not floating, or there are fewer axes than the event needs.</exception>
    public Point(Tensor mean, int eventAxes = 1)
    {
        SampleShape.MustFloat(mean, nameof(mean));
        (Mean, shape) = (mean, new SampleShape(mean.Shape, eventAxes));
    }

    /// <inheritdoc/>
    public int EventAxes => shape.EventAxes;

    /// <inheritdoc/>
    public bool Reparameterised => true;

    /// <inheritdoc/>
    public Tensor Mean { get; }

    /// <summary>The point, as often as asked for; no random number is used.</summary>
    public Tensor Sample(Generator generator, long? count = null) => count is null ? Mean : Mean.Expand(new Shape(shape.Sizes(count)));

    /// <inheritdoc/>
    public Tensor LogProb(Tensor x)
    {
        shape.MustTake(x);
        var differences = (!x.Eq(Mean)).To(Mean.DType).SumLast(EventAxes);
        return Tensor.Where(differences.Eq(0), Mean.Scalar(0), Mean.Scalar(double.NegativeInfinity));
    }
}
