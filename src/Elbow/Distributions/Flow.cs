using Elbow.Torch;

namespace Elbow.Distributions;

/// <summary>A distribution seen through invertible maps: its density follows by the change of variables.</summary>
/// <remarks>
/// <para>Equation: log p(z) = log p_base(f(z)) + log |det ∂f/∂z|, f = f_F ∘ … ∘ f_1; a draw is f⁻¹ of one of the base. The logarithm of
/// the determinant is added once for each vector; added to each coordinate it would count L times, and p would not integrate to 1.</para>
/// <para>Shapes: base with events <c>(L)</c>; <c>z (sample…, batch…, L)</c> → <c>(sample…, batch…)</c>.</para>
/// <para>Units: nats.</para>
/// <para>Special cases: without maps it is the base.</para>
/// <para>Valid when: always; but <see cref="Mean"/> is f⁻¹ of the mean of the base, a typical point and no expectation: that has no closed
/// form.</para>
/// <para>Source: L. Dinh, J. Sohl-Dickstein, S. Bengio, Density estimation using Real NVP, 2017, arXiv 1605.08803, equations 2 and 3.</para>
/// </remarks>
public sealed class Flow : IDistribution
{
    private readonly IDistribution source;
    private readonly IReadOnlyList<IBijection> maps;

    /// <summary>A distribution behind maps.</summary>
    /// <param name="source">What u = f(z) follows; its events are vectors.</param>
    /// <param name="maps">f_1 … f_F, in the order in which z passes them.</param>
    /// <exception cref="ArgumentException">The events of the base are not vectors.</exception>
    public Flow(IDistribution source, IReadOnlyList<IBijection> maps)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(maps);
        if (source.EventAxes != 1) throw new ArgumentException($"the base of a flow is over vectors, this one has {source.EventAxes} event axes", nameof(source));
        (this.source, this.maps) = (source, maps);
    }

    /// <inheritdoc/>
    public int EventAxes => 1;

    /// <inheritdoc/>
    public bool Reparameterised => source.Reparameterised;

    /// <summary>f⁻¹ of the mean of the base.</summary>
    public Tensor Mean => Inverse(source.Mean);

    /// <inheritdoc/>
    public Tensor Sample(Generator generator, long? count = null) => Inverse(source.Sample(generator, count));

    /// <inheritdoc/>
    public Tensor LogProb(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var events = source.Mean.Shape[-1];
        if (x.Rank == 0 || x.Shape[-1] != events) throw new ShapeException($"x: expected the last axes to be the event [{events}], got {x.Shape}");
        Tensor? total = null;
        foreach (var map in maps)
        {
            (x, var logDet) = map.Forward(x);
            total = total is null ? logDet : total + logDet;
        }
        var logPu = source.LogProb(x);
        return total is null ? logPu : logPu + total;
    }

    private Tensor Inverse(Tensor u)
    {
        for (var k = maps.Count - 1; k >= 0; k--) u = maps[k].Inverse(u);
        return u;
    }
}
