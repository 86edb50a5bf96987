using Elbow.Distributions;
using Elbow.Torch;

namespace Elbow.Diagnostics;

/// <summary>p(z) for callers with arrays: log-densities at points, of each latent where the latents are independent, and the Gaussian behind it where there is one.</summary>
/// <remarks>
/// <para><b>Shapes:</b> points <c>(P, L)</c> → <c>(P)</c>, or <c>(P, L)</c> for each latent. <b>Units:</b> nats. A diagonal Gaussian is evaluated in float64;
/// other densities in the type of their parameters.</para>
/// </remarks>
public sealed class LatentPrior
{
    private const int RowsAtOnce = 1024;

    private readonly Func<IDistribution>? density;
    private readonly double[]? mean, logVar;

    private LatentPrior(int latentDim, string name, double[] mean, double[] logVar) => (LatentDim, Name, Factorises, this.mean, this.logVar) = (latentDim, name, true, mean, logVar);

    private LatentPrior(int latentDim, string name, bool factorises, Func<IDistribution> density) => (LatentDim, Name, Factorises, this.density) = (latentDim, name, factorises, density);

    /// <summary>L.</summary>
    public int LatentDim { get; }

    /// <summary>What it is called in reports.</summary>
    public string Name { get; }

    /// <summary>Whether p(z) = Π_j p(z_j).</summary>
    public bool Factorises { get; }

    /// <summary>Mean and log-variance of each latent, when p is a diagonal Gaussian.</summary>
    public (double[] Mean, double[] LogVar)? Gaussian => mean is null ? null : (mean, logVar!);

    /// <summary>N(0, I).</summary>
    public static LatentPrior Standard(int latentDim) => new(latentDim, "standardNormal", new double[latentDim], new double[latentDim]);

    /// <summary>N(m, diag s²).</summary>
    /// <param name="name">What it is called in reports.</param>
    /// <param name="mean">m <c>(L)</c>.</param>
    /// <param name="logVar">log s² <c>(L)</c>.</param>
    public static LatentPrior Diagonal(string name, double[] mean, double[] logVar)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(logVar);
        return mean.Length == logVar.Length ? new LatentPrior(mean.Length, name, mean, logVar) : throw new ArgumentException("mean and log-variance must be as long", nameof(logVar));
    }

    /// <summary>Of a distribution over vectors, made anew for each use; a diagonal Gaussian is read out once.</summary>
    /// <param name="name">What it is called in reports.</param>
    /// <param name="density">p(z), events (L), for example the density of a model's prior in evaluation mode.</param>
    public static LatentPrior Of(string name, Func<IDistribution> density)
    {
        ArgumentNullException.ThrowIfNull(density);
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        var p = density();
        var L = (int)p.Mean.Shape[-1];
        if (p is Normal normal && p.Mean.Rank == 1) return Diagonal(name, ToDoubles(normal.Mean), ToDoubles(normal.LogVar.Expand(normal.Mean.Shape)));
        return new LatentPrior(L, name, (p as IFactorises)?.LogProbOfEach(p.Mean.Unsqueeze(0)) is not null, density);
    }

    /// <summary>log p(z). <c>(P, L)</c> → <c>(P)</c>.</summary>
    public double[] LogDensity(ReadOnlySpan<double> z)
    {
        if (density is not null) return InPieces(z, 1, (p, points) => p.LogProb(points));
        var each = LogDensityOfEach(z)!;
        var joint = new double[z.Length / LatentDim];
        for (var i = 0; i < each.Length; i++) joint[i / LatentDim] += each[i];
        return joint;
    }

    /// <summary>log p(z_j). <c>(P, L)</c> → <c>(P, L)</c>; null when the latents depend on each other.</summary>
    public double[]? LogDensityOfEach(ReadOnlySpan<double> z)
    {
        if (!Factorises) return null;
        if (density is not null) return InPieces(z, LatentDim, (p, points) => ((IFactorises)p).LogProbOfEach(points)!);
        var each = new double[z.Length];
        for (var i = 0; i < z.Length; i++)
        {
            var j = i % LatentDim;
            var scaled = (z[i] - mean![j]) * Math.Exp(-0.5 * logVar![j]);
            each[i] = -0.5 * (scaled * scaled + logVar[j] + Math.Log(2 * Math.PI));
        }
        return each;
    }

    /// <summary>Draws. → <c>(count, L)</c>.</summary>
    public double[] Draw(int count, long seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (density is not null)
        {
            using var frozen = Autograd.NoGrad();
            using var scope = TensorScope.Open();
            var p = density();
            using var generator = new Generator((ulong)seed, p.Mean.Device);
            return ToDoubles(p.Sample(generator, count));
        }
        var random = new StableRandom(CounterHash.Key(seed, 0x9A1));
        var z = new double[checked(count * LatentDim)];
        for (var i = 0; i < z.Length; i++) z[i] = mean![i % LatentDim] + Math.Exp(0.5 * logVar![i % LatentDim]) * random.NextNormal();
        return z;
    }

    private double[] InPieces(ReadOnlySpan<double> z, int width, Func<IDistribution, Tensor, Tensor> look)
    {
        using var frozen = Autograd.NoGrad();
        var P = z.Length / LatentDim;
        var result = new double[P * width];
        for (var first = 0; first < P; first += RowsAtOnce)
        {
            using var scope = TensorScope.Open();
            var p = density!();
            var rows = Math.Min(RowsAtOnce, P - first);
            var points = Tensor.From(z.Slice(first * LatentDim, rows * LatentDim), [rows, LatentDim], p.Mean.Device).To(p.Mean.DType);
            ToDoubles(look(p, points)).CopyTo(result, first * width);
        }
        return result;
    }

    private static double[] ToDoubles(Tensor tensor) => tensor.To(DType.Float64).ToArray<double>();
}
