namespace Elbow.Evaluation.Disentanglement;

/// <summary>Mean and variance (divided by n) of numbers.</summary>
internal readonly record struct Moments(double Mean, double Variance)
{
    public static Moments Of(ReadOnlySpan<double> values)
    {
        var mean = 0.0;
        foreach (var value in values) mean += value;
        mean /= values.Length;
        var squares = 0.0;
        foreach (var value in values) squares += (value - mean) * (value - mean);
        // Rounding of the mean leaves a constant column with 1e-32 or so: that is no variation.
        var variance = squares / values.Length;
        return new Moments(mean, variance <= 1e-28 * mean * mean ? 0 : variance);
    }
}
