using Elbow.Torch;

namespace Elbow.Evaluation.Metrics;

/// <summary>
/// Rows dealt at random into blocks of equal size, give or take one: what standard errors over blocks are made of. At random, because
/// data often lie sorted by class.
/// </summary>
internal sealed class Blocks
{
    private readonly long[][] rows;

    /// <summary>Deals <paramref name="N"/> rows into <paramref name="count"/> blocks.</summary>
    internal Blocks(long N, int count, Generator generator)
    {
        using var scope = TensorScope.Open();
        var order = Tensor.RandPerm(N, generator).ToArray<long>();
        rows = [.. Enumerable.Range(0, count).Select(b => order[(int)(b * N / count)..(int)((b + 1) * N / count)])];
    }

    /// <summary>How many blocks there are.</summary>
    internal int Count => rows.Length;

    /// <summary>The row numbers of a block.</summary>
    internal IReadOnlyList<long> this[int block] => rows[block];

    /// <summary>The rows of a block.</summary>
    internal Tensor Of(Tensor x, int block) => x.IndexSelect(0, Tensor.From(rows[block]));

    /// <summary>All rows but those of a block.</summary>
    internal Tensor Without(Tensor x, int block) => x.IndexSelect(0, Tensor.From([.. rows.Where((_, b) => b != block).SelectMany(numbers => numbers)]));
}
