namespace Elbow.Distributions;

/// <summary>ψ = (log Γ)′ and its derivative, for positive arguments, to about fourteen digits.</summary>
/// <remarks>Equation: ψ(x) = ψ(x + 1) − 1/x until x ≥ 12, then the asymptotic series. Source: Abramowitz and Stegun 1964, 6.3.5, 6.3.18, 6.4.6, 6.4.12.</remarks>
public static class Polygamma
{
    private const double Far = 12;

    /// <summary>ψ(x).</summary>
    public static double Digamma(double x)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(x);
        var sum = 0.0;
        for (; x < Far; x++) sum -= 1 / x;
        var y = 1 / (x * x);
        return sum + Math.Log(x) - 0.5 / x - y * (1 / 12.0 - y * (1 / 120.0 - y * (1 / 252.0 - y * (1 / 240.0 - y * (1 / 132.0 - y * (691 / 32760.0 - y / 12))))));
    }

    /// <summary>ψ′(x).</summary>
    public static double Trigamma(double x)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(x);
        var sum = 0.0;
        for (; x < Far; x++) sum += 1 / (x * x);
        var y = 1 / (x * x);
        return sum + 1 / x + 0.5 * y + y / x * (1 / 6.0 - y * (1 / 30.0 - y * (1 / 42.0 - y * (1 / 30.0 - y * (5 / 66.0 - y * (691 / 2730.0 - y * 7 / 6))))));
    }
}
