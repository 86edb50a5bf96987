namespace Elbow.Data;

/// <summary>Which values data can take; decides which likelihoods make sense.</summary>
public enum RangeKind
{
    /// <summary>0 or 1.</summary>
    Binary,

    /// <summary>Integers 0, 1, ..., n−1.</summary>
    Levels,

    /// <summary>Real numbers in [0, 1].</summary>
    Unit,

    /// <summary>Real numbers in [−1, 1].</summary>
    Symmetric,

    /// <summary>Any finite number.</summary>
    Real,
}

/// <summary>Which values data can take.</summary>
/// <param name="Kind">The family of values.</param>
/// <param name="LevelCount">n for integer levels 0..n−1, and for the same scaled to k/(n−1) in [0, 1]; 0 when there are no levels or none are known.</param>
public sealed record DataRange(RangeKind Kind, int LevelCount = 0)
{
    /// <summary>0 or 1.</summary>
    public static DataRange Binary { get; } = new(RangeKind.Binary);

    /// <summary>[0, 1].</summary>
    public static DataRange Unit { get; } = new(RangeKind.Unit);

    /// <summary>[−1, 1].</summary>
    public static DataRange Symmetric { get; } = new(RangeKind.Symmetric);

    /// <summary>Any finite number.</summary>
    public static DataRange Real { get; } = new(RangeKind.Real);

    /// <summary>Integers 0, 1, ..., <paramref name="count"/>−1.</summary>
    public static DataRange Levels(int count) => new(RangeKind.Levels, count);

    /// <summary>Integers 0, 1, ..., <paramref name="count"/>−1 scaled to [0, 1].</summary>
    public static DataRange UnitLevels(int count) => new(RangeKind.Unit, count);

    /// <summary>Smallest possible value; −∞ for real data.</summary>
    public double Lower => Kind switch
    {
        RangeKind.Symmetric => -1,
        RangeKind.Real => double.NegativeInfinity,
        _ => 0,
    };

    /// <summary>Largest possible value; ∞ for real data.</summary>
    public double Upper => Kind switch
    {
        RangeKind.Levels => LevelCount - 1,
        RangeKind.Real => double.PositiveInfinity,
        _ => 1,
    };

    /// <summary>The range in words: <c>integers 0..16</c>, <c>17 levels in [0, 1]</c>, <c>[0, 1]</c>.</summary>
    public override string ToString() => Kind switch
    {
        RangeKind.Binary => "0 or 1",
        RangeKind.Levels => $"integers 0..{LevelCount - 1}",
        RangeKind.Unit when LevelCount > 0 => $"{LevelCount} levels in [0, 1]",
        RangeKind.Unit => "[0, 1]",
        RangeKind.Symmetric => "[-1, 1]",
        _ => "real numbers",
    };
}
