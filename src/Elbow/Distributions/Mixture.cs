using Elbow.Torch;

namespace Elbow.Distributions;

/// <summary>A mixture: a component is chosen, then the whole event comes from it.</summary>
/// <remarks>
/// <para>Equation: log p(x) = log Σ_m w_m p_m(x), where p_m(x) is the density of the whole event. The event axes are summed before the
/// mixture is: never a product of one-dimensional mixtures, which also integrates to 1 but is another density.</para>
/// <para>Shapes: log-weights <c>(batch…, M)</c>; components with batch <c>(batch…, M)</c>; <c>x (sample…, batch…, event…)</c> →
/// <c>(sample…, batch…)</c>.</para>
/// <para>Units: nats.</para>
/// <para>Special cases: M = 1 is the component. For one mixture per pixel give components without event axes and wrap the mixture in
/// <see cref="Independent"/>.</para>
/// <para>Valid when: gradients are asked of the log-density and the mean. Draws choose a component and carry none.</para>
/// </remarks>
public sealed class Mixture : IDistribution
{
    private readonly IDistribution component;

    /// <summary>A mixture of the members of a batch.</summary>
    /// <param name="logWeights">log w up to a constant, normalised here; zeros for equal weights.</param>
    /// <param name="component">The M components, as the last batch axis.</param>
    /// <exception cref="ArgumentException">The log-weights are not floating or have no axis of components.</exception>
    public Mixture(Tensor logWeights, IDistribution component)
    {
        SampleShape.MustFloat(logWeights, nameof(logWeights));
        ArgumentNullException.ThrowIfNull(component);
        if (logWeights.Rank == 0) throw new ShapeException("logWeights: expected a last axis of components, got []");
        (LogWeights, this.component) = (logWeights.LogSoftmax(-1), component);
    }

    /// <inheritdoc/>
    public int EventAxes => component.EventAxes;

    /// <summary>False: the choice of a component has no derivative.</summary>
    public bool Reparameterised => false;

    /// <summary>log w, normalised.</summary>
    public Tensor LogWeights { get; }

    /// <inheritdoc/>
    public Tensor Mean
    {
        get
        {
            var weights = LogWeights.Exp();
            for (var axis = 0; axis < EventAxes; axis++) weights = weights.Unsqueeze(-1);
            return (weights * component.Mean).Sum(-1 - EventAxes, keep: false);
        }
    }

    /// <inheritdoc/>
    public Tensor Sample(Generator generator, long? count = null)
    {
        using var _ = Autograd.NoGrad();
        var chosen = new Categorical(LogWeights, eventAxes: 0).SampleIndices(generator, count);
        if (component is IPickable pickable) return pickable.Pick(chosen).Sample(generator);
        return SampleShape.Pick(component.Sample(generator, count), chosen.Rank, chosen);
    }

    /// <inheritdoc/>
    public Tensor LogProb(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Rank < EventAxes) throw new ShapeException($"x: expected {EventAxes} event axes, got {x.Shape}");
        var logPx_m = component.LogProb(x.Unsqueeze(-1 - EventAxes));
        if (logPx_m.Shape.Rank == 0 || logPx_m.Shape[-1] != LogWeights.Shape[-1])
        {
            throw new ShapeException($"logWeights {LogWeights.Shape} name {LogWeights.Shape[-1]} components, the components give {logPx_m.Shape}");
        }
        return (LogWeights + logPx_m).LogSumExp(-1);
    }
}
