using Elbow.Distributions;
using Elbow.Export;
using Elbow.Models;
using Elbow.Networks;
using Elbow.Priors;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Export;

/// <summary>Every prior, also of hierarchies: what libtorch drew is recorded and fed to the graph, where the same numbers must become the same latents; or the sampler is refused by name.</summary>
public sealed class OnnxSamplerTests
{
    private const int B = 7;
    private static readonly Dictionary<string, string> NoMetadata = [];

    // A product of mixtures chooses for each latent: that is not one choice for each example.
    private static readonly Dictionary<string, string> Refused = new()
    {
        ["mog-notebook"] = "multinomial draws", ["gtm-notebook"] = "multinomial draws", ["vamp-notebook"] = "multinomial draws",
    };

    [Fact]
    public void Samplers_OfEveryPrior_GiveTheLatentsOfTheSameDraws()
    {
        OnnxExportTests.MustHaveRuntime();
        var parts = OnnxExportTests.Parts(new Mlp.Config { Hidden = [6] }, new BernoulliLikelihood.Config());
        (string, ModelConfig)[] priors =
        [
            .. ConfigVariants.WithEveryChoice<PriorConfig>().Select((prior, k) => ($"{k}-{prior.GetType().DeclaringType!.Name}", parts with { Prior = prior })),
            ("mog-notebook", parts with { Prior = new MixtureOfGaussians.Config { NotebookCompatible = true } }),
            ("gtm-notebook", parts with { Prior = new Gtm.Config { NotebookCompatible = true } }),
            ("vamp-notebook", parts with { Prior = new VampPrior.Config { NotebookCompatible = true } }),
            // A prior that encodes, by way of convolutions.
            ("vamp-conv", parts with { Encoder = new ConvNet.Config { Channels = [32, 32] }, Prior = new VampPrior.Config { Components = 5 } }),
            .. OnnxExportTests.Hierarchies().Select(hierarchy => (hierarchy.GetType().DeclaringType!.Name, parts with { LatentDim = 6, Hierarchy = hierarchy })),
            ("TwoLevel-vamp", parts with { LatentDim = 6, Hierarchy = new TwoLevel.Config { Layers = [2, 4] }, Prior = new VampPrior.Config { Components = 5 } }),
        ];
        using var scope = TensorScope.Open();
        using var frozen = Autograd.NoGrad();
        using var runtime = new OnnxRuntime();
        var refused = new Dictionary<string, string>();
        foreach (var (name, config) in priors)
        {
            using var model = OnnxExportTests.Model(config, config.Encoder is ConvNet.Config ? new DataShape(1, 8, 8) : DataShape.Vector(5));
            byte[] graph;
            try
            {
                graph = OnnxExport.Sampler(() => model.Prior.Density(), Device.Cpu, NoMetadata);
            }
            catch (NotSupportedException error)
            {
                refused[name] = error.Message;
                continue;
            }
            using var generator = new Generator(3);
            Tensor? z = null;
            var calls = Trace.Of(() => z = model.Prior.Density().Sample(generator, B));
            runtime.Case(name, graph, Noise(calls), new Dictionary<string, Tensor> { ["z"] = z! });
        }
        OnnxExportTests.MustAgree(runtime.Differences());
        Assert.Equal(Refused.Keys.Order(), refused.Keys.Order());
        Assert.All(refused, pair => Assert.Contains(Refused[pair.Key], pair.Value, StringComparison.Ordinal));
    }

    [Fact]
    public void Sampler_OfDrawsThatNoGraphHas_IsRefused()
    {
        using var scope = TensorScope.Open();
        var density = new Bernoulli(Tensor.Zeros([2]));
        Assert.Contains("bernoulli draws random numbers", Assert.Throws<NotSupportedException>(() => OnnxExport.Sampler(() => density, Device.Cpu, NoMetadata)).Message);
    }

    [Fact]
    public void Sampler_OfAMixture_ChoosesByInversion()
    {
        OnnxExportTests.MustHaveRuntime();
        using var scope = TensorScope.Open();
        using var frozen = Autograd.NoGrad();
        using var runtime = new OnnxRuntime();
        var means = Tensor.From([-3f, 0, 3, 0, 0, 5], [3, 2]);
        var mixture = new Mixture(Tensor.From(0.2f, 0.5f, 0.3f).Log(), Normal.FromLogVar(means, Tensor.Full(-2, [3, 2])));
        var noise = OnnxExportTests.Draws(4, 4, 2);
        var expected = Tensor.Stack(0, means[0], means[1], means[1], means[2]) + noise * Math.Exp(-1);
        var graph = OnnxExport.Sampler(() => mixture, Device.Cpu, NoMetadata);
        runtime.Case("mixture", graph,
            new Dictionary<string, Tensor> { ["uniform"] = Tensor.From([0.1f, 0.25f, 0.69f, 0.71f], [4, 1]), ["normal"] = noise }, new Dictionary<string, Tensor> { ["z"] = expected });
        OnnxExportTests.MustAgree(runtime.Differences());
    }

    // What was drawn as the inputs that stand for it. A choice is any number between its edges among the cumulative weights: the middle.
    private static Dictionary<string, Tensor> Noise(IReadOnlyList<TracedCall> calls)
    {
        var inputs = new Dictionary<string, Tensor>();
        foreach (var call in calls.Where(call => call.Arguments.Any(argument => argument is Generator)))
        {
            var kind = call.Operator == "randn" ? "normal" : "uniform";
            var number = 1 + inputs.Keys.Count(key => key.TrimEnd("0123456789".ToCharArray()) == kind);
            inputs[number == 1 ? kind : $"{kind}{number}"] = call.Operator == "multinomial" ? Middles((Tensor)call.Arguments[0]!, call.Results[0]) : call.Results[0];
        }
        return inputs;
    }

    private static Tensor Middles(Tensor weights, Tensor chosen)
    {
        var w = weights.To(DType.Float64).ToArray<double>();
        var total = w.Sum();
        return Tensor.From<float>([.. chosen.ToArray<long>().Select(k => (float)((w.Take((int)k).Sum() + w[k] / 2) / total))], [chosen.Count, 1]);
    }
}
