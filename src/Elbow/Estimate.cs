namespace Elbow;

/// <summary>A mean over examples with its standard error.</summary>
/// <param name="Value">The mean.</param>
/// <param name="StandardError">Sample standard deviation/√n over the n examples; NaN for one example.</param>
public readonly record struct Estimate(double Value, double StandardError)
{
    /// <summary>The mean of independent values.</summary>
    public static Estimate Of(ReadOnlySpan<double> values)
    {
        // Two passes: subtracting the mean first keeps the digits that Σv² − n·mean² would lose.
        var mean = 0.0;
        foreach (var value in values) mean += value;
        mean /= values.Length;
        var squares = 0.0;
        foreach (var value in values) squares += (value - mean) * (value - mean);
        return new Estimate(mean, values.Length > 1 ? Math.Sqrt(squares / (values.Length - 1) / values.Length) : double.NaN);
    }

    /// <summary>From Σv and Σv² over n examples, for values too many to keep.</summary>
    public static Estimate FromSums(double sum, double sumOfSquares, long n)
    {
        var mean = sum / n;
        var variance = n > 1 ? Math.Max(0, (sumOfSquares - n * mean * mean) / (n - 1)) : double.NaN;
        return new Estimate(mean, Math.Sqrt(variance / n));
    }

    /// <summary>The estimate of a·v + b.</summary>
    public Estimate Affine(double a, double b = 0) => new(a * Value + b, Math.Abs(a) * StandardError);

    /// <summary>For example <c>-99.52 ± 0.40</c>.</summary>
    public override string ToString() => double.IsNaN(StandardError) ? $"{Value:F2}" : $"{Value:F2} ± {StandardError:F2}";
}
