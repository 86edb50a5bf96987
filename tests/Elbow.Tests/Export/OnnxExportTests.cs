using Elbow.Distributions;
using Elbow.Experiments.Configuration;
using Elbow.Export;
using Elbow.Models;
using Elbow.Networks;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Export;

/// <summary>Every network, posterior, likelihood and hierarchy: what onnxruntime computes from the file is what libtorch computes.</summary>
public sealed class OnnxExportTests
{
    private const double Tolerance = 1e-4;
    private const int B = 7;
    private static readonly Dictionary<string, string> NoMetadata = [];
    private static readonly DataShape Image = new(1, 8, 8);

    [Fact]
    public void Networks_OfEveryKind_GiveTheSameInOnnxRuntime()
    {
        var networks =
            from activation in Enum.GetValues<ActivationKind>()
            from norm in activation == ActivationKind.Relu ? Enum.GetValues<NormKind>() : [NormKind.None]
            from network in new (string Name, NetworkConfig Config)[]
            {
                ("mlp", new Mlp.Config { Hidden = [6, 5], Activation = activation, Norm = norm }),
                ("gated", new Mlp.Config { Hidden = [6], Activation = activation, Norm = norm, Gated = true }),
                ("conv", new ConvNet.Config { Channels = [4, 6], Activation = activation, Norm = norm, ResidualBlocks = 1, Hidden = [5] }),
                // Wide enough for the way that goes place by place outside of a graph.
                ("wide", new ConvNet.Config { Channels = [32, 32], Activation = activation, Norm = norm }),
                ("same", new ConvNet.Config { Channels = [4, 6], Kernel = 4, Padding = null, Strides = [2, 1], Activation = activation, Norm = norm, CentreInput = true, ActivateFirst = false }),
            }
            select (Name: $"{network.Name}-{activation}-{norm}", network.Config);
        Agree([.. networks.Select(network => (network.Name, Parts(network.Config, new BernoulliLikelihood.Config()), Image))]);
    }

    [Fact]
    public void Likelihoods_OfEveryKind_GiveTheSameInOnnxRuntime() => Agree(
        [.. ConfigVariants.WithEveryChoice<LikelihoodConfig>().Select((likelihood, k) => ($"{k}-{likelihood.GetType().DeclaringType!.Name}", Parts(new Mlp.Config { Hidden = [6] }, likelihood), DataShape.Vector(5)))]);

    [Fact]
    public void Posteriors_OfEveryKind_GiveTheSameInOnnxRuntime() => Agree(
        [.. ConfigVariants.WithEveryChoice<PosteriorConfig>().Select((posterior, k) => ($"{k}-{posterior.GetType().DeclaringType!.Name}", Parts(new Mlp.Config { Hidden = [6] }, new BernoulliLikelihood.Config()) with { Posterior = posterior }, DataShape.Vector(5)))]);

    [Fact]
    public void Hierarchies_OfEveryKind_GiveTheSameInOnnxRuntime() => Agree(
        [.. Hierarchies().Select(hierarchy => (hierarchy.GetType().DeclaringType!.Name, Parts(new Mlp.Config { Hidden = [6] }, new BernoulliLikelihood.Config()) with { LatentDim = 6, Hierarchy = hierarchy }, DataShape.Vector(5)))]);

    [Fact]
    public void Encoder_InTrainingMode_IsRefused()
    {
        using var scope = TensorScope.Open();
        using var model = LatentVariableModel.Create(Parts(new Mlp.Config { Hidden = [6], Norm = NormKind.Batch }, new BernoulliLikelihood.Config()), DataShape.Vector(5), Init(1));
        Assert.Contains("evaluation mode", Assert.Throws<NotSupportedException>(() => OnnxExport.Encoder(model, Device.Cpu, NoMetadata)).Message);
    }

    private static void Agree(IReadOnlyList<(string Name, ModelConfig Parts, DataShape Data)> cases)
    {
        MustHaveRuntime();
        Assert.NotEmpty(cases);
        using var scope = TensorScope.Open();
        using var frozen = Autograd.NoGrad();
        using var runtime = new OnnxRuntime();
        foreach (var (name, parts, data) in cases)
        {
            using var model = Model(parts, data);
            var x = Tensor.Rand([B, data.Size], new Generator(5));
            var z = Draws(6, B, parts.LatentDim);
            var qz_x = model.Encode(x);
            var posterior = new Dictionary<string, Tensor> { ["mu"] = qz_x.Mean };
            if (Marginals.LogVar(qz_x) is { } logVar) posterior["logvar"] = logVar;
            if (qz_x is FullNormal full) posterior["scale"] = full.Scale;
            var px_z = model.Decode(z);
            var likelihood = new Dictionary<string, Tensor> { ["mean"] = px_z.Mean, ["numbers"] = model.Decoder.Forward(z.Narrow(-1, 0, model.DecodedLatents)) };
            switch (px_z)
            {
                case Bernoulli b: likelihood["logits"] = b.Logits; break;
                case ContinuousBernoulli b: likelihood["logits"] = b.Logits; break;
                case Categorical c: likelihood["logits"] = c.Logits; break;
                case Normal n: likelihood["logvar"] = n.LogVar.Expand(n.Mean.Shape); break;
                case Laplace l: likelihood["logscale"] = l.LogScale.Expand(l.Mean.Shape); break;
                case DiscretisedLogistic l: likelihood["logscale"] = l.LogScale.Expand(l.Mean.Shape); break;
            }
            runtime.Case($"{name}-encoder", OnnxExport.Encoder(model, Device.Cpu, NoMetadata), new Dictionary<string, Tensor> { ["x"] = x }, posterior);
            runtime.Case($"{name}-decoder", OnnxExport.Decoder(model, Device.Cpu, NoMetadata), new Dictionary<string, Tensor> { ["z"] = z }, likelihood);
        }
        MustAgree(runtime.Differences());
    }

    internal static void MustAgree(Dictionary<string, double> differences) =>
        Assert.Empty(differences.Where(pair => !(pair.Value <= Tolerance)).Select(pair => $"{pair.Key}: {pair.Value}"));

    internal static void MustHaveRuntime()
    {
        if (OnnxRuntime.Missing is { } reason) Assert.Skip(reason);
    }

    internal static ModelConfig Parts(NetworkConfig network, LikelihoodConfig likelihood) => new() { LatentDim = 2, Encoder = network, Decoder = network, Likelihood = likelihood };

    private static Init Init(ulong seed) => new(new Generator(seed), Device.Cpu);

    /// <summary>Layers of two and four latents.</summary>
    internal static IEnumerable<HierarchyConfig> Hierarchies() =>
        ConfigVariants.OfEveryKind<HierarchyConfig>().Select(hierarchy => hierarchy with { Layers = [2, 4], Link = new Mlp.Config { Hidden = [4] } });

    /// <summary>In evaluation mode, with running statistics and scales that are not those of a new model.</summary>
    internal static LatentVariableModel Model(ModelConfig parts, DataShape data)
    {
        var model = LatentVariableModel.Create(
            parts, data, Init(1), (0, 1), count => Tensor.Rand([count, data.Size], new Generator(9)), _ => Draws(10, 100, parts.LatentDim));
        using var frozen = Autograd.NoGrad();
        using var generator = new Generator(8);
        foreach (var (_, tensor) in model.NamedTensors()) tensor.AddInPlace(tensor.RandLike(generator) - 0.5, 0.6);
        model.SetTraining(false);
        return model;
    }

    internal static Tensor Draws(ulong seed, params long[] shape) => Tensor.Randn(shape, new Generator(seed));
}
