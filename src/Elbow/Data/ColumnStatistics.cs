namespace Elbow.Data;

/// <summary>Mean, spread and extremes of every column, in one pass and in double precision.</summary>
internal sealed class ColumnStatistics
{
    private readonly double[] _mean;
    private readonly double[] _squares;
    private readonly float[] _least;
    private readonly float[] _most;
    private readonly int _count;

    private ColumnStatistics(int columns, int count)
    {
        (_mean, _squares, _least, _most, _count) = (new double[columns], new double[columns], new float[columns], new float[columns],
            count);
        Array.Fill(_least, float.PositiveInfinity);
        Array.Fill(_most, float.NegativeInfinity);
    }

    /// <summary>The statistics of all rows.</summary>
    public static ColumnStatistics Of(IDataset data)
    {
        var columns = data.Shape.Size;
        var statistics = new ColumnStatistics(columns, data.Count);
        Rows.ForEachBlock(data, (first, values) =>
        {
            for (var i = 0; i < values.Length; i++)
            {
                statistics.Add(i % columns, first + (i / columns) + 1, values[i]);
            }
        });
        return statistics;
    }

    /// <summary>Mean, standard deviation (divided by n), minimum and maximum of some neighbouring columns taken as one.</summary>
    public (double Mean, double Deviation, double Least, double Most) Pooled(int first, int columns)
    {
        var mean = _mean.AsSpan(first, columns).ToArray().Average();
        var (squares, least, most) = (0.0, double.PositiveInfinity, double.NegativeInfinity);
        for (var column = first; column < first + columns; column++)
        {
            squares += _squares[column] + (_count * (_mean[column] - mean) * (_mean[column] - mean));
            least = Math.Min(least, _least[column]);
            most = Math.Max(most, _most[column]);
        }

        return (mean, Math.Sqrt(squares / ((double)_count * columns)), least, most);
    }

    // Welford's update: the sum of squares is around the running mean, so large offsets do not cancel the variance away.
    private void Add(int column, int seen, float value)
    {
        var before = value - _mean[column];
        _mean[column] += before / seen;
        _squares[column] += before * (value - _mean[column]);
        _least[column] = Math.Min(_least[column], value);
        _most[column] = Math.Max(_most[column], value);
    }
}
