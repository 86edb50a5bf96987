namespace Elbow.Data;

/// <summary>Data with two hidden numbers whose law is known: what ED-VAE is tried on, x = f(z) + σ ε in four dimensions.</summary>
/// <remarks>
/// Equation: σ = 0.5 and f(z) = W z, the columns of W orthogonal and of length 2 and 1; the variants called <c>-tanh</c> have
/// f(z) = A₂ tanh(A₁ z) with eight hidden units and fixed numbers. Hidden laws: <c>ed-g</c> N(0, I); <c>ed-n1</c> four Gaussians of deviation 0.4 at
/// (±2, ±2); <c>ed-n2</c> the banana (u₁, u₂ + ½(u₁² − 1)), u ~ N(0, I); <c>ed-n3</c> Laplace(0, 1) and Gumbel(0, 1).
/// W and A do not depend on the seed: every draw is of one truth. Source: none; the paper's generators (arXiv 2407.06797) are not known, these are ours.
/// </remarks>
public static class EdVaeData
{
    private const int D = 4;
    private const int L = 2;
    private const int Hidden = 8;
    private const ulong NetworkKey = 20240706;

    /// <summary>σ.</summary>
    public const double Noise = 0.5;

    private static readonly double[,] W = { { 1, 0.5 }, { 1, -0.5 }, { 1, 0.5 }, { 1, -0.5 } };
    private static readonly (double[,] Inner, double[,] Outer) Network = DrawNetwork();

    /// <summary>W (4, 2).</summary>
    public static double[,] Weights => (double[,])W.Clone();

    /// <summary>E log p(x) of <c>ed-g</c>, in nats: −½ [4 log 2πe + log det(W Wᵀ + σ² I)]. No model's ELBO lies above it.</summary>
    public static double GaussianOptimum => -0.5 * (D * Math.Log(2 * Math.PI * Math.E) + Math.Log((4 + Noise * Noise) * (1 + Noise * Noise)) + (D - L) * Math.Log(Noise * Noise));

    /// <summary>One draw of the hidden numbers of a set.</summary>
    internal static (double First, double Second) Latent(string name, StableRandom random)
    {
        switch (name)
        {
            case "ed-g":
                return (random.NextNormal(), random.NextNormal());
            case "ed-n1":
                var (across, up) = (random.NextInt(2), random.NextInt(2));
                return ((4 * across) - 2 + (0.4 * random.NextNormal()), (4 * up) - 2 + (0.4 * random.NextNormal()));
            case "ed-n2":
                var (u, v) = (random.NextNormal(), random.NextNormal());
                return (u, v + (0.5 * ((u * u) - 1)));
            case "ed-n3":
                // A difference of two exponential numbers is Laplace, minus the logarithm of one is Gumbel.
                return (Exponential(random) - Exponential(random), -Math.Log(Exponential(random)));
            default:
                throw new ArgumentException($"no such set: {name}", nameof(name));
        }
    }

    internal static IDataset Draw(string name, bool tanh, int count, StableRandom random)
    {
        var values = new float[checked(count * D)];
        for (var row = 0; row < count; row++)
        {
            var z = Latent(name, random);
            for (var d = 0; d < D; d++)
            {
                values[(row * D) + d] = (float)((tanh ? Bent(z, d) : (W[d, 0] * z.First) + (W[d, 1] * z.Second)) + (Noise * random.NextNormal()));
            }
        }

        return new ArrayDataset(tanh ? $"{name}-tanh" : name, DataShape.Vector(D), values, DataRange.Real);
    }

    // Of a uniform number inside (0, 1): neither zero nor infinite.
    private static double Exponential(StableRandom random) => -Math.Log(((random.NextWord() >> 11) + 0.5) * (1.0 / (1UL << 53)));

    private static double Bent((double First, double Second) z, int d)
    {
        var sum = 0.0;
        for (var h = 0; h < Hidden; h++)
        {
            sum += Network.Outer[d, h] * Math.Tanh((Network.Inner[h, 0] * z.First) + (Network.Inner[h, 1] * z.Second));
        }

        return sum;
    }

    private static (double[,], double[,]) DrawNetwork()
    {
        var random = new StableRandom(NetworkKey);
        var (inner, outer) = (new double[Hidden, L], new double[D, Hidden]);
        for (var h = 0; h < Hidden; h++)
        {
            for (var l = 0; l < L; l++)
            {
                inner[h, l] = random.NextNormal();
            }

            for (var d = 0; d < D; d++)
            {
                outer[d, h] = random.NextNormal();
            }
        }

        return (inner, outer);
    }
}
