using Elbow.Torch;

namespace Elbow.Distributions;

/// <summary>A Gaussian vector with full covariance, given by its lower triangular factor.</summary>
/// <remarks>
/// <para>Equation: log p(x) = −½ ‖S⁻¹(x − μ)‖² − Σ_d log S_dd − ½ L log 2π, covariance S Sᵀ.</para>
/// <para>Shapes: mean <c>(batch…, L)</c>, scale <c>(batch…, L, L)</c>, batches broadcasting; the event is the vector:
/// <c>x (sample…, batch…, L)</c> → <c>(sample…, batch…)</c>.</para>
/// <para>Units: nats.</para>
/// <para>Special cases: a diagonal scale is <see cref="Normal"/>. What lies above the diagonal of the scale is ignored.</para>
/// <para>Valid when: the diagonal of the scale is positive.</para>
/// </remarks>
public sealed class FullNormal : IDistribution, IHasEntropy, IHasClosedFormKl, IPickable
{
    private static readonly double LogTwoPi = Math.Log(2 * Math.PI);
    private readonly Tensor mean;
    private readonly SampleShape shape;

    /// <summary>A Gaussian with the given mean and factor.</summary>
    /// <param name="mean">μ, a floating tensor.</param>
    /// <param name="scale">S, of the same type; its lower triangle is what counts.</param>
    /// <exception cref="ShapeException">The scale is not square, not of the mean's size, or the batches do not broadcast.</exception>
    /// <exception cref="ArgumentException">A type is not floating, or the types differ.</exception>
    public FullNormal(Tensor mean, Tensor scale)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(scale);
        if (mean.Rank < 1 || scale.Rank < 2 || scale.Shape[-1] != mean.Shape[-1] || scale.Shape[-2] != mean.Shape[-1])
        {
            throw new ShapeException($"expected mean (…, L) and scale (…, L, L), got {mean.Shape} and {scale.Shape}");
        }
        shape = SampleShape.Of(mean, scale.Diagonal(), 1);
        (this.mean, Scale) = (mean, scale.Tril());
    }

    /// <inheritdoc/>
    public int EventAxes => 1;

    /// <inheritdoc/>
    public bool Reparameterised => true;

    /// <inheritdoc/>
    public Tensor Mean => shape.Expand(mean);

    /// <summary>S, lower triangular.</summary>
    public Tensor Scale { get; }

    private Tensor LogDet => Scale.Diagonal().Log().SumLast(1);

    /// <inheritdoc/>
    public Tensor Sample(Generator generator, long? count = null) =>
        mean + OnVectors(Scale.Matmul, Tensor.Randn(shape.Sizes(count), generator, mean.DType));

    /// <inheritdoc/>
    public Tensor LogProb(Tensor x)
    {
        shape.MustTake(x);
        var white = OnVectors(Scale.SolveLower, x - mean);
        return -0.5 * (white.Square().SumLast(1) + shape.EventCount * LogTwoPi) - LogDet;
    }

    /// <inheritdoc/>
    public Tensor Entropy() => shape.ExpandToBatch(LogDet + 0.5 * shape.EventCount * (1 + LogTwoPi));

    /// <summary>KL to another <see cref="FullNormal"/>, or to a <see cref="Normal"/> over vectors; null for all others.</summary>
    /// <remarks>Equation: KL = ½ [ ‖S_p⁻¹ S_q‖² + ‖S_p⁻¹ (μ_q − μ_p)‖² − L ] + log det S_p − log det S_q.</remarks>
    public Tensor? KlTo(IDistribution p) => p switch
    {
        FullNormal full => KlTo(full),
        Normal { EventAxes: 1 } normal => KlTo(normal),
        _ => null,
    };

    /// <inheritdoc/>
    public IDistribution Pick(Tensor indices)
    {
        var L = shape.EventCount;
        var scales = Scale.Expand(shape.Full.Append(L));
        return new FullNormal(shape.Pick(mean, indices), SampleShape.Pick(scales, shape.Full.Rank - 2, indices));
    }

    private Tensor KlTo(FullNormal p)
    {
        shape.MustMatch(p.shape);
        return Kl(p.Scale.SolveLower(Scale), p.OnVectors(p.Scale.SolveLower, Mean - p.Mean), p.LogDet);
    }

    private Tensor KlTo(Normal p)
    {
        var means = p.Mean;
        shape.MustMatch(new SampleShape(means.Shape, 1));
        var scales = p.Scale.Expand(means.Shape);
        return Kl(Scale / scales.Unsqueeze(-1), (Mean - means) / scales, scales.Log().SumLast(1));
    }

    private Tensor Kl(Tensor whiteScale, Tensor whiteMean, Tensor logDetP) =>
        0.5 * (whiteScale.Square().SumLast(2) + whiteMean.Square().SumLast(1) - shape.EventCount) + logDetP - LogDet;

    // Puts (sample…, batch…, L) through a map of columns (batch…, L, S). The samples become the columns of one product or solve with
    // the scale of their batch; broadcasting the scale over them would copy it for each.
    private Tensor OnVectors(Func<Tensor, Tensor> map, Tensor vectors)
    {
        var full = SampleShape.Broadcast(vectors.Shape, Scale.Shape.Head(-1), "x", "scale");
        var batchAxes = Scale.Rank - 2;
        var inner = full.Tail(full.Rank - 1 - batchAxes);
        var rows = vectors.Expand(full).Reshape([-1, .. inner.AsSpan()]);
        return map(rows.Permute([.. Axes(1, batchAxes + 1), 0])).Permute([batchAxes + 1, .. Axes(0, batchAxes + 1)]).Reshape(full);
    }

    private static IEnumerable<long> Axes(int from, int count) => Enumerable.Range(from, count).Select(axis => (long)axis);
}
