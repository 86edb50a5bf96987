using Elbow.Distributions;
using Elbow.Torch;

namespace Elbow.Evaluation;

/// <summary>The entropy of whitened codes with what as many draws from N(0, I) score: without that the number says nothing.</summary>
/// <param name="Codes">Mean of <see cref="WhitenedEntropy.PerCode"/>, nats less (L/2) log 2π; its standard error counts codes as independent, which their shared kernels make a little too small.</param>
/// <param name="Gaussian">Mean over sets of Gaussian draws, with the standard deviation of one set: what perfect codes would scatter by.</param>
/// <param name="N">Codes in each set.</param>
/// <param name="Sets">Sets of Gaussian draws.</param>
/// <param name="Width">h of the kernels, the same for all: AVAE's for 10,000 points where it is tabulated for L, else Silverman's for N(0, I) and N points, for finding AVAE's takes longer than all the rest.</param>
public sealed record WhitenedScore(Estimate Codes, (double Mean, double Deviation) Gaussian, int N, int Sets, double Width)
{
    /// <summary>How many standard deviations of one set the codes lie above (clusters: below) true Gaussians.</summary>
    public double Z => (Codes.Value - Gaussian.Mean) / Gaussian.Deviation;

    /// <summary>Scores codes.</summary>
    /// <param name="codes">z <c>(N, L)</c>, row by row: draws from q(z), more than L of them.</param>
    /// <param name="latentDim">L.</param>
    /// <param name="seed">Of the Gaussian draws.</param>
    /// <param name="sets">How many sets of them, two at least.</param>
    /// <exception cref="ArgumentException">No whole rows, or too few.</exception>
    public static WhitenedScore Of(ReadOnlySpan<double> codes, int latentDim, long seed = 1, int sets = 4)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(latentDim, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(sets, 2);
        var N = codes.Length / latentDim;
        if (codes.Length % latentDim != 0 || N <= latentDim) throw new ArgumentException($"{codes.Length} numbers are no rows of {latentDim}, more than {latentDim} of them", nameof(codes));
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        using var generator = new Generator((ulong)seed);
        var h = Bandwidth.Tabulated(latentDim, 10_000)?.Corrected ?? Math.Pow(4 / ((latentDim + 2.0) * N), 1 / (latentDim + 4.0));
        var score = Estimate.Of(WhitenedEntropy.PerCode(Tensor.From(codes, [N, latentDim]), h).ToArray<double>());
        var gaussian = Enumerable.Range(0, sets).Select(_ => WhitenedEntropy.OfGaussian(N, latentDim, generator, h).Mean().ToDouble()).ToArray();
        var spread = Estimate.Of(gaussian);
        return new WhitenedScore(score, (spread.Value, spread.StandardError * Math.Sqrt(sets)), N, sets, h);
    }
}
