using Elbow.Torch;

namespace Elbow.Distributions;

/// <summary>The same distribution, with trailing batch axes counted as axes of the event.</summary>
/// <remarks>
/// <para>Equation: log p(x) = Σ_d log p_d(x_d), d over the axes added to the event.</para>
/// <para>Shapes: inner batch <c>(batch…, added…)</c> and event <c>(event…)</c>; <c>x (sample…, batch…, added…, event…)</c> →
/// <c>(sample…, batch…)</c>.</para>
/// <para>Units: nats.</para>
/// <para>Special cases: around a <see cref="Mixture"/> without event axes this is one mixture per coordinate.</para>
/// </remarks>
public sealed class Independent : IDistribution
{
    private readonly IDistribution inner;
    private readonly int added;

    /// <summary>Wraps a distribution.</summary>
    /// <param name="inner">What the members of the event come from.</param>
    /// <param name="added">How many of its trailing batch axes join the event.</param>
    public Independent(IDistribution inner, int added)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentOutOfRangeException.ThrowIfNegative(added);
        (this.inner, this.added) = (inner, added);
    }

    /// <inheritdoc/>
    public int EventAxes => inner.EventAxes + added;

    /// <inheritdoc/>
    public bool Reparameterised => inner.Reparameterised;

    /// <inheritdoc/>
    public Tensor Mean => inner.Mean;

    /// <inheritdoc/>
    public Tensor Sample(Generator generator, long? count = null) => inner.Sample(generator, count);

    /// <inheritdoc/>
    public Tensor LogProb(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Rank < EventAxes) throw new ShapeException($"x: expected {EventAxes} event axes, got {x.Shape}");
        var each = inner.LogProb(x);
        // An axis of size 1 in x would have broadcast over the event.
        var members = x.Shape.Tail(x.Rank - EventAxes).Head(added);
        if (each.Shape.Tail(each.Rank - added) != members) throw new ShapeException($"x: the last {EventAxes} axes of {x.Shape} are not the event");
        return each.SumLast(added);
    }
}
