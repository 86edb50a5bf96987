using Elbow.Torch;

namespace Elbow.Distributions;

/// <summary>Independent values out of 0, 1, …, V − 1, given by logits.</summary>
/// <remarks>
/// <para>Equation: log p(x) = Σ_d [ l_{d, x_d} − log Σ_v e^{l_{d, v}} ].</para>
/// <para>Shapes: logits <c>(batch…, event…, V)</c>, V not counted as an event axis; <c>x (sample…, batch…, event…)</c> →
/// <c>(sample…, batch…)</c>.</para>
/// <para>Units: nats.</para>
/// <para>Special cases: V = 2 is <see cref="Bernoulli"/> with logit l₁ − l₀.</para>
/// <para>Valid when: x holds whole numbers in range, as int64 or in a floating type (a fraction is cut off); logits are finite.</para>
/// </remarks>
public sealed class Categorical : IDistribution, IHasEntropy, IHasClosedFormKl, IPickable
{
    private readonly SampleShape shape;

    /// <summary>Values with the given unnormalised log-probabilities along the last axis.</summary>
    /// <param name="logits">l, a floating tensor.</param>
    /// <param name="eventAxes">How many axes before the last one form one event.</param>
    /// <exception cref="ArgumentException">The type is not floating, or there are fewer axes than the event and the values
    /// need.</exception>
    public Categorical(Tensor logits, int eventAxes = 1)
    {
        SampleShape.MustFloat(logits, nameof(logits));
        if (logits.Rank == 0) throw new ShapeException("logits: expected a last axis of values, got []");
        (Logits, shape) = (logits, new SampleShape(logits.Shape.Head(-1), eventAxes));
    }

    /// <inheritdoc/>
    public int EventAxes => shape.EventAxes;

    /// <summary>False: the values are discrete.</summary>
    public bool Reparameterised => false;

    /// <summary>l, unnormalised log-probabilities <c>(batch…, event…, V)</c>.</summary>
    public Tensor Logits { get; }

    /// <summary>Σ_v v P(v): the mean grey value when values are grey levels.</summary>
    public Tensor Mean => Logits.Softmax(-1).Matmul(Tensor.Arange(0, V, Logits.DType, Logits.Device));

    private long V => Logits.Shape[-1];

    /// <summary>Draws, as whole numbers in the type of the logits.</summary>
    public Tensor Sample(Generator generator, long? count = null) => SampleIndices(generator, count).To(Logits.DType);

    /// <inheritdoc/>
    public Tensor LogProb(Tensor x)
    {
        shape.MustTake(x);
        // The softmax is taken once, before samples broadcast: they look up the same table.
        var table = Logits.LogSoftmax(-1);
        var full = SampleShape.Broadcast(x.Shape, shape.Full, "x", "logits");
        var index = x.To(DType.Int64).Expand(full).Unsqueeze(-1);
        return table.Expand(full.Append(V)).Gather(-1, index).Squeeze(-1).SumLast(EventAxes);
    }

    /// <inheritdoc/>
    public Tensor Entropy()
    {
        var logP = Logits.LogSoftmax(-1);
        return -(logP.Exp() * logP).SumLast(EventAxes + 1);
    }

    /// <summary>KL to another <see cref="Categorical"/> with as many values; null for all others.</summary>
    /// <remarks>Equation: KL = Σ_d Σ_v P_q(v) (log P_q(v) − log P_p(v)).</remarks>
    public Tensor? KlTo(IDistribution p)
    {
        if (p is not Categorical other) return null;
        shape.MustMatch(other.shape);
        if (V != other.V) throw new ShapeException($"numbers of values differ: q has {V}, p has {other.V}");
        var logQ = Logits.LogSoftmax(-1);
        return (logQ.Exp() * (logQ - other.Logits.LogSoftmax(-1))).SumLast(EventAxes + 1);
    }

    /// <inheritdoc/>
    public IDistribution Pick(Tensor indices) => new Categorical(shape.Pick(Logits, indices, V), EventAxes);

    internal Tensor SampleIndices(Generator generator, long? count)
    {
        using var _ = Autograd.NoGrad();
        var rows = Logits.Softmax(-1).Reshape(-1, V);
        return rows.Multinomial(count ?? 1, generator).T.Reshape(shape.Sizes(count));
    }
}
