namespace Elbow.Studio.Logs;

/// <summary>When things were logged: one row for each event of a kind.</summary>
internal sealed class Axis
{
    private readonly List<long> steps = [];
    private readonly List<int> epochs = [];
    private readonly List<double> seconds = [];

    internal int Rows => steps.Count;

    internal long Step(int row) => steps[row];

    internal int Epoch(int row) => epochs[row];

    /// <summary>Since the run began.</summary>
    internal double Seconds(int row) => seconds[row];

    internal void Add(long step, int epoch, double second)
    {
        steps.Add(step);
        epochs.Add(epoch);
        seconds.Add(second);
    }

    /// <summary>Drops the rows after a step; steps ascend.</summary>
    internal void CutAfter(long step)
    {
        var rows = steps.Count;
        while (rows > 0 && steps[rows - 1] > step) rows--;
        steps.RemoveRange(rows, steps.Count - rows);
        epochs.RemoveRange(rows, epochs.Count - rows);
        seconds.RemoveRange(rows, seconds.Count - rows);
    }
}

/// <summary>The values of one name; not every row of the axis need have one.</summary>
/// <param name="axis">Its rows.</param>
/// <param name="hasErrors">Whether standard errors are kept beside the values.</param>
internal sealed class Column(Axis axis, bool hasErrors)
{
    private readonly List<int> rows = [];
    private readonly List<double> values = [];
    private readonly List<double>? errors = hasErrors ? [] : null;

    internal int Count => values.Count;

    internal bool IsOf(Axis other) => ReferenceEquals(axis, other);

    /// <summary>About what it holds, in bytes.</summary>
    internal long Bytes => values.Count * (hasErrors ? 20L : 12L);

    /// <summary>Adds the value of the axis' newest row.</summary>
    internal void Add(double value, double error = double.NaN)
    {
        if (rows.Count > 0 && rows[^1] == axis.Rows - 1) return; // the same name twice in one event
        rows.Add(axis.Rows - 1);
        values.Add(value);
        errors?.Add(error);
    }

    /// <summary>Drops the values of rows that the axis has dropped.</summary>
    internal void Cut()
    {
        var count = rows.Count;
        while (count > 0 && rows[count - 1] >= axis.Rows) count--;
        rows.RemoveRange(count, rows.Count - count);
        values.RemoveRange(count, values.Count - count);
        errors?.RemoveRange(count, errors.Count - count);
    }

    /// <summary>At most <paramref name="points"/> of them.</summary>
    internal Curve Curve(int points) =>
        At(Downsampling.MinMax(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(values), points));

    /// <summary>The values at the rows of the axis that are asked for; NaN where there is none.</summary>
    internal (double[] Values, double[] Errors) OfRows(int[] wanted)
    {
        var found = wanted.Select(row => rows.BinarySearch(row)).ToArray();
        return ([.. found.Select(i => i < 0 ? double.NaN : values[i])], [.. found.Select(i => i < 0 || errors is null ? double.NaN : errors[i])]);
    }

    private Curve At(int[] kept) => new(
        [.. kept.Select(i => axis.Step(rows[i]))],
        [.. kept.Select(i => axis.Epoch(rows[i]))],
        [.. kept.Select(i => axis.Seconds(rows[i]))],
        [.. kept.Select(i => values[i])],
        [.. kept.Select(i => errors is null ? double.NaN : errors[i])]);
}

/// <summary>A curve, as it is sent: five arrays of one length.</summary>
/// <param name="Step">Optimiser steps done.</param>
/// <param name="Epoch">From 1.</param>
/// <param name="Seconds">Since the run began.</param>
/// <param name="Value">Null where it is not finite.</param>
/// <param name="Error">Standard error; null where it is not known.</param>
internal sealed record Curve(long[] Step, int[] Epoch, double[] Seconds, double[] Value, double[] Error);
