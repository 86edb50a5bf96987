using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Elbow.Distributions;
using Elbow.Networks;
using Elbow.Torch;

namespace Elbow.Priors;

/// <summary>A prior that is known by samples only: a density fitted to a file of them, once, before training.</summary>
/// <remarks>
/// <para><c>mixture</c>: Gaussians with full covariances by expectation maximisation, started at spread samples. <c>kernel</c>: one Gaussian
/// around each of at most <see cref="Config.Points"/> samples, of the standard deviation of each latent times (4/((L+2)N))^{1/(L+4)}
/// (Silverman's rule), which is too wide where the samples form clusters.</para>
/// <para>A surrogate: log p(z) is that of the fit (methods/ed-vae.md 3 and 7.7). Draws come from the fit too, so that they agree with it.
/// The fit is saved with the weights.</para>
/// </remarks>
public sealed class SamplesPrior : Module, ISurrogate
{
    private const long MostFitted = 50_000;

    private readonly Tensor means;
    private readonly Tensor scales;
    private readonly Tensor logWeights;
    private readonly bool kernel;

    private SamplesPrior(Config config, PriorContext context)
    {
        using var scope = TensorScope.Open();
        using var frozen = Autograd.NoGrad();
        var (L, init) = (context.LatentDim, context.Init);
        var z = context.Samples(config.Path);
        if (z.Shape[1] != L) throw new ArgumentException($"{config.Path} has samples of {z.Shape[1]} numbers for {L} latents");
        if (!z.IsFinite().All()) throw new ArgumentException($"{config.Path} has samples that are not finite: leave those rows out");
        kernel = config.Density == Fit.Kernel;
        var least = kernel ? 2 : config.Components * (L + 1);
        if (z.Shape[0] < least) throw new ArgumentException($"{config.Path} has {z.Shape[0]} samples, and this fit needs at least {least}: bring more, or fewer components");
        z = Spread(z, kernel ? config.Points : MostFitted).To(DType.Float64);
        var N = z.Shape[0];
        if (kernel)
        {
            var width = Math.Pow(4.0 / ((L + 2) * N), 1.0 / (L + 4));
            means = Adopt("means", z);
            scales = Adopt("logVars", (z.Var([0]) * (width * width)).Clamp(1e-12).Log());
            logWeights = Adopt("logWeights", Tensor.Zeros([N], DType.Float64, z.Device));
            Surrogate = $"a kernel density of {N} samples of {Path.GetFileName(config.Path)}";
        }
        else
        {
            var fit = MixtureFit.Run(z, Spread(z, config.Components, init), config.Steps);
            means = Adopt("means", fit.Means);
            scales = Adopt("scales", fit.Scales);
            logWeights = Adopt("logWeights", fit.LogWeights);
            Surrogate = $"a mixture of {config.Components} Gaussians fitted to {N} samples of {Path.GetFileName(config.Path)}";
        }

        Tensor Adopt(string name, Tensor value) => Buffer(name, value.To(init.DType).To(init.Device).Contiguous().Clone());
    }

    /// <summary>The density that is fitted.</summary>
    public enum Fit
    {
        /// <summary>A mixture of Gaussians.</summary>
        Mixture,
        /// <summary>A kernel density.</summary>
        Kernel,
    }

    /// <summary>Configuration of a prior known by samples.</summary>
    [Description("a density fitted once to a file of samples of z (npy or csv, one per row): a surrogate, named wherever it is used")]
    public sealed record Config : PriorConfig
    {
        /// <summary>The file.</summary>
        [Description("npy or csv file with one sample of z per row"), MinLength(1)]
        public required string Path { get; init; }

        /// <summary>The density that is fitted.</summary>
        [Description("what is fitted: a mixture of full-covariance Gaussians, or a kernel density")]
        public Fit Density { get; init; } = Fit.Mixture;

        /// <summary>K of the mixture.</summary>
        [Description("components of the mixture"), Range(1, 10_000)]
        public int Components { get; init; } = 16;

        /// <summary>Steps of expectation maximisation at most.</summary>
        [Description("steps of expectation maximisation at most"), Range(1, 100_000)]
        public int Steps { get; init; } = 500;

        /// <summary>Kernels at most.</summary>
        [Description("samples that carry a kernel, at most"), Range(2, 1_000_000)]
        public int Points { get; init; } = 2000;

        /// <inheritdoc/>
        public override IPrior Build(PriorContext context)
        {
            ArgumentNullException.ThrowIfNull(context);
            return new SamplesPrior(this, context);
        }
    }

    /// <inheritdoc/>
    public string Surrogate { get; }

    /// <inheritdoc/>
    public IDistribution Density() => new Mixture(logWeights, kernel ? Normal.FromLogVar(means, scales) : new FullNormal(means, scales));

    // Evenly spaced rows.
    private static Tensor Spread(Tensor z, long most)
    {
        var N = z.Shape[0];
        return N <= most ? z : z.IndexSelect(0, Tensor.From([.. Enumerable.Range(0, (int)most).Select(k => (long)k * N / most)], [most], z.Device));
    }

    // Rows chosen one after the other with odds by the squared distance to the nearest chosen one (k-means++), in units of each latent's spread.
    private static Tensor Spread(Tensor z, int count, Init init)
    {
        var scaled = z / z.Var([0], 0).Sqrt().Clamp(1e-12);
        var chosen = new List<long> { (long)(init.Uniform(0, 1, 1).ToDouble() * z.Shape[0]) };
        var nearest = (scaled - scaled[chosen[0]]).Square().Sum(-1L);
        while (chosen.Count < count)
        {
            var upTo = nearest.Cumsum(0);
            var at = init.Uniform(0, 1, 1).ToDouble() * upTo[z.Shape[0] - 1].ToDouble();
            chosen.Add(Math.Min(z.Shape[0] - 1, (long)(upTo <= at).To(DType.Float64).Sum().ToDouble()));
            nearest = nearest.Minimum((scaled - scaled[chosen[^1]]).Square().Sum(-1L));
        }
        return z.IndexSelect(0, Tensor.From([.. chosen], [count], z.Device));
    }
}
