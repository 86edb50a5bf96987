using Elbow.Data;
using Elbow.Evaluation;

namespace Elbow.Training;

/// <summary>The sets that a generative model is judged by: data, and what the model makes of it or without it.</summary>
/// <param name="trained">The model.</param>
/// <param name="split">The data it is held against.</param>
/// <param name="count">Rows of each set; fewer where the split has fewer.</param>
/// <param name="seed">Of the rows, the draws and the pairs.</param>
/// <remarks>
/// <para><b>Source:</b> methods/avae.md 5.1 and 6: REC = reconstructions of held-out data, INT = decodings of the middles of spherical arcs between the
/// codes of random pairs of it, N = samples. <b>Departs from the source:</b> the reference is the split itself, so that reconstructions are held against
/// the very rows that they reconstruct; values are not rounded to bytes.</para>
/// </remarks>
public sealed class RunSets(TrainedModel trained, IDataset split, int count, long seed)
{
    private float[]? reference, codes;

    /// <summary>Rows of each set.</summary>
    public int Count => Math.Min(count, split.Count);

    /// <summary>Rows of the split, at random where not all are used. <c>(N, D)</c>.</summary>
    public float[] Reference => reference ??= Read();

    /// <summary>Means of p(x|z) at draws from the prior, or from what the objective puts in its place. <c>(N, D)</c>.</summary>
    public float[] Samples() => trained.Arrays.Decode(trained.DrawLatents(LatentSource.Prior, Count, Seeds.For(seed, "sample")));

    /// <summary>Means of p(x|z) at the codes of the reference. <c>(N, D)</c>.</summary>
    public float[] Reconstructions() => trained.Arrays.Decode(Codes);

    /// <summary>Means of p(x|z) at the middles between codes. <c>(N, D)</c>.</summary>
    public float[] Interpolations()
    {
        var (L, first, second) = (trained.Arrays.LatentDim, Permutation.Of(Count, (long)Seeds.For(seed, "pairs"), 0), Permutation.Of(Count, (long)Seeds.For(seed, "pairs"), 1));
        var middles = new float[Count * L];
        for (var n = 0; n < Count; n++) LatentPath.Arc(Code(first[n]), Code(second[n]), 3).AsSpan(L, L).CopyTo(middles.AsSpan(n * L));
        return trained.Arrays.Decode(middles);

        ReadOnlySpan<float> Code(int row) => Codes.AsSpan(row * L, L);
    }

    private float[] Codes => codes ??= trained.Arrays.Encode(Reference).Mean;

    private float[] Read()
    {
        var rows = Count == split.Count ? [.. Enumerable.Range(0, Count)] : Permutation.Of(split.Count, (long)Seeds.For(seed, "reference"), 0)[..Count];
        var values = new float[Count * split.Shape.Size];
        split.Read(rows, values);
        return values;
    }
}
