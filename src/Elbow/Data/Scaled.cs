using System.Numerics;
using Elbow.Experiments;

namespace Elbow.Data;

/// <summary>How values are scaled before training.</summary>
public enum ScaleKind
{
    /// <summary>As stored.</summary>
    None,

    /// <summary>To [0, 1] by the known bounds of the data (bytes: divided by 255).</summary>
    Unit,

    /// <summary>To [−1, 1] by the known bounds of the data.</summary>
    Symmetric,

    /// <summary>Mean 0, standard deviation 1, fitted on rows: per column, for pictures per channel.</summary>
    Standardise,

    /// <summary>To [0, 1] by the extremes of the rows it is fitted on: per column, for pictures per channel; others may exceed it.</summary>
    MinMax,
}

/// <summary>The rows that a scaling is fitted on.</summary>
public enum ScaleRows
{
    /// <summary>The training rows.</summary>
    Training,

    /// <summary>Those of all splits, as some published code does.</summary>
    All,
}

/// <summary>Another dataset with every value replaced by (x − shift) / scale, shift and scale per column.</summary>
public sealed class Scaled : IDataset
{
    private readonly IDataset inner;
    private readonly float[] shift;
    private readonly float[] scale;

    private Scaled(IDataset inner, float[] shift, float[] scale, DataRange range) =>
        (this.inner, this.shift, this.scale, Range) = (inner, shift, scale, range);

    /// <inheritdoc/>
    public string Name => inner.Name;

    /// <inheritdoc/>
    public int Count => inner.Count;

    /// <inheritdoc/>
    public DataShape Shape => inner.Shape;

    /// <inheritdoc/>
    public DataRange Range { get; }

    /// <inheritdoc/>
    public IReadOnlyList<LabelColumn> Labels => inner.Labels;

    /// <inheritdoc/>
    public IReadOnlyList<string> Columns => inner.Columns;

    /// <summary>The same scaling for several datasets, fitted on some rows only: the training rows, unless those of all splits are asked for.</summary>
    /// <param name="kind">Which scaling.</param>
    /// <param name="training">The rows that shift and scale are computed from.</param>
    /// <param name="holdsAll">Whether every dataset that will be scaled is among them, so that none exceeds their extremes.</param>
    /// <returns>What turns a dataset of this shape into its scaled form.</returns>
    /// <exception cref="UserException">Bounds are needed that the data does not have.</exception>
    public static Func<IDataset, IDataset> Fit(ScaleKind kind, IDataset training, bool holdsAll = false)
    {
        if (kind == ScaleKind.None)
        {
            return data => data;
        }

        var size = training.Shape.Size;
        var (shift, scale) = (new float[size], new float[size]);
        if (kind is ScaleKind.Unit or ScaleKind.Symmetric)
        {
            if (training.Range.Kind == RangeKind.Real)
            {
                throw new UserException(
                    $"scale {kind.ToString().ToLowerInvariant()}: {training.Name} holds real numbers without known bounds",
                    "set data.scale to minMax or standardise");
            }

            var (low, high) = (training.Range.Lower, training.Range.Upper);
            var half = kind == ScaleKind.Symmetric ? 2 : 1;
            Array.Fill(shift, (float)(kind == ScaleKind.Symmetric ? (low + high) / 2 : low));
            Array.Fill(scale, (float)(high > low ? (high - low) / half : 1));
            var range = training.Range.Kind == RangeKind.Binary && kind == ScaleKind.Unit ? DataRange.Binary
                : kind == ScaleKind.Unit ? DataRange.UnitLevels(training.Range.LevelCount) : DataRange.Symmetric;
            return data => new Scaled(data, shift, scale, range);
        }

        var statistics = ColumnStatistics.Of(training);
        var perChannel = training.Shape.IsVector ? 1 : training.Shape.Height * training.Shape.Width;
        for (var column = 0; column < size; column++)
        {
            var (mean, deviation, least, most) = statistics.Pooled(column / perChannel * perChannel, perChannel);
            (double from, double unit) = kind == ScaleKind.Standardise ? (mean, deviation) : (least, most - least);
            shift[column] = (float)from;
            scale[column] = unit > 0 ? (float)unit : 1;
        }

        var fitted = kind == ScaleKind.Standardise ? DataRange.Real : DataRange.Unit;
        return data => new Scaled(data, shift, scale, holdsAll || ReferenceEquals(data, training) ? fitted : DataRange.Real);
    }

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<int> rows, Span<float> destination)
    {
        inner.Read(rows, destination);
        for (var i = 0; i < rows.Length; i++)
        {
            Apply(destination.Slice(i * Shape.Size, Shape.Size));
        }
    }

    /// <inheritdoc/>
    public IDataset AtEpoch(int epoch)
    {
        var inner = this.inner.AtEpoch(epoch);
        return ReferenceEquals(inner, this.inner) ? this : new Scaled(inner, shift, scale, Range);
    }

    /// <summary>Takes rows back to the stored values, in place: x · scale + shift.</summary>
    /// <param name="values">Whole rows, one after the other.</param>
    /// <exception cref="ArgumentException">Not a whole number of rows.</exception>
    public void Undo(Span<float> values)
    {
        if (values.Length % Shape.Size != 0)
        {
            throw new ArgumentException($"values: expected whole rows of {Shape.Size} numbers, got {values.Length}", nameof(values));
        }

        for (var i = 0; i < values.Length; i++)
        {
            var column = i % Shape.Size;
            values[i] = (values[i] * scale[column]) + shift[column];
        }
    }

    private void Apply(Span<float> row)
    {
        var j = 0;
        for (; j <= row.Length - Vector<float>.Count; j += Vector<float>.Count)
        {
            var x = new Vector<float>(row[j..]);
            ((x - new Vector<float>(shift, j)) / new Vector<float>(scale, j)).CopyTo(row[j..]);
        }

        for (; j < row.Length; j++)
        {
            row[j] = (row[j] - shift[j]) / scale[j];
        }
    }
}
