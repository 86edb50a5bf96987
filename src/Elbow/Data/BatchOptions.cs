namespace Elbow.Data;

/// <summary>How rows are grouped and read ahead; <see cref="Workers"/> and <see cref="Ahead"/> do not change any batch.</summary>
public sealed record BatchOptions
{
    /// <summary>B: rows per batch.</summary>
    /// <value>Default 64, at least 1.</value>
    public int Size { get; init; } = 64;

    /// <summary>Whether each epoch has its own random order; otherwise rows come in stored order.</summary>
    /// <value>Default true.</value>
    public bool Shuffle { get; init; } = true;

    /// <summary>Whether a last batch of fewer than <see cref="Size"/> rows is left out.</summary>
    /// <value>Default false: every row is used once per epoch.</value>
    public bool DropLast { get; init; }

    /// <summary>Threads that read.</summary>
    /// <value>Default 1, at least 1.</value>
    public int Workers { get; init; } = 1;

    /// <summary>Batches that may wait for the consumer.</summary>
    /// <value>Default 4, at least 1.</value>
    public int Ahead { get; init; } = 4;
}
