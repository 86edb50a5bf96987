using System.Runtime.CompilerServices;

namespace Elbow.Torch;

/// <summary>Shape checks at the lines where values enter and leave a method.</summary>
public static class ShapeChecks
{
    /// <summary>
    /// Checks a shape; <c>-1</c> stands for any size. <c>logW.MustBe([K, B])</c> reports
    /// <c>logW: expected [K, B] = [5, 64], got [64, 5]</c>.
    /// </summary>
    /// <returns>The same tensor.</returns>
    /// <exception cref="ShapeException">The shape differs.</exception>
    public static Tensor MustBe(
        this Tensor tensor,
        ReadOnlySpan<long> expected,
        [CallerArgumentExpression(nameof(expected))] string names = "",
        [CallerArgumentExpression(nameof(tensor))] string self = "")
    {
        ArgumentNullException.ThrowIfNull(tensor);
        var found = tensor.Shape.AsSpan();
        var fits = found.Length == expected.Length;
        for (var k = 0; fits && k < found.Length; k++) fits = expected[k] == -1 || expected[k] == found[k];
        return fits ? tensor : throw new ShapeException($"{self}: expected {names} = {new Shape(expected)}, got {tensor.Shape}");
    }
}
