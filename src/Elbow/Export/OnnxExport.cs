using Elbow.Distributions;
using Elbow.Export.Onnx;
using Elbow.Models;
using Elbow.Torch;

namespace Elbow.Export;

/// <summary>The parts of a trained model as ONNX files, for any runtime and any batch size.</summary>
/// <remarks>
/// <para>The graph is not written by hand for each network: the model's own code runs twice, at two batch sizes, every operator is recorded,
/// and what depends on the batch is told by comparing the two. A tensor that depends on no input becomes a constant of the file.</para>
/// <para>Opset 17, float32. The first axis of every input and output is <c>batch</c>.</para>
/// </remarks>
public static class OnnxExport
{
    /// <summary>The version of the standard operators that the files need.</summary>
    public const int Opset = OnnxGraph.Opset;

    private const long Small = 3, Large = 5;

    private delegate IEnumerable<(string Name, string Doc, Tensor Value)> Computation(Tensor input);

    /// <summary>x → q(z|x): <c>x (batch, D)</c> → <c>mu</c>, <c>logvar</c> <c>(batch, L)</c>, and <c>scale (batch, L, L)</c> of a full covariance.</summary>
    /// <remarks>A deterministic encoder, and latents in layers below the first, have no <c>logvar</c>.</remarks>
    /// <param name="model">In evaluation mode.</param>
    /// <param name="device">Where it lives.</param>
    /// <param name="metadata">Written into the file.</param>
    /// <exception cref="NotSupportedException">The network uses an operator without translation.</exception>
    public static byte[] Encoder(LatentVariableModel model, Device device, IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Export("encoder", "x", "data, one example in a row, channel by channel", model.Data.Size, device, metadata, Posterior);

        IEnumerable<(string, string, Tensor)> Posterior(Tensor x)
        {
            var qz_x = model.Encode(x);
            yield return ("mu", "mean of q(z|x)", qz_x.Mean);
            if (Marginals.LogVar(qz_x) is { } logVar) yield return ("logvar", "logarithms of the variances of q(z|x)", logVar);
            if (qz_x is FullNormal full) yield return ("scale", "lower triangular S with covariance S S'", full.Scale);
        }
    }

    /// <summary>
    /// z → p(x|z): <c>z (batch, L)</c> → <c>mean (batch, D)</c>, <c>numbers (batch, P·D)</c> as the network gives them to the likelihood, and the
    /// likelihood's parameters by name where it has them: <c>logits</c>, <c>logvar</c>, <c>logscale</c>.
    /// </summary>
    /// <param name="model">In evaluation mode.</param>
    /// <param name="device">Where it lives.</param>
    /// <param name="metadata">Written into the file.</param>
    /// <param name="latents">The first this many are the input: L, or the <see cref="LatentVariableModel.DecodedLatents"/> alone.</param>
    /// <exception cref="NotSupportedException">The network uses an operator without translation.</exception>
    public static byte[] Decoder(LatentVariableModel model, Device device, IReadOnlyDictionary<string, string> metadata, int? latents = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (latents is { } given && given != model.LatentDim && given != model.DecodedLatents)
            throw new ArgumentOutOfRangeException(nameof(latents), given, $"expected all {model.LatentDim} latents or the {model.DecodedLatents} that are decoded");
        return Export("decoder", "z", "latents", latents ?? model.LatentDim, device, metadata, Likelihood);

        IEnumerable<(string, string, Tensor)> Likelihood(Tensor z)
        {
            var numbers = model.Decoder.Forward(model.DecodedLatents < z.Shape[-1] ? z.Narrow(-1, 0, model.DecodedLatents) : z);
            var px_z = model.Likelihood.Given(numbers);
            var mean = px_z.Mean;
            yield return ("mean", "mean of p(x|z), the picture to show", mean);
            yield return ("numbers", "what the network gives to the likelihood, block by block", numbers);
            switch (px_z)
            {
                case Bernoulli bernoulli:
                    yield return ("logits", "log-odds of a 1", bernoulli.Logits);
                    break;
                case ContinuousBernoulli bernoulli:
                    yield return ("logits", "natural parameter", bernoulli.Logits);
                    break;
                case Categorical categorical:
                    yield return ("logits", "unnormalised log-probability of each level", categorical.Logits);
                    break;
                case Normal normal:
                    yield return ("logvar", "logarithms of the variances", normal.LogVar.Expand(mean.Shape));
                    break;
                case Laplace laplace:
                    yield return ("logscale", "logarithms of the scales", laplace.LogScale.Expand(mean.Shape));
                    break;
                case DiscretisedLogistic logistic:
                    yield return ("logscale", "logarithms of the scales", logistic.LogScale.Expand(mean.Shape));
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>
    /// Noise → a draw of z. The random numbers are inputs, so that a caller's own generator makes the draw reproducible: <c>normal</c> for N(0, 1),
    /// <c>uniform</c> for [0, 1); more of a kind are numbered. → <c>z (batch, L)</c>.
    /// </summary>
    /// <param name="density">The prior, or what new data are decoded from.</param>
    /// <param name="device">Where its tensors live.</param>
    /// <param name="metadata">Written into the file.</param>
    /// <exception cref="NotSupportedException">It draws in a way that has no translation.</exception>
    public static byte[] Sampler(Func<IDistribution> density, Device device, IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentNullException.ThrowIfNull(density);
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        using var generator = new Generator(1, device);
        var graph = new OnnxGraph("sampler");
        var (small, zSmall) = Draw(Small);
        var (large, zLarge) = Draw(Large);
        var reader = new TraceReader(graph, Small, Large);
        reader.Read(small, large, [zSmall]);
        Finish(reader, [("z", "a draw of the latents", zSmall)], [zLarge]);
        return graph.ToFile(metadata);

        (IReadOnlyList<TracedCall>, Tensor) Draw(long count)
        {
            Tensor? z = null;
            var calls = Trace.Of(() => z = density().Sample(generator, count));
            return (calls, z!);
        }
    }

    private static byte[] Export(string name, string input, string doc, long size, Device device, IReadOnlyDictionary<string, string> metadata, Computation compute)
    {
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        var graph = new OnnxGraph(name);
        graph.Input(input, doc, size);
        var (xSmall, small, outSmall) = Run(Small);
        var (xLarge, large, outLarge) = Run(Large);
        var reader = new TraceReader(graph, Small, Large);
        reader.Is(xSmall, xLarge, input);
        reader.Read(small, large, outSmall.Select(output => output.Value));
        Finish(reader, outSmall, [.. outLarge.Select(output => output.Value)]);
        return graph.ToFile(metadata);

        (Tensor, IReadOnlyList<TracedCall>, List<(string Name, string Doc, Tensor Value)>) Run(long batch)
        {
            var x = Tensor.Full(0.5, [batch, size], DType.Float32, device);
            var outputs = new List<(string, string, Tensor)>();
            var calls = Trace.Of(() => outputs.AddRange(compute(x)));
            return (x, calls, outputs);
        }
    }

    private static void Finish(TraceReader reader, IEnumerable<(string Name, string Doc, Tensor Value)> outputs, IReadOnlyList<Tensor> twins)
    {
        foreach (var ((name, doc, value), twin) in outputs.Zip(twins))
        {
            reader.Twin(value, twin);
            var sizes = reader.SizesOf(value);
            if (sizes[0] is not { OfBatch: true, Value: 1 }) throw new NotSupportedException($"the output {name} has shape {value.Shape}, without an axis of examples in front");
            reader.Graph.Output(name, doc, reader.Name(value), [.. sizes.Skip(1).Select(size => size.Value)]);
        }
    }
}
