using Elbow.Torch;

namespace Elbow.Distributions;

/// <summary>The Kullback-Leibler divergence KL(q ‖ p) = E_q[log q(z) − log p(z)], in nats.</summary>
public static class Kl
{
    /// <summary>In closed form when <paramref name="q"/> knows it for this <paramref name="p"/>, else by
    /// <see cref="MonteCarlo"/>.</summary>
    /// <remarks>
    /// <para>Equation: KL = ∫ q(z) (log q(z) − log p(z)) dz ≥ 0.</para>
    /// <para>Shapes: <c>(batch…)</c>, the broadcast batch of both.</para>
    /// <para>Units: nats.</para>
    /// <para>Valid when: as for <see cref="MonteCarlo"/>, for the pairs that need it.</para>
    /// </remarks>
    /// <param name="q">What the expectation is over.</param>
    /// <param name="p">What it is compared with; batches broadcast.</param>
    /// <param name="generator">Used by the estimate only.</param>
    /// <param name="samples">Draws of the estimate.</param>
    /// <returns>KL → <c>(batch…)</c>.</returns>
    /// <exception cref="ArgumentException">The events differ.</exception>
    public static Tensor Between(IDistribution q, IDistribution p, Generator generator, long samples = 1)
    {
        return Exact(q, p) ?? MonteCarlo(q, p, generator, samples);
    }

    /// <summary>The closed form, or null when none is known for this pair.</summary>
    /// <exception cref="ArgumentException">The events differ.</exception>
    public static Tensor? Exact(IDistribution q, IDistribution p)
    {
        MustCompare(q, p);
        return (q as IHasClosedFormKl)?.KlTo(p);
    }

    /// <summary>The mean of log q(z) − log p(z) over draws from <paramref name="q"/>.</summary>
    /// <remarks>
    /// <para>Equation: (1/K) Σ_k [ log q(z_k) − log p(z_k) ], z_k ~ q.</para>
    /// <para>Shapes: <c>(batch…)</c>, the broadcast batch of both.</para>
    /// <para>Units: nats.</para>
    /// <para>Valid when: q and p are densities over one measure, and p covers q. The value is then unbiased for every K, but a single
    /// estimate can be negative. Its gradient is unbiased for p always, and for q when q is reparameterised; when it is not, the
    /// gradient for q leaves out how the draws move with the parameters and is not to be used.</para>
    /// </remarks>
    /// <exception cref="ArgumentException">The numbers of event axes differ, or no draw is asked for.</exception>
    public static Tensor MonteCarlo(IDistribution q, IDistribution p, Generator generator, long samples = 1)
    {
        MustCompare(q, p);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        var z = BeforeBatchOf(p, q.Sample(generator, samples));
        return (q.LogProb(z) - p.LogProb(z)).Mean(0, keep: false);
    }

    /// <summary>The divergence as well as one draw tells it: in closed form where that is known, for chains link by link, else log q(z) − log p(z).</summary>
    /// <remarks>
    /// <para>Equation: for q(a, b) = q(a) q(b|a) and p likewise, KL(q(a) ‖ p(a)) + KL(q(b|a) ‖ p(b|a)) at the a of the draw, the divergences in closed
    /// form: what is left of the chain rule when only a is averaged over draws.</para>
    /// <para>Shapes: <c>z (sample…, batch…, event…)</c> → <c>(sample…, batch…)</c>, or <c>(batch…)</c> when the whole has a closed form.</para>
    /// <para>Units: nats. Unbiased for every case; of lower variance than log q(z) − log p(z) at the same draw, whose expectation given a it is.</para>
    /// <para>Valid when: z was drawn from <paramref name="q"/>; gradients for q as for <see cref="MonteCarlo"/>.</para>
    /// </remarks>
    /// <param name="q">What z was drawn from.</param>
    /// <param name="p">What it is compared with.</param>
    /// <param name="z">The draw.</param>
    /// <exception cref="ArgumentException">The events differ.</exception>
    public static Tensor Given(IDistribution q, IDistribution p, Tensor z) =>
        Exact(q, p) ?? (q is Chain && p is Chain ? OfLayers(q, p, z).Aggregate((a, b) => a + b) : q.LogProb(z) - p.LogProb(z));

    /// <summary>The parts of <see cref="Given"/>: one for each layer of a chain, in the order of the vector; else the whole.</summary>
    /// <remarks>
    /// <para>Equation: KL(q(z_r|parent) ‖ p(z_r|parent)) at the parent of the draw. Where q draws upwards and p downwards, log q(z_r|z_(r−1)) −
    /// log p(z_r|z_(r+1)): its expectation is no divergence and can be negative, only the sum is one.</para>
    /// <para>Shapes: as for <see cref="Given"/>, each; they broadcast to one. Units: nats.</para>
    /// </remarks>
    /// <inheritdoc cref="Given"/>
    public static IReadOnlyList<Tensor> OfLayers(IDistribution q, IDistribution p, Tensor z)
    {
        MustCompare(q, p);
        return q is Chain ofLayers && p is Chain layers ? ofLayers.KlOfLayers(layers, z) : [Given(q, p, z)];
    }

    // When p has more batch axes than q, the axis of the draws would meet one of them, silently where the sizes agree.
    private static Tensor BeforeBatchOf(IDistribution p, Tensor z)
    {
        var missing = p.Mean.Rank + 1 - z.Rank;
        if (missing <= 0) return z;
        var ones = new long[missing];
        Array.Fill(ones, 1);
        return z.Reshape([z.Shape[0], .. ones, .. z.Shape.Tail(1).AsSpan()]);
    }

    private static void MustCompare(IDistribution q, IDistribution p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        if (q.EventAxes != p.EventAxes) throw new ArgumentException($"events differ: q has {q.EventAxes} event axes, p has {p.EventAxes}", nameof(p));
    }
}
