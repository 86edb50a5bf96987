namespace Elbow.Evaluation.Drawing;

/// <summary>Round numbers along an axis.</summary>
internal static class Ticks
{
    /// <summary>Multiples of 1, 2 or 5 times a power of ten that lie in the interval: about <paramref name="wanted"/> of them.</summary>
    public static IReadOnlyList<double> Between(double low, double high, int wanted)
    {
        var rough = (high - low) / wanted;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * (rough / power) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 };
        var first = (long)Math.Ceiling(low / step - 1e-9);
        var last = (long)Math.Floor(high / step + 1e-9);
        return [.. Enumerable.Range(0, (int)(last - first + 1)).Select(n => (first + n) * step)];
    }

    /// <summary>As short as it is exact to four digits.</summary>
    public static string Text(double value) => value.ToString("G4", System.Globalization.CultureInfo.InvariantCulture);
}
