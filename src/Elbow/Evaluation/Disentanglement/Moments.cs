namespace Elbow.Evaluation.Disentanglement;

/// <summary>Mean and variance (divided by n) of numbers.</summary>
internal readonly record struct Moments(double Mean, double Variance)
{
    public static Moments Of(ReadOnlySpan<double> values)
    {
        // Relative to the first value: numbers that are all alike have no variance at all, whatever they round to.
        var (origin, shift) = (values[0], 0.0);
        foreach (var value in values) shift += value - origin;
        shift /= values.Length;
        var squares = 0.0;
        foreach (var value in values) squares += (value - origin - shift) * (value - origin - shift);
        var (mean, variance) = (origin + shift, squares / values.Length);
        // Rounding of a computed constant is no variation either.
        if (variance <= 1e-28 * mean * mean) variance = 0;
        return new Moments(mean, variance);
    }
}
