using Elbow.Experiments;

namespace Elbow.Data;

/// <summary>One pass over all values: refuses what is not finite and tells which values occur.</summary>
internal static class DataScan
{
    /// <summary>The narrowest range that holds all values.</summary>
    /// <remarks>
    /// Integers up to 16 count as max+1 levels. From 17 on, integers up to 255 are taken for bytes (256 levels): a picture without a pure
    /// white pixel is still a picture of bytes.
    /// </remarks>
    /// <exception cref="UserException">A value is NaN or infinite; row and column are named.</exception>
    public static DataRange RangeOf(IDataset data, IProgress<DataProgress>? progress = null)
    {
        var (least, most, whole) = (float.PositiveInfinity, float.NegativeInfinity, true);
        Rows.ForEachBlock(data, (first, values) =>
        {
            for (var i = 0; i < values.Length; i++)
            {
                var value = values[i];
                if (!float.IsFinite(value))
                {
                    throw NotFinite(data, first + (i / data.Shape.Size), i % data.Shape.Size, value);
                }

                least = MathF.Min(least, value);
                most = MathF.Max(most, value);
                whole &= value == MathF.Truncate(value);
            }

            progress?.Report(new DataProgress($"checking {data.Name}", first + (values.Length / data.Shape.Size), data.Count));
        });
        return (least, most, whole) switch
        {
            ( >= 0, <= 1, true) => DataRange.Binary,
            ( >= 0, <= 16, true) => DataRange.Levels((int)most + 1),
            ( >= 0, <= 255, true) => DataRange.Levels(256),
            ( >= 0, <= 1, false) => DataRange.Unit,
            ( >= -1, <= 1, false) => DataRange.Symmetric,
            _ => DataRange.Real,
        };
    }

    private static UserException NotFinite(IDataset data, int row, int column, float value) => new(
        $"{data.Name}: row {row}, column {column} (counted from 0) holds {value}, which is no finite 32-bit number",
        "replace or drop such rows before training; Elbow does not guess missing values");
}
