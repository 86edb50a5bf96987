using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Elbow.Distributions;
using Elbow.Torch;

namespace Elbow.Networks;

/// <summary>p(x|z) = Π_d exp(−|x_d − μ_d|/b)/(2b), b fixed, learned, learned per dimension, or b(z) from the decoder.</summary>
public sealed class LaplaceLikelihood : Module, ILikelihood
{
    private readonly ScaleSource logScale;

    private LaplaceLikelihood(Config config, int dataSize, Init init) =>
        logScale = new(config.Scale, Math.Log(config.B), dataSize, init, start => Parameter("logScale", start), start => Buffer("logScale", start));

    /// <summary>Configuration of a Laplace likelihood.</summary>
    [Description("real numbers, Laplace: robust to outliers")]
    public sealed record Config : LikelihoodConfig
    {
        /// <summary>Where b comes from.</summary>
        [Description("fixed b, one learned, one learned per dimension, or b(z) from the decoder")]
        public ScaleOf Scale { get; init; } = ScaleOf.Learned;

        /// <summary>b when fixed, else its first value.</summary>
        [Description("b when fixed, else its first value"), Range(1e-4, 1e4)]
        public double B { get; init; } = 1;

        /// <inheritdoc/>
        public override Support Support => Support.Real;

        /// <inheritdoc/>
        public override ILikelihood Build(int dataSize, Init init) => new LaplaceLikelihood(this, dataSize, init);
    }

    /// <inheritdoc/>
    public int OutputsPerDimension => logScale.OutputsPerDimension;

    /// <inheritdoc/>
    public IDistribution Given(Tensor h)
    {
        var (mean, spread) = logScale.Split(h);
        return new Laplace(mean, spread);
    }
}
