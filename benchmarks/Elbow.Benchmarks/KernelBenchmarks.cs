using BenchmarkDotNet.Attributes;
using Elbow.Distributions;
using Elbow.Torch;

namespace Elbow.Benchmarks;

/// <summary>The kernels a training step is made of: one operator, the likelihood, the transposed convolution both ways, the Adam update.</summary>
[MemoryDiagnoser]
public class KernelBenchmarks : IDisposable
{
    private readonly Generator generator = new(1);
    private Tensor small = null!, x = null!, logits = null!, image = null!, weight = null!;
    private Tensor[] parameters = null!, gradients = null!, m = null!, v = null!;

    [GlobalSetup]
    public void Setup()
    {
        Engine.Threads = Environment.ProcessorCount;
        small = Tensor.From(new float[16], [16]);
        x = Tensor.Rand([128, 784], generator).Round();
        logits = Tensor.Randn([128, 784], generator).WithGrad();
        image = Tensor.Randn([128, 64, 7, 7], generator).Contiguous(MemoryFormat.ChannelsLast).WithGrad();
        weight = Tensor.Randn([64, 32, 4, 4], generator).WithGrad();
        parameters = Weights();
        gradients = Weights();
        (m, v) = (Weights(), [.. Weights().Select(tensor => tensor.Abs())]);
    }

    [Benchmark]
    public void SmallOperator()
    {
        using var scope = TensorScope.Open();
        using var frozen = Autograd.NoGrad();
        _ = small + small;
    }

    [Benchmark]
    public void BernoulliLogProbAndGradient()
    {
        using var scope = TensorScope.Open();
        _ = Autograd.Grad(new Bernoulli(logits).LogProb(x).Sum(), [logits]);
    }

    [Benchmark]
    public void TransposedConvolutionAsInputGradient()
    {
        using var scope = TensorScope.Open();
        _ = Autograd.Grad(image.ConvTranspose2d(weight, null, 2, 1).Sum(), [image, weight]);
    }

    [Benchmark]
    public void TransposedConvolutionOfLibtorch()
    {
        using var scope = TensorScope.Open();
        _ = Autograd.Grad(image.ConvTranspose2dOfLibtorch(weight, null, 2, 1).Sum(), [image, weight]);
    }

    [Benchmark]
    public void AdamOfTheMlp() => AdamKernel.Apply(parameters, gradients, m, v, new AdamUpdate(AdamRule.Adam, Step: 10, LearningRate: 1e-3));

    [GlobalCleanup]
    public void Dispose()
    {
        generator.Dispose();
        GC.SuppressFinalize(this);
    }

    private Tensor[] Weights() =>
    [
        Tensor.Randn([400, 784], generator), Tensor.Randn([400], generator), Tensor.Randn([40, 400], generator), Tensor.Randn([40], generator),
        Tensor.Randn([400, 20], generator), Tensor.Randn([400], generator), Tensor.Randn([784, 400], generator), Tensor.Randn([784], generator),
    ];
}
