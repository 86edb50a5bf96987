namespace Elbow.Data;

/// <summary>How grey values become 0 or 1.</summary>
public enum BinariseKind
{
    /// <summary>They stay grey.</summary>
    None,

    /// <summary>1 from 0.5 on.</summary>
    Threshold,

    /// <summary>One Bernoulli draw with the grey value as its probability, the same in every epoch and every run.</summary>
    Static,

    /// <summary>Training rows are drawn anew in every epoch; validation and test rows are drawn once.</summary>
    Dynamic,
}

/// <summary>Another dataset with every value p replaced by 0 or 1; values below 0 count as 0, above 1 as 1.</summary>
/// <remarks>
/// A Bernoulli draw is a pure function of (seed, epoch, row, pixel): reading in another order, from several threads or after a resume
/// gives the same pixels, and there is no state to save.
/// Source of the protocol (dynamic training set, held-out sets drawn once): Tomczak and Welling, VAE with a VampPrior, 2018, after
/// Salakhutdinov and Murray, On the quantitative analysis of deep belief networks, 2008.
/// </remarks>
public sealed class Binarised : IDataset
{
    private readonly IDataset inner;
    private readonly BinariseKind kind;
    private readonly long seed;
    private readonly int epoch;

    /// <summary>Wraps <paramref name="inner"/>, whose values are probabilities.</summary>
    /// <param name="inner">Values in [0, 1].</param>
    /// <param name="kind">Threshold, static or dynamic.</param>
    /// <param name="seed">Of the Bernoulli draws; not used by the threshold.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="kind"/> is <see cref="BinariseKind.None"/>.</exception>
    public Binarised(IDataset inner, BinariseKind kind, long seed)
        : this(inner, kind, seed, 0) => ArgumentOutOfRangeException.ThrowIfEqual(kind, BinariseKind.None);

    private Binarised(IDataset inner, BinariseKind kind, long seed, int epoch) =>
        (this.inner, this.kind, this.seed, this.epoch) = (inner, kind, seed, epoch);

    /// <inheritdoc/>
    public string Name => inner.Name;

    /// <inheritdoc/>
    public int Count => inner.Count;

    /// <inheritdoc/>
    public DataShape Shape => inner.Shape;

    /// <inheritdoc/>
    public DataRange Range => DataRange.Binary;

    /// <inheritdoc/>
    public IReadOnlyList<LabelColumn> Labels => inner.Labels;

    /// <inheritdoc/>
    public IReadOnlyList<string> Columns => inner.Columns;

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<int> rows, Span<float> destination)
    {
        inner.Read(rows, destination);
        for (var i = 0; i < rows.Length; i++)
        {
            var row = destination.Slice(i * Shape.Size, Shape.Size);
            if (kind == BinariseKind.Threshold)
            {
                foreach (ref var value in row)
                {
                    value = value >= 0.5f ? 1 : 0;
                }
            }
            else
            {
                CounterHash.Bernoulli(CounterHash.Key(seed, epoch, rows[i]), row);
            }
        }
    }

    /// <inheritdoc/>
    public IDataset AtEpoch(int epoch) =>
        kind == BinariseKind.Dynamic ? new Binarised(inner.AtEpoch(epoch), kind, seed, epoch) : this;
}
