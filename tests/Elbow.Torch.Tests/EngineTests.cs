namespace Elbow.Torch.Tests;

public sealed class EngineTests
{
    [Fact]
    public void Version_IsLibtorchs() => Assert.Matches(@"^\d+\.\d+", Engine.Version);

    [Fact]
    public void BuildInfo_ShowsTheThreadsOfNow()
    {
        var before = Engine.Threads;
        try
        {
            Engine.Threads = 1;
            Assert.Contains("at::get_num_threads() : 1", Engine.BuildInfo, StringComparison.Ordinal);
            Engine.Threads = 2;
            Assert.Contains("at::get_num_threads() : 2", Engine.BuildInfo, StringComparison.Ordinal);
        }
        finally
        {
            Engine.Threads = before;
        }
    }

    [Fact]
    public void Threads_SetAndRead_AndUsedByElbowsOwnKernels()
    {
        var before = Engine.Threads;
        foreach (var threads in new[] { 1, 2 })
        {
            Engine.Threads = threads;
            Assert.Equal(threads, Engine.Threads);
            Assert.Equal(threads, Engine.KernelThreads);
        }
        Engine.Threads = before;
        Assert.Equal(before, Engine.Threads);
    }

    [Fact]
    public void Threads_NoneOrTooMany_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Engine.Threads = 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => Engine.Threads = 1025);
    }

    [Fact]
    public void Threads_StayWithinOpenMpsLimit()
    {
        var limit = int.TryParse(Environment.GetEnvironmentVariable("OMP_THREAD_LIMIT"), out var set) ? set : int.MaxValue;
        var before = Engine.Threads;
        Assert.InRange(before, 1, limit);
        Product();
        Engine.Threads = 2;
        Assert.Equal(Math.Min(2, limit), Engine.Threads);
        Product();
        Engine.Threads = before;

        static void Product()
        {
            using var scope = TensorScope.Open();
            var ones = Tensor.Ones([300, 300]);
            Assert.Equal(300 * 300 * 300, ones.Matmul(ones).Sum().ToDouble());
        }
    }

    [Fact]
    public void CudaDevices_IsZeroWithoutCuda()
    {
        Assert.SkipUnless(Engine.CudaDevices == 0, "there is a GPU");
        var error = Assert.Throws<TorchException>(() => new CudaGraph());
        Assert.Contains("CUDA", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LoadedBlas_IsInThisProcess()
    {
        using var scope = TensorScope.Open();
        Tensor.Ones([4, 4]).Matmul(Tensor.Ones([4, 4]));
        Assert.All(Engine.LoadedBlas(), path => Assert.True(File.Exists(path), path));
        Assert.NotEmpty(Engine.LoadedBlas());
    }
}
