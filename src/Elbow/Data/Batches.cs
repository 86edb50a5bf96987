namespace Elbow.Data;

/// <summary>Epochs of batches, read ahead by background threads.</summary>
/// <remarks>
/// What a batch holds is a function of (dataset, options, seed, epoch, index) alone: the same for any number of workers, and a run that
/// resumes at batch k sees the tail of the epoch that the uninterrupted run saw.
/// </remarks>
public sealed class Batches
{
    private readonly IDataset dataset;
    private readonly BatchOptions options;

    /// <summary>Batches of <paramref name="dataset"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is below 1, or dropping the last batch would leave none.</exception>
    public Batches(IDataset dataset, BatchOptions? options = null)
    {
        (this.dataset, this.options) = (dataset, options ?? new BatchOptions());
        ArgumentOutOfRangeException.ThrowIfLessThan(this.options.Size, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(this.options.Workers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(this.options.Ahead, 1);
        PerEpoch = (this.dataset.Count / this.options.Size) + (this.options.DropLast || this.dataset.Count % this.options.Size == 0 ? 0 : 1);
        if (PerEpoch == 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), this.options.Size,
                $"{dataset.Name} has {dataset.Count} rows, fewer than one batch, and the last short batch is dropped");
        }
    }

    /// <summary>Batches in one epoch.</summary>
    public int PerEpoch { get; }

    /// <summary>One epoch. Leaving the loop early stops the threads; an error of the dataset surfaces at the batch it belongs to.</summary>
    /// <param name="seed">Of the order; not used without shuffling.</param>
    /// <param name="epoch">0-based; also passed to <see cref="IDataset.AtEpoch"/>.</param>
    /// <param name="first">Index of the first batch wanted: 0, or where a run resumes.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="first"/> is not in 0..<see cref="PerEpoch"/>.</exception>
    public IEnumerable<Batch> Epoch(long seed, int epoch, int first = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, PerEpoch);
        return Read(seed, epoch, first);
    }

    private IEnumerable<Batch> Read(long seed, int epoch, int first)
    {
        var order = options.Shuffle ? Permutation.Of(dataset.Count, seed, epoch) : null;
        using var ahead = new ReadAhead(dataset.AtEpoch(epoch), order, options, first, PerEpoch);
        for (var index = first; index < PerEpoch; index++)
        {
            yield return ahead.Take(index);
        }
    }
}
