namespace Elbow.Torch.Tests;

/// <summary>Comparisons of tensors with numbers worked out elsewhere.</summary>
internal static class Numbers
{
    internal static double[] Values(this Tensor tensor) => tensor.To(DType.Float64).ToArray<double>();

    internal static void MustEqual(this Tensor actual, double[] expected, double tolerance = 1e-12)
    {
        var found = actual.Values();
        Assert.Equal(expected.Length, found.Length);
        for (var k = 0; k < found.Length; k++)
        {
            var same = expected[k].Equals(found[k]) || Math.Abs(expected[k] - found[k]) <= tolerance * Math.Max(1, Math.Abs(expected[k]));
            Assert.True(same, $"element {k}: expected {expected[k]:R}, got {found[k]:R}");
        }
    }

    internal static void MustEqual(this Tensor actual, Tensor expected, double tolerance = 1e-12)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        actual.MustEqual(expected.Values(), tolerance);
    }

    /// <summary>Numbers without a pattern that a transposed or shifted result could hide behind.</summary>
    internal static Tensor Sample(ulong seed, params long[] shape)
    {
        using var generator = new Generator(seed);
        return Tensor.Randn(shape, generator, DType.Float64);
    }
}
