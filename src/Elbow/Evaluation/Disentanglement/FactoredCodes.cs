using System.Globalization;
using Elbow.Experiments;

namespace Elbow.Evaluation.Disentanglement;

/// <summary>Codes of rows whose factors of variation are known: what every measure of disentanglement reads.</summary>
public sealed class FactoredCodes
{
    /// <summary>Fewer rows say nothing about several factors at once.</summary>
    public const int LeastRows = 100;

    // Sums of squares of more than that overflow, and nothing would seem to vary.
    private const double Most = 1e140;

    private FactoredCodes(double[] codes, int latentDim, IReadOnlyList<Factor> factors) => (Codes, LatentDim, Factors) = (codes, latentDim, factors);

    /// <summary>Codes <c>(N, L)</c>, row by row.</summary>
    public double[] Codes { get; }

    /// <summary>L.</summary>
    public int LatentDim { get; }

    /// <summary>M factors.</summary>
    public IReadOnlyList<Factor> Factors { get; }

    /// <summary>N.</summary>
    public int Count => Codes.Length / LatentDim;

    /// <summary>Checks and joins.</summary>
    /// <param name="codes">Codes <c>(N, L)</c>, row by row; kept, not copied.</param>
    /// <param name="latentDim">L.</param>
    /// <param name="factors">At least two, of N rows each.</param>
    /// <exception cref="UserException">Other numbers of rows, too few of them, numbers that are not finite, a factor that does not vary, or one factor only.</exception>
    public static FactoredCodes Of(double[] codes, int latentDim, params IReadOnlyList<Factor> factors)
    {
        ArgumentNullException.ThrowIfNull(codes);
        ArgumentNullException.ThrowIfNull(factors);
        ArgumentOutOfRangeException.ThrowIfLessThan(latentDim, 1);
        var N = codes.Length / latentDim;
        if (factors.Count < 2) throw new UserException($"{(factors.Count == 0 ? "no factor is" : "only one factor is")} known, disentanglement is between two or more", "give the factors as an array of N rows and a column for each: --factors f.npy");
        foreach (var factor in factors)
        {
            if (factor.Values.Length != N) throw new UserException($"there are {N} codes, but factor {factor.Name} has {factor.Values.Length} rows", "give codes and factors of the same rows in the same order");
            MustBeFinite(factor.Values, 1, $"factor {factor.Name}");
            if (factor.LevelCount < 2) throw new UserException($"factor {factor.Name} has one value, {factor.Values[0]}, in all {N} rows: nothing can be told about it", "leave this column out of the factors, or take rows in which it varies");
        }
        MustBeFinite(codes, latentDim, "codes");
        return N >= LeastRows ? new FactoredCodes(codes, latentDim, factors) : throw new UserException($"{N} rows are too few to measure disentanglement", $"give at least {LeastRows} rows; thousands give small errors");
    }

    /// <summary>Latent j of every row.</summary>
    public double[] Column(int j)
    {
        var column = new double[Count];
        for (var n = 0; n < column.Length; n++) column[n] = Codes[n * LatentDim + j];
        return column;
    }

    /// <summary>Some rows, repeats allowed.</summary>
    internal FactoredCodes Pick(int[] rows) => new(PickCodes(rows), LatentDim, [.. Factors.Select(factor => factor.Pick(rows))]);

    /// <summary>The same factors with other codes.</summary>
    internal FactoredCodes WithCodes(double[] codes, int latentDim) => new(codes, latentDim, Factors);

    /// <summary>The codes in random order, so that they know nothing about the factors.</summary>
    internal FactoredCodes Shuffled(int seed)
    {
        var rows = Enumerable.Range(0, Count).ToArray();
        new Random(seed).Shuffle(rows);
        return WithCodes(PickCodes(rows), LatentDim);
    }

    /// <summary>Standard deviations of the latents.</summary>
    internal double[] Spread() => [.. Enumerable.Range(0, LatentDim).Select(j => Math.Sqrt(Moments.Of(Column(j)).Variance))];

    /// <summary>The least standard deviation of a latent that is not collapsed, in units of the greatest.</summary>
    internal const double LeastSpread = 0.05;

    /// <summary>That rule, for those who read a score.</summary>
    internal static string CollapseRule => string.Create(CultureInfo.InvariantCulture, $"latents whose standard deviation is below {LeastSpread} of the greatest count as collapsed and get no votes");

    /// <summary>The latents that vary at all: with at least 0.05 of the greatest standard deviation, so that collapsed ones are left out at any scale of the codes.</summary>
    internal int[] Active()
    {
        var spread = Spread();
        var most = spread.Max();
        return [.. Enumerable.Range(0, LatentDim).Where(j => spread[j] > 0 && spread[j] >= LeastSpread * most)];
    }

    private double[] PickCodes(int[] rows)
    {
        var picked = new double[rows.Length * LatentDim];
        for (var n = 0; n < rows.Length; n++) Codes.AsSpan(rows[n] * LatentDim, LatentDim).CopyTo(picked.AsSpan(n * LatentDim));
        return picked;
    }

    private static void MustBeFinite(double[] values, int columns, string what)
    {
        var at = Array.FindIndex(values, value => !(Math.Abs(value) <= Most));
        if (at < 0) return;
        var place = $"{what}: row {at / columns}{(columns > 1 ? $", column {at % columns}" : "")} is {values[at]}";
        throw double.IsFinite(values[at])
            ? new UserException($"{place}, whose square is too large for a number", "divide all codes, or this factor, by one number: no measure depends on the unit")
            : new UserException($"{place}, which is no finite number", "leave such rows out of codes and factors");
    }
}
