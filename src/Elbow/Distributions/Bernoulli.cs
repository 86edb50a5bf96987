using Elbow.Torch;

namespace Elbow.Distributions;

/// <summary>Independent binary values, given by logits.</summary>
/// <remarks>
/// <para>Equation: log p(x) = Σ_d [ x_d l_d − log(1 + e^{l_d}) ], P(x_d = 1) = 1 / (1 + e^{−l_d}).</para>
/// <para>Shapes: logits <c>(batch…, event…)</c>; <c>x (sample…, batch…, event…)</c> → <c>(sample…, batch…)</c>.</para>
/// <para>Units: nats.</para>
/// <para>Valid when: x is 0 or 1. For grey values in [0, 1] the same expression is minus the cross-entropy, which is no likelihood:
/// it does not integrate to 1 over [0, 1]. <see cref="ContinuousBernoulli"/> does.</para>
/// </remarks>
public sealed class Bernoulli : IDistribution, IHasEntropy, IHasClosedFormKl, IPickable
{
    private readonly SampleShape shape;

    /// <summary>Binary values with the given log-odds.</summary>
    /// <param name="logits">l, a floating tensor.</param>
    /// <param name="eventAxes">How many trailing axes form one event.</param>
    /// <exception cref="ArgumentException">The type is not floating, or there are fewer axes than the event needs.</exception>
    public Bernoulli(Tensor logits, int eventAxes = 1)
    {
        SampleShape.MustFloat(logits, nameof(logits));
        (Logits, shape) = (logits, new SampleShape(logits.Shape, eventAxes));
    }

    /// <inheritdoc/>
    public int EventAxes => shape.EventAxes;

    /// <summary>False: a value of 0 or 1 has no useful derivative.</summary>
    public bool Reparameterised => false;

    /// <summary>l = log P(1) − log P(0).</summary>
    public Tensor Logits { get; }

    /// <summary>P(x = 1).</summary>
    public Tensor Mean => Logits.Sigmoid();

    /// <inheritdoc/>
    public Tensor Sample(Generator generator, long? count = null)
    {
        using var _ = Autograd.NoGrad();
        return Mean.Expand(new Shape(shape.Sizes(count))).Bernoulli(generator);
    }

    /// <inheritdoc/>
    public Tensor LogProb(Tensor x)
    {
        shape.MustTake(x);
        var tail = Math.Max(0, Logits.Rank - x.Rank);
        if (EventAxes > 0 && !x.RequiresGrad && x.DType == Logits.DType && x.Rank <= Logits.Rank && Logits.Shape.Tail(tail) == x.Shape)
        {
            var l = EventAxes == 1 ? Logits : Logits.Reshape(Logits.Shape.Head(-EventAxes).Append(-1));
            return l.BernoulliLogProb(EventAxes == 1 ? x : x.Reshape(x.Shape.Head(-EventAxes).Append(-1)));
        }
        // Two sums, not the sum of a difference: the difference would be one more full-size tensor, forward and backward.
        return (x * Logits).SumLast(EventAxes) - Logits.Softplus().SumLast(EventAxes);
    }

    /// <inheritdoc/>
    public Tensor Entropy()
    {
        // H is even in l; in |l| both terms are positive, so that large logits do not cancel to a negative entropy.
        var minus = -Logits.Abs();
        return minus.Softplus().SumLast(EventAxes) - (minus * minus.Sigmoid()).SumLast(EventAxes);
    }

    /// <summary>KL to another <see cref="Bernoulli"/>; null for all others.</summary>
    /// <remarks>Equation: KL = Σ_d [ P_q(1) (l_q − l_p) − softplus(l_q) + softplus(l_p) ].</remarks>
    public Tensor? KlTo(IDistribution p)
    {
        if (p is not Bernoulli other) return null;
        shape.MustMatch(other.shape);
        var normalisers = other.Logits.Softplus().SumLast(EventAxes) - Logits.Softplus().SumLast(EventAxes);
        return (Mean * (Logits - other.Logits)).SumLast(EventAxes) + normalisers;
    }

    /// <inheritdoc/>
    public IDistribution Pick(Tensor indices) => new Bernoulli(shape.Pick(Logits, indices), EventAxes);
}
