namespace Elbow.Data;

/// <summary>Data made from a formula and a seed, for experiments whose truth is known.</summary>
/// <remarks>
/// Source: for <c>ed-…</c> see <see cref="EdVaeData"/>; else the generators published with "The ELBO of VAEs converges to a sum of three entropies" (Damm, Forster, Velychko, Dai,
/// Fischer, Lücke, AISTATS 2023) and its streaming experiment. Departs from them: own random numbers, and values stay unscaled
/// (set data.scale to minMax for the papers' [0, 1]).
/// </remarks>
public static class SyntheticData
{
    private const double ManifoldNoise = 0.05;

    private static readonly Dictionary<string, Func<int, StableRandom, IDataset>> Generators = new(StringComparer.Ordinal)
    {
        ["pca"] = (count, random) => LinearGaussian.Draw(count, random, ring: false),
        ["pca-ring"] = (count, random) => LinearGaussian.Draw(count, random, ring: true),
        ["streaming"] = StreamingBlocks.Draw,
        ["manifold"] = CosineManifold.Draw,
        ["one-factor"] = OneFactor.Draw,
        ["ed-g"] = (count, random) => EdVaeData.Draw("ed-g", tanh: false, count, random),
        ["ed-g-tanh"] = (count, random) => EdVaeData.Draw("ed-g", tanh: true, count, random),
        ["ed-n1"] = (count, random) => EdVaeData.Draw("ed-n1", tanh: false, count, random),
        ["ed-n1-tanh"] = (count, random) => EdVaeData.Draw("ed-n1", tanh: true, count, random),
        ["ed-n2"] = (count, random) => EdVaeData.Draw("ed-n2", tanh: false, count, random),
        ["ed-n2-tanh"] = (count, random) => EdVaeData.Draw("ed-n2", tanh: true, count, random),
        ["ed-n3"] = (count, random) => EdVaeData.Draw("ed-n3", tanh: false, count, random),
        ["ed-n3-tanh"] = (count, random) => EdVaeData.Draw("ed-n3", tanh: true, count, random),
        ["eight-gaussians"] = Curves.EightGaussians,
        ["figure-eight"] = (count, random) => Curves.Along("figure-eight", Curves.FigureEight, 2, count, random, ManifoldNoise),
        ["line"] = (count, random) => Curves.Along("line", Curves.Line, 2, count, random, ManifoldNoise),
        ["cosine"] = (count, random) => Curves.Along("cosine", Curves.Cosine, 2, count, random, ManifoldNoise),
        ["circle"] = (count, random) => Curves.Along("circle", Curves.Circle, 2, count, random, ManifoldNoise),
        ["swiss-roll"] = (count, random) => Curves.Along("swiss-roll", Curves.SwissRoll, 2, count, random, ManifoldNoise),
        ["spiral"] = (count, random) => Curves.Along("spiral", Curves.Spiral, 3, count, random, ManifoldNoise),
    };

    /// <summary>The names after <c>synthetic/</c>.</summary>
    public static IReadOnlyCollection<string> Names => Generators.Keys;

    /// <summary>Draws a data set; the same arguments give the same numbers.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="count">Rows, at least 1.</param>
    /// <param name="seed">Of all random numbers, the parameters of the truth included.</param>
    /// <exception cref="ArgumentException">No such generator.</exception>
    public static IDataset Create(string name, int count, long seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return Generators.TryGetValue(name, out var draw)
            ? draw(count, new StableRandom(CounterHash.Key(seed)))
            : throw new ArgumentException($"name: expected one of {string.Join(", ", Names)}, got {name}", nameof(name));
    }
}
