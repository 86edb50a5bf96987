namespace Elbow.Data;

/// <summary>Mean, spread and extremes of every column, in one pass and in double precision.</summary>
internal sealed class ColumnStatistics
{
    private readonly double[] mean;
    private readonly double[] squares;
    private readonly float[] least;
    private readonly float[] most;
    private readonly int count;

    private ColumnStatistics(int columns, int count)
    {
        (mean, squares, least, most, this.count) = (new double[columns], new double[columns], new float[columns], new float[columns],
            count);
        Array.Fill(least, float.PositiveInfinity);
        Array.Fill(most, float.NegativeInfinity);
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
        var mean = this.mean.AsSpan(first, columns).ToArray().Average();
        var (squares, least, most) = (0.0, double.PositiveInfinity, double.NegativeInfinity);
        for (var column = first; column < first + columns; column++)
        {
            squares += this.squares[column] + (count * (this.mean[column] - mean) * (this.mean[column] - mean));
            least = Math.Min(least, this.least[column]);
            most = Math.Max(most, this.most[column]);
        }

        return (mean, Math.Sqrt(squares / ((double)count * columns)), least, most);
    }

    // Welford's update: the sum of squares is around the running mean, so large offsets do not cancel the variance away.
    private void Add(int column, int seen, float value)
    {
        var before = value - mean[column];
        mean[column] += before / seen;
        squares[column] += before * (value - mean[column]);
        least[column] = Math.Min(least[column], value);
        most[column] = Math.Max(most[column], value);
    }
}
