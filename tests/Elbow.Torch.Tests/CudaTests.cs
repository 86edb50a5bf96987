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

    [Theory]
    [InlineData(AdamRule.Adam)]
    [InlineData(AdamRule.AdamW)]
    [InlineData(AdamRule.Adamax)]
    public void Adam_OnTheGpu_IsTheUpdateOfTheProcessor(AdamRule rule)
    {
        // A gradient often arrives transposed: it must meet the parameter element by element all the same.
        Tensor p = Numbers.Sample(1, 3, 11), g = Numbers.Sample(2, 11, 3).T;
        var there = p.To(Device.Cuda());
        Tensor[] here = [p.ZerosLike(), p.ZerosLike()], far = [there.ZerosLike(), there.ZerosLike()];
        for (var step = 1; step <= 3; step++)
        {
            var update = new AdamUpdate(rule, step, 0.1, WeightDecay: 0.1);
            AdamKernel.Apply([there], [g.To(Device.Cuda())], [far[0]], [far[1]], update);
            AdamKernel.Apply([p], [g], [here[0]], [here[1]], update);
        }
        there.MustEqual(p, 1e-12);
    }

    [Fact]
    public void Nccl_AGroupOfOne_SumsWhatItHas()
    {
        ProcessGroup group;
        try
        {
            group = ProcessGroup.Join("nccl", "127.0.0.1", ProcessGroupTests.FreePort(), 0, 1, TimeSpan.FromSeconds(30));
        }
        catch (TorchException error) when (error.Message.Contains("not in this build", StringComparison.Ordinal))
        {
            Assert.Skip(error.Message);
            return;
        }
        using (group)
        {
            var x = Tensor.Full(3, [4], device: Device.Cuda());
            group.AllReduce(x);
            x.MustEqual([3, 3, 3, 3]);
            group.AllGather(x).Squeeze(0).MustEqual([3, 3, 3, 3]);
        }
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
    public void Graph_DrawsFromAGenerator_EachReplayGoesOnInItsStream()
    {
        Assert.SkipUnless(CudaGraph.RecordsDraws, "this libtorch cannot record draws");
        using Generator generator = new(7, Device.Cuda()), one = new(7, Device.Cuda());
        Tensor[] wanted = [Tensor.Randn([5], one), Tensor.Randn([5], one)];
        using var graph = new CudaGraph();
        Tensor? drawn = null;
        graph.Capture(() => drawn = Tensor.Randn([5], generator), generator);
        foreach (var each in wanted)
        {
            graph.Replay();
            CudaGraph.Synchronize();
            drawn!.MustEqual(each);
        }
    }

    [Fact]
    public void Graph_HoldsForwardAndBackward()
    {
        var x = Tensor.Ones([4], device: Device.Cuda());
        Tensor weight = Tensor.Full(3, [4], device: Device.Cuda()).WithGrad();
        // What is left of an earlier pass over the same leaf would tie the recording to the stream of before.
        using (TensorScope.Open()) Autograd.Grad((x * weight).Square().Sum(), [weight]);
        using var graph = new CudaGraph();
        Tensor? gradient = null;
        graph.Capture(() => gradient = Autograd.Grad((x * weight).Square().Sum(), [weight])[0]);
        x.FillInPlace(2);
        graph.Replay();
        CudaGraph.Synchronize();
        gradient!.MustEqual([24, 24, 24, 24]);
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
