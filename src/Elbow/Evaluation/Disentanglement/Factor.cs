namespace Elbow.Evaluation.Disentanglement;

/// <summary>A known factor of variation: a number for each row, and the level (value or bin) that it falls into.</summary>
/// <remarks>
/// <para><b>Kinds:</b> <i>nominal</i>, levels without order (classes are predicted); <i>ordered</i>, few values in order, and <i>continuous</i>, both predicted as numbers. Where
/// a method needs levels, a continuous factor has bins of equal counts.</para>
/// </remarks>
public sealed class Factor
{
    /// <summary>The most values that are told apart without bins.</summary>
    public const int MostValues = 100;

    /// <summary>Up to so many values in a file count as nominal: an order is not known, and few classes can be told apart one by one.</summary>
    public const int MostNominal = 6;

    private Factor(string name, double[] values, int[] levels, int levelCount, FactorKind kind) =>
        (Name, Values, Levels, LevelCount, Kind) = (name, values, levels, levelCount, kind);

    /// <summary>What it is called in results and messages.</summary>
    public string Name { get; }

    /// <summary>One number for each row.</summary>
    public double[] Values { get; }

    /// <summary>The level of each row, 0..LevelCount−1.</summary>
    public int[] Levels { get; }

    /// <summary>Distinct values, or bins of a continuous factor.</summary>
    public int LevelCount { get; }

    /// <summary>Whether levels have an order.</summary>
    public FactorKind Kind { get; }

    /// <summary>Makes a factor of numbers.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="values">One finite number for each row; kept, not copied.</param>
    /// <param name="kind">Null: told by the values. At most <see cref="MostValues"/> distinct ones, each five times on average, are discrete, and nominal up to <see cref="MostNominal"/>.</param>
    /// <param name="bins">Bins of equal counts for a continuous factor.</param>
    public static Factor Of(string name, double[] values, FactorKind? kind = null, int bins = Discretisation.UsualBins)
    {
        ArgumentNullException.ThrowIfNull(values);
        var distinct = Discretisation.Distinct(values, kind is null or FactorKind.Continuous ? MostValues : values.Length);
        var discrete = kind is null ? distinct is not null && distinct.Length * 5 <= values.Length : kind != FactorKind.Continuous;
        if (!discrete)
        {
            var (binned, count) = Discretisation.EqualCounts(values, bins);
            return new Factor(name, values, binned, count, FactorKind.Continuous);
        }
        int[] levels = [.. values.Select(value => Array.BinarySearch(distinct!, value))];
        return new Factor(name, values, levels, distinct!.Length, kind ?? DiscreteKind(values));
    }

    /// <summary>The kind of a factor that is known to be discrete: nominal up to <see cref="MostNominal"/> distinct values.</summary>
    public static FactorKind DiscreteKind(double[] values) => Discretisation.Distinct(values, MostNominal) is null ? FactorKind.Ordered : FactorKind.Nominal;

    /// <summary>The factor of some rows, with the same levels.</summary>
    internal Factor Pick(int[] rows) => new(Name, [.. rows.Select(row => Values[row])], [.. rows.Select(row => Levels[row])], LevelCount, Kind);
}

/// <summary>What is known about the values of a factor.</summary>
public enum FactorKind
{
    /// <summary>Classes without an order.</summary>
    Nominal,
    /// <summary>Few values in order.</summary>
    Ordered,
    /// <summary>Any number.</summary>
    Continuous,
}
