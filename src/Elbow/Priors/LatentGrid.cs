using Elbow.Networks;
using Elbow.Torch;

namespace Elbow.Priors;

/// <summary>The fixed grid of a generative topographic mapping: every point of an even lattice on a cube.</summary>
internal static class LatentGrid
{
    private const int MostPoints = 100_000;

    /// <summary>The sideᴰⁱᵐ points <c>(K, C)</c> of linspace(−range, range, side) in each of C dimensions.</summary>
    /// <exception cref="ArgumentException">There are too many.</exception>
    internal static Tensor Points(int side, int dims, double range, Init init)
    {
        if (Math.Pow(side, dims) > MostPoints) throw new ArgumentException($"a grid of {side}^{dims} points is too large: use at most {MostPoints} components, by a smaller side or fewer gridDims");
        var K = (int)Math.Pow(side, dims);
        var points = new double[K * dims];
        for (var k = 0; k < K; k++)
        {
            for (var (c, rest) = (dims - 1, k); c >= 0; c--, rest /= side)
                points[k * dims + c] = side == 1 ? 0 : -range + 2 * range * (rest % side) / (side - 1);
        }
        using var scope = TensorScope.Open();
        return scope.Keep(Tensor.From(points, [K, dims]).To(init.DType).To(init.Device));
    }
}
