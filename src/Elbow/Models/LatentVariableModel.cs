using Elbow.Distributions;
using Elbow.Networks;
using Elbow.Priors;
using Elbow.Torch;

namespace Elbow.Models;

/// <summary>A bag of parts: encoder x → q(z|x), decoder z → p(x|z), prior p(z). It knows no loss.</summary>
/// <remarks>Latents in layers are one vector z = (z_1, …, z_R) here, with joint distributions as posterior and prior.</remarks>
public sealed class LatentVariableModel : Module
{
    private readonly Func<Tensor, IDistribution> encode;
    private readonly Func<IPrior, LatentVariableModel>? withPrior;

    /// <summary>A model of ready-made parts.</summary>
    public LatentVariableModel(DataShape data, int latentDim, ILayer encoder, IPosterior posterior, ILayer decoder, ILikelihood likelihood, IPrior prior)
    {
        (Data, LatentDim, DecodedLatents) = (data, latentDim, latentDim);
        Child("encoder", encoder);
        Child("posterior", posterior);
        encode = x => posterior.Given(encoder.Forward(x));
        Decoder = Child("decoder", decoder);
        Likelihood = Child("likelihood", likelihood);
        Prior = Child("prior", prior);
        withPrior = other => new LatentVariableModel(data, latentDim, encoder, posterior, decoder, likelihood, other);
    }

    /// <summary>A model with latents in layers, of ready-made parts.</summary>
    /// <param name="data">The shape of one example.</param>
    /// <param name="latentDim">L, of all layers together.</param>
    /// <param name="hierarchy">Inference and joint prior.</param>
    /// <param name="decoder">From the latents it sees to the likelihood's numbers.</param>
    /// <param name="likelihood">The last step of the decoder.</param>
    public LatentVariableModel(DataShape data, int latentDim, Hierarchy hierarchy, ILayer decoder, ILikelihood likelihood)
    {
        ArgumentNullException.ThrowIfNull(hierarchy);
        (Data, LatentDim, DecodedLatents) = (data, latentDim, hierarchy.Decoded);
        encode = Child("encoder", hierarchy.Inference).Given;
        Decoder = Child("decoder", decoder);
        Likelihood = Child("likelihood", likelihood);
        Prior = Child("prior", hierarchy.Prior);
    }

    /// <summary>Builds the model that a configuration describes.</summary>
    /// <param name="config">The parts.</param>
    /// <param name="data">The shape of one example.</param>
    /// <param name="init">First weights, device and element type.</param>
    /// <param name="bounds">The smallest and the largest value data can take; unbounded when left out.</param>
    /// <param name="examples">Gives training examples <c>(count, D)</c> to priors that start from them.</param>
    /// <param name="samples">Reads a file of samples of z for priors that are fitted to one.</param>
    public static LatentVariableModel Create(
        ModelConfig config, DataShape data, Init init, (double Low, double High)? bounds = null, Func<int, Tensor>? examples = null, Func<string, Tensor>? samples = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (config.Hierarchy is { } hierarchy)
        {
            var head = config.Likelihood.Build(data.Size, init);
            var layers = hierarchy.Build(config, Context(_ => throw new InvalidOperationException("the hierarchy says what a prior may encode with")));
            return new LatentVariableModel(data, config.LatentDim, layers, config.Decoder.BuildDecoder(layers.Decoded, data, head.OutputsPerDimension, init), head);
        }
        var posterior = config.Posterior.Build(config.LatentDim, init);
        var likelihood = config.Likelihood.Build(data.Size, init);
        var encoder = config.Encoder.BuildEncoder(data, posterior.Outputs, init);
        var decoder = config.Decoder.BuildDecoder(config.LatentDim, data, likelihood.OutputsPerDimension, init);
        var prior = config.Prior.Build(Context(x => posterior.Given(encoder.Forward(x))));
        return new LatentVariableModel(data, config.LatentDim, encoder, posterior, decoder, likelihood, prior);

        PriorContext Context(Func<Tensor, IDistribution> encode)
        {
            var context = new PriorContext(config.LatentDim, init) { Data = data, Encode = encode };
            if (bounds is { } range) context = context with { Bounds = range };
            if (examples is not null) context = context with { Examples = examples };
            return samples is null ? context : context with { Samples = samples };
        }
    }

    /// <summary>The shape of one example.</summary>
    public DataShape Data { get; }

    /// <summary>L: latents of all layers.</summary>
    public int LatentDim { get; }

    /// <summary>The network from latents to the likelihood's numbers.</summary>
    public ILayer Decoder { get; }

    /// <summary>The head from those numbers to p(x|z).</summary>
    public ILikelihood Likelihood { get; }

    /// <summary>How many of the first latents the decoder sees: all but in some hierarchies, where the others act through them.</summary>
    public int DecodedLatents { get; }

    /// <summary>How many numbers the decoder gives for one z, P·D: what evaluation plans its memory by.</summary>
    public long NumbersPerExample => (long)Likelihood.OutputsPerDimension * Data.Size;

    /// <summary>p(z).</summary>
    public IPrior Prior { get; }

    /// <summary>The same encoder and decoder with another prior. They are shared: one of the two models is disposed, not both.</summary>
    /// <exception cref="InvalidOperationException">The latents are in layers: their prior is made of links.</exception>
    public LatentVariableModel WithPrior(IPrior prior)
    {
        if (withPrior is null) throw new InvalidOperationException("latents in layers have a prior made of links, which no other prior replaces");
        var other = withPrior(prior);
        other.SetTraining(Training);
        return other;
    }

    /// <summary>q(z|x). <c>x (B, D)</c> → batch (B), events (L).</summary>
    public IDistribution Encode(Tensor x)
    {
        x.MustBe([-1, Data.Size]);
        return encode(x);
    }

    /// <summary>p(x|z). <c>z (…, L)</c> → batch (…), events (D).</summary>
    public IDistribution Decode(Tensor z)
    {
        ArgumentNullException.ThrowIfNull(z);
        if (z.Shape[-1] != LatentDim) throw new ShapeException($"z: expected {LatentDim} latents on the last axis, got {z.Shape}");
        if (DecodedLatents < LatentDim) z = z.Narrow(-1, 0, DecodedLatents);
        if (z.Rank == 2) return Likelihood.Given(Decoder.Forward(z));
        var h = Decoder.Forward(z.Reshape(-1, DecodedLatents));
        return Likelihood.Given(h.Reshape(z.Shape.Head(-1).Append(h.Shape[-1])));
    }
}
