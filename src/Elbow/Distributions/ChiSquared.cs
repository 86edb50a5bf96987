namespace Elbow.Distributions;

/// <summary>The law of the sum of squares of independent N(0, 1) numbers: how far from its centre a Gaussian's mass lies.</summary>
/// <remarks>Equation: P(X ≤ x) = γ(k/2, x/2)/Γ(k/2) for k degrees of freedom. Source: Abramowitz and Stegun 1964, 26.4 and 6.5.</remarks>
public static class ChiSquared
{
    private const double Tiny = 1e-300;

    /// <summary>P(X ≤ x) and P(X &gt; x): both, because either may be too near to 1 for the other to be had from it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one degree of freedom, or x below 0.</exception>
    public static (double Below, double Above) Tails(double x, int degrees)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(degrees, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(x);
        if (x == 0) return (0, 1);
        var (a, t) = (0.5 * degrees, 0.5 * x);
        var scale = Math.Exp(a * Math.Log(t) - t - LogGammaOfHalf(degrees));
        if (t < a + 1)
        {
            var below = scale * Series(a, t);
            return (below, 1 - below);
        }
        var above = scale * Fraction(a, t);
        return (1 - above, above);
    }

    /// <summary>The x below which a share of the mass lies, exact to about twelve digits.</summary>
    /// <param name="below">The share, in (0, 1).</param>
    /// <param name="degrees">k ≥ 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The share or the degrees are outside.</exception>
    public static double Quantile(double below, int degrees)
    {
        if (!(below > 0 && below < 1)) throw new ArgumentOutOfRangeException(nameof(below), below, "a share between 0 and 1 is needed");
        ArgumentOutOfRangeException.ThrowIfLessThan(degrees, 1);
        // By the smaller tail, which keeps its digits. Halving an interval 200 times is slow and cannot go wrong.
        bool TooSmall(double x) => Tails(x, degrees) is var tails && (below < 0.5 ? tails.Below < below : tails.Above > 1 - below);
        var (low, high) = (0.0, degrees + 1.0);
        while (TooSmall(high)) high *= 2;
        for (var k = 0; k < 200 && high - low > 1e-14 * high; k++)
        {
            var middle = 0.5 * (low + high);
            if (TooSmall(middle)) low = middle;
            else high = middle;
        }
        return 0.5 * (low + high);
    }

    // log Γ(k/2), by Γ(a + 1) = a Γ(a) from Γ(½) = √π or Γ(1) = 1.
    private static double LogGammaOfHalf(int degrees)
    {
        var sum = degrees % 2 == 0 ? 0 : 0.5 * Math.Log(Math.PI);
        for (var a = degrees % 2 == 0 ? 1 : 0.5; a < 0.5 * degrees - 0.25; a++) sum += Math.Log(a);
        return sum;
    }

    // Σ_n t^n / (a (a + 1) … (a + n)).
    private static double Series(double a, double t)
    {
        var (term, sum) = (1 / a, 1 / a);
        for (var n = 1; Math.Abs(term) > 1e-17 * sum; n++)
        {
            term *= t / (a + n);
            sum += term;
        }
        return sum;
    }

    // The continued fraction of Γ(a, t) t^−a e^t, from the front (Lentz).
    private static double Fraction(double a, double t)
    {
        var b = t + 1 - a;
        var (c, d) = (1 / Tiny, 1 / b);
        var value = d;
        for (var n = 1; ; n++)
        {
            var factor = -n * (n - a);
            b += 2;
            d = NotZero(factor * d + b);
            c = NotZero(b + factor / c);
            d = 1 / d;
            var change = d * c;
            value *= change;
            if (Math.Abs(change - 1) < 1e-16 || n > 100_000) return value;
        }
    }

    private static double NotZero(double x) => Math.Abs(x) < Tiny ? Tiny : x;
}
