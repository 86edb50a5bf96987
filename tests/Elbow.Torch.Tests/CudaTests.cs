namespace Elbow.Torch.Tests;

/// <summary>What only a GPU can show. Skipped where there is none.</summary>
[Trait("Device", "cuda")]
public sealed class CudaTests : IDisposable
{
    private readonly ScopeFixture scope;

    public CudaTests()
    {
        Assert.SkipUnless(Engine.CudaDevices > 0, "there is no GPU");
        scope = new();
    }

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Tensors_GoThereAndBack()
    {
        var x = Numbers.Sample(1, 3, 4);
        var there = x.To(Device.Cuda());
        Assert.Equal(Device.Cuda(), there.Device);
        there.T.MustEqual(x.T);
        (there * 2).To(Device.Cpu).MustEqual(x * 2);
        there.CopyFrom<double>(new double[12]);
        there.MustEqual(x.ZerosLike());
    }

    [Fact]
    public void Gradients_AreThoseOfTheProcessor()
    {
        Tensor x = Numbers.Sample(1, 2, 3, 6, 6), weight = Numbers.Sample(2, 3, 4, 4, 4);
        var expected = Gradient(x.Clone().WithGrad(), weight);
        Gradient(x.To(Device.Cuda()).WithGrad(), weight.To(Device.Cuda())).MustEqual(expected, 1e-9);

        static Tensor Gradient(Tensor at, Tensor weight) => Autograd.Grad(at.ConvTranspose2d(weight, null, 2, 1).Softplus().Sum(), [at])[0];
    }

    [Fact]
    public void Generator_OnTheGpu_RepeatsItsStream()
    {
        using Generator a = new(7, Device.Cuda()), b = new(7, Device.Cuda());
        Tensor.Randn([50], a).MustEqual(Tensor.Randn([50], b));
        var state = a.GetState();
        var wanted = Tensor.Rand([50], a);
        b.SetState(state);
        Tensor.Rand([50], b).MustEqual(wanted);
    }

    [Fact]
    public void Adam_OnTheGpu_IsTheUpdateOfTheProcessor()
    {
        Tensor p = Numbers.Sample(1, 33), g = Numbers.Sample(2, 33);
        var there = p.To(Device.Cuda());
        var update = new AdamUpdate(AdamRule.AdamW, 1, 0.1, WeightDecay: 0.1);
        AdamKernel.Apply([there], [g.To(Device.Cuda())], [there.ZerosLike()], [there.ZerosLike()], update);
        AdamKernel.Apply([p], [g], [p.ZerosLike()], [p.ZerosLike()], update);
        there.MustEqual(p, 1e-12);
    }

    [Fact]
    public void Graph_Replays_OnNewInput()
    {
        using var graph = new CudaGraph();
        var x = Tensor.Ones([4], device: Device.Cuda());
        var y = x.ZerosLike();
        y.CopyInPlace(x * 2);
        graph.Capture(() => y.CopyInPlace(x * 2));
        x.FillInPlace(5);
        graph.Replay();
        CudaGraph.Synchronize();
        y.MustEqual([10, 10, 10, 10]);
    }

    [Fact]
    public void Graph_FailureDuringCapture_SurfacesAsItself()
    {
        using var graph = new CudaGraph();
        var x = Tensor.Ones([4], device: Device.Cuda());
        Assert.Throws<InvalidOperationException>(() => graph.Capture(() => throw new InvalidOperationException("mine")));
        (x + 1).MustEqual([2, 2, 2, 2]);
    }
}
