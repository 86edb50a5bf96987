using Elbow.Torch;

namespace Elbow.Distributions;

/// <summary>Two vectors drawn one after the other, the second given the first: a joint distribution over their concatenation.</summary>
/// <remarks>
/// <para>Equation: log p(a, b) = log p(a) + log p(b|a). A parent that is a chain itself makes longer ones.</para>
/// <para>Shapes: parent a with batch <c>(batch…)</c> and event <c>(A)</c>; the child maps <c>a (…, A)</c> to a distribution with batch <c>(…)</c>
/// and event <c>(C)</c>; <c>z (sample…, batch…, A + C)</c> → <c>(sample…, batch…)</c>.</para>
/// <para>Units: nats.</para>
/// <para>Special cases: a child that ignores a gives independent parts.</para>
/// <para>Valid when: the child gives a distribution for every value of a. Entropy and divergence of the whole are expectations over a and have
/// no closed form; <see cref="Kl.Given"/> uses those of the links.</para>
/// </remarks>
public sealed class Chain : IDistribution
{
    private readonly IDistribution parent;
    private readonly int parentSize;
    private readonly Func<Tensor, IDistribution> child;
    private readonly bool childFirst;

    /// <summary>Joins a distribution and a conditional one.</summary>
    /// <param name="parent">p(a), over vectors.</param>
    /// <param name="parentSize">A.</param>
    /// <param name="child">a → p(b|a), over vectors.</param>
    /// <param name="childFirst">Whether the concatenation is (b, a); else (a, b).</param>
    /// <exception cref="ArgumentException">The parent is not over vectors.</exception>
    public Chain(IDistribution parent, int parentSize, Func<Tensor, IDistribution> child, bool childFirst)
    {
        ArgumentNullException.ThrowIfNull(parent);
        ArgumentNullException.ThrowIfNull(child);
        ArgumentOutOfRangeException.ThrowIfLessThan(parentSize, 1);
        if (parent.EventAxes != 1) throw new ArgumentException($"expected a distribution over vectors, got {parent.EventAxes} event axes", nameof(parent));
        (this.parent, this.parentSize, this.child, this.childFirst) = (parent, parentSize, child, childFirst);
    }

    /// <inheritdoc/>
    public int EventAxes => 1;

    /// <summary>Whether both links are; asks the child at the mean of the parent.</summary>
    public bool Reparameterised => parent.Reparameterised && child(parent.Mean).Reparameterised;

    /// <summary>
    /// The mean of the parent and the mean of the child given it: a typical code, as a picture shows it. The mean of b itself only where the
    /// child's mean is affine in a.
    /// </summary>
    public Tensor Mean
    {
        get
        {
            var a = parent.Mean;
            return Join(a, child(a).Mean);
        }
    }

    /// <inheritdoc/>
    public Tensor Sample(Generator generator, long? count = null)
    {
        var a = parent.Sample(generator, count);
        return Join(a, child(a).Sample(generator));
    }

    /// <inheritdoc/>
    public Tensor LogProb(Tensor x)
    {
        var (a, b) = Split(x);
        return parent.LogProb(a) + child(a).LogProb(b);
    }

    /// <summary>KL(q(layer|its parent) ‖ p(layer|its parent)) at the parents in <paramref name="z"/>, in the order of the vector; log q − log p of each where the two chains draw in another order.</summary>
    internal IReadOnlyList<Tensor> KlOfLayers(Chain p, Tensor z)
    {
        if (parentSize != p.parentSize || childFirst != p.childFirst)
        {
            var (logQ, logP) = (LogProbs(z), p.LogProbs(z));
            return logQ.Count == logP.Count ? [.. logQ.Zip(logP, (q, other) => q - other)] : [LogProb(z) - p.LogProb(z)];
        }
        var (a, b) = Split(z);
        return InOrder(parent is Chain q1 && p.parent is Chain p1 ? q1.KlOfLayers(p1, a) : [Kl.Given(parent, p.parent, a)], Kl.Given(child(a), p.child(a), b));
    }

    private IReadOnlyList<Tensor> LogProbs(Tensor z)
    {
        var (a, b) = Split(z);
        return InOrder(parent is Chain chain ? chain.LogProbs(a) : [parent.LogProb(a)], child(a).LogProb(b));
    }

    private IReadOnlyList<Tensor> InOrder(IReadOnlyList<Tensor> parents, Tensor own) => childFirst ? [own, .. parents] : [.. parents, own];

    private Tensor Join(Tensor a, Tensor b) => childFirst ? Tensor.Cat(-1, b, a) : Tensor.Cat(-1, a, b);

    private (Tensor A, Tensor B) Split(Tensor z)
    {
        ArgumentNullException.ThrowIfNull(z);
        var size = z.Rank == 0 ? 0 : (int)z.Shape[-1];
        if (size <= parentSize) throw new ShapeException($"x: expected more than {parentSize} numbers on the last axis, got {z.Shape}");
        return childFirst
            ? (z.Narrow(-1, size - parentSize, parentSize), z.Narrow(-1, 0, size - parentSize))
            : (z.Narrow(-1, 0, parentSize), z.Narrow(-1, parentSize, size - parentSize));
    }
}
