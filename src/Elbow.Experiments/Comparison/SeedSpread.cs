namespace Elbow.Experiments.Comparison;

/// <summary>A value over the seeds of a group.</summary>
/// <param name="Mean">Mean over the runs.</param>
/// <param name="Deviation">Sample standard deviation over the runs; NaN for one.</param>
/// <param name="Runs">Number of runs.</param>
public readonly record struct SeedSpread(double Mean, double Deviation, int Runs)
{
    /// <summary>Standard error of <see cref="Mean"/>: Deviation/√Runs, NaN for one run.</summary>
    public double StandardError => Deviation / Math.Sqrt(Runs);

    /// <summary>Mean and sample standard deviation, √(Σ(v − mean)²/(n − 1)), in two passes.</summary>
    /// <param name="values">One for each run; at least one.</param>
    public static SeedSpread Of(IReadOnlyCollection<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfZero(values.Count, nameof(values));
        var mean = values.Average();
        return new(mean, values.Count == 1 ? double.NaN : Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1)), values.Count);
    }
}
