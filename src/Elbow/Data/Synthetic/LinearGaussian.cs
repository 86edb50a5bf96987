namespace Elbow.Data;

/// <summary>The truth behind the <c>pca</c> data: x = W z + μ + noise, z ~ N(0, I), so x ~ N(μ, W Wᵀ + σ² I).</summary>
/// <remarks>
/// Equation: z (2), W (10, 2) and μ (10) uniform on [0, 1), σ = 0.1. The ring variant replaces z by z/10 + z/‖z‖ and has no closed form.
/// Source: Damm et al., AISTATS 2023, verification experiments.
/// </remarks>
public sealed class LinearGaussian
{
    private const int D = 10;
    private const int L = 2;
    private const double Noise = 0.1;

    private LinearGaussian(double[,] weights, double[] mean) => (Weights, Mean) = (weights, mean);

    /// <summary>W (10, 2).</summary>
    public double[,] Weights { get; }

    /// <summary>μ (10).</summary>
    public double[] Mean { get; }

    /// <summary>σ.</summary>
    public static double Deviation => Noise;

    /// <summary>The parameters with which <c>synthetic/pca</c> and <c>synthetic/pca-ring</c> of this seed were drawn.</summary>
    public static LinearGaussian Truth(long seed) => DrawParameters(new StableRandom(CounterHash.Key(seed)));

    /// <summary>log p(x) under the truth of <c>synthetic/pca</c>, in nats.</summary>
    /// <param name="x">One row of 10 numbers.</param>
    public double LogDensity(ReadOnlySpan<float> x)
    {
        if (x.Length != D)
        {
            throw new ArgumentException($"x: expected {D} numbers, got {x.Length}", nameof(x));
        }

        // Woodbury: with M = WᵀW + σ²I (2 x 2), Σ⁻¹ = (I − W M⁻¹ Wᵀ)/σ² and |Σ| = |M| σ^(2(D−2)).
        var (a, b, c) = (Noise * Noise, 0.0, Noise * Noise);
        var (squares, u, v) = (0.0, 0.0, 0.0);
        for (var d = 0; d < D; d++)
        {
            var (w0, w1, centred) = (Weights[d, 0], Weights[d, 1], x[d] - Mean[d]);
            (a, b, c) = (a + (w0 * w0), b + (w0 * w1), c + (w1 * w1));
            (squares, u, v) = (squares + (centred * centred), u + (w0 * centred), v + (w1 * centred));
        }

        var determinant = (a * c) - (b * b);
        var explained = ((c * u * u) - (2 * b * u * v) + (a * v * v)) / determinant;
        var logDeterminant = Math.Log(determinant) + (2 * (D - L) * Math.Log(Noise));
        return -0.5 * ((D * Math.Log(2 * Math.PI)) + logDeterminant + ((squares - explained) / (Noise * Noise)));
    }

    internal static IDataset Draw(int count, StableRandom random, bool ring)
    {
        var truth = DrawParameters(random);
        var values = new float[checked(count * D)];
        for (var row = 0; row < count; row++)
        {
            var (z0, z1) = (random.NextNormal(), random.NextNormal());
            if (ring)
            {
                var length = Math.Sqrt((z0 * z0) + (z1 * z1));
                (z0, z1) = ((z0 / 10) + (z0 / length), (z1 / 10) + (z1 / length));
            }

            for (var d = 0; d < D; d++)
            {
                var mean = (truth.Weights[d, 0] * z0) + (truth.Weights[d, 1] * z1) + truth.Mean[d];
                values[(row * D) + d] = (float)(mean + (Noise * random.NextNormal()));
            }
        }

        return new ArrayDataset(ring ? "pca-ring" : "pca", DataShape.Vector(D), values, DataRange.Real);
    }

    private static LinearGaussian DrawParameters(StableRandom random)
    {
        var (weights, mean) = (new double[D, L], new double[D]);
        for (var d = 0; d < D; d++)
        {
            (weights[d, 0], weights[d, 1], mean[d]) = (random.NextDouble(), random.NextDouble(), random.NextDouble());
        }

        return new LinearGaussian(weights, mean);
    }
}
