using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Elbow.Distributions;
using Elbow.Networks;
using Elbow.Torch;

namespace Elbow.Priors;

/// <summary>Independent Student t variables.</summary>
/// <remarks>No parameters. Heavy tails let single codes lie far out at little cost.</remarks>
public sealed class StudentTPrior : Module, IPrior
{
    private readonly Config config;
    private readonly Tensor location;

    private StudentTPrior(Config config, PriorContext context)
    {
        this.config = config;
        location = Constant(context.Init.Constant(config.Location, context.LatentDim));
    }

    /// <summary>Configuration of a Student t prior.</summary>
    [Description("independent Student t variables, with heavy tails; nothing is learned")]
    public sealed record Config : PriorConfig
    {
        /// <summary>μ.</summary>
        [Description("centre of every latent"), Range(-1e6, 1e6)]
        public double Location { get; init; }

        /// <summary>s; the standard deviation is s √(ν/(ν−2)).</summary>
        [Description("scale"), Range(0.0, 1e6, MinimumIsExclusive = true)]
        public double Scale { get; init; } = 1;

        /// <summary>ν.</summary>
        [Description("degrees of freedom: the fewer, the heavier the tails"), Range(0.1, 1e6)]
        public double Degrees { get; init; } = 5;

        /// <inheritdoc/>
        public override IPrior Build(PriorContext context)
        {
            ArgumentNullException.ThrowIfNull(context);
            return new StudentTPrior(this, context);
        }
    }

    /// <inheritdoc/>
    public IDistribution Density() => new StudentT(location, location.Scalar(Math.Log(config.Scale)), config.Degrees);
}
