namespace Elbow.Diagnostics;

/// <summary>A number of the anatomy with what is needed to trust it, in nats.</summary>
/// <param name="Value">The estimate.</param>
/// <param name="StandardError">Of the mean over examples, taken as independent draws of the data; NaN for one example.</param>
/// <param name="Estimator">How it was obtained.</param>
/// <param name="Bias">Its direction, and with respect to what.</param>
public sealed record Quantity(double Value, double StandardError, string Estimator, string Bias)
{
    /// <summary>Estimate from below; what of is said by <see cref="Estimator"/>.</summary>
    public double? Lower { get; init; }

    /// <summary>Estimate from above; what of is said by <see cref="Estimator"/>.</summary>
    public double? Upper { get; init; }

    internal static Quantity Of(Estimate estimate, string estimator, string bias, double? lower = null, double? upper = null) =>
        new(estimate.Value, estimate.StandardError, estimator, bias) { Lower = lower, Upper = upper };
}
