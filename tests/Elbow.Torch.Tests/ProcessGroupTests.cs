using System.Net;
using System.Net.Sockets;

namespace Elbow.Torch.Tests;

public sealed class ProcessGroupTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public void AllReduce_SumsOverRanks()
    {
        Ranks(2, group =>
        {
            var x = Tensor.From(1.0, 10) * (group.Rank + 1);
            group.AllReduce(x);
            x.MustEqual([3, 30]);
        });
    }

    [Fact]
    public void AllReduce_OfAStridedTensor_TouchesOnlyIt()
    {
        Ranks(2, group =>
        {
            var whole = Tensor.Ones([3, 4], DType.Float64) * (group.Rank + 1);
            group.AllReduce(whole.Slice(1, 0, null, 2).T);
            whole.MustEqual(Tensor.From([3.0, group.Rank + 1, 3, group.Rank + 1], [1, 4]).Repeat(3, 1));
        });
    }

    [Fact]
    public void AllReduce_OfAParameter_KeepsItALeaf()
    {
        Ranks(2, group =>
        {
            var x = Tensor.From(1.0 + group.Rank).WithGrad();
            group.AllReduce(x);
            x.MustEqual([3]);
            x.Square().Sum().Backward();
            x.Gradient!.MustEqual([6]);
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Broadcast_OverwritesWithTheRootsTensor(int root)
    {
        Ranks(2, group =>
        {
            var x = Tensor.From([7.0 + group.Rank], [1, 1]);
            group.Broadcast(x, root);
            x.MustEqual([7 + root]);
        });
    }

    [Fact]
    public void AllGather_StacksInTheOrderOfRanks()
    {
        Ranks(3, group =>
        {
            var all = group.AllGather(Tensor.From([0.0, 1, 2, 3], [2, 2]).T + (10 * group.Rank));
            all.MustEqual(Tensor.From([0.0, 2, 1, 3, 10, 12, 11, 13, 20, 22, 21, 23], [3, 2, 2]));
        });
    }

    [Fact]
    public void AllGather_OfScalars_IsAVector() => Ranks(2, group => group.AllGather(Tensor.From([1.0 + group.Rank], [])).MustEqual([1, 2]));

    [Fact]
    public void Barrier_LetsNobodyPassBeforeTheLast()
    {
        var arrived = 0;
        Ranks(2, group =>
        {
            if (group.Rank == 1) Thread.Sleep(200);
            Interlocked.Increment(ref arrived);
            group.Barrier();
            Assert.Equal(2, Volatile.Read(ref arrived));
        });
    }

    [Fact]
    public void RankAndSize_AreThoseOfTheGroup()
    {
        var ranks = new List<int>();
        Ranks(2, group =>
        {
            Assert.Equal(2, group.Size);
            lock (ranks) ranks.Add(group.Rank);
        });
        Assert.Equal([0, 1], ranks.Order());
    }

    [Fact]
    public void Join_WhenOneIsMissing_TimesOutByName()
    {
        var port = FreePort();
        var error = Assert.Throws<TorchException>(() => ProcessGroup.Join("gloo", "127.0.0.1", port, 0, 2, TimeSpan.FromSeconds(1)));
        Assert.Equal($"join gloo group as 0 of 2 at 127.0.0.1:{port}", error.Operation);
    }

    [Fact]
    public void AllReduce_WhenOneStaysAway_TimesOut()
    {
        Ranks(2, TimeSpan.FromSeconds(2), group =>
        {
            if (group.Rank == 0) Assert.Throws<TorchException>(() => group.AllReduce(Tensor.From(1.0)));
            else Thread.Sleep(3000);
        });
    }

    [Fact]
    public void Join_UnknownBackend_SaysWhatThereIs()
    {
        var error = Assert.Throws<TorchException>(() => ProcessGroup.Join("carrier-pigeon", "127.0.0.1", FreePort(), 0, 1, Patience));
        Assert.Contains("use gloo", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 2, 2)]
    [InlineData(29500, -1, 2)]
    [InlineData(29500, 2, 2)]
    [InlineData(29500, 0, 0)]
    [InlineData(65536, 0, 2)]
    public void Join_ImpossibleNumbers_AreRefused(int port, int rank, int size) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ProcessGroup.Join("gloo", "127.0.0.1", port, rank, size, Patience));

    [Fact]
    public void Use_AfterDispose_Throws()
    {
        var group = ProcessGroup.Join("gloo", "127.0.0.1", FreePort(), 0, 1, Patience);
        group.Barrier();
        group.Dispose();
        group.Dispose();
        Assert.Throws<ObjectDisposedException>(group.Barrier);
    }

    private static void Ranks(int size, Action<ProcessGroup> work) => Ranks(size, Patience, work);

    /// <summary>Runs every rank on a thread of its own, and throws what any of them threw.</summary>
    private static void Ranks(int size, TimeSpan timeout, Action<ProcessGroup> work)
    {
        var port = FreePort();
        var errors = new Exception?[size];
        var threads = Enumerable.Range(0, size).Select(rank => new Thread(() => errors[rank] = Record.Exception(() =>
        {
            using var group = ProcessGroup.Join("gloo", "127.0.0.1", port, rank, size, timeout);
            using var scope = TensorScope.Open();
            work(group);
        }))).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        if (errors.OfType<Exception>().ToArray() is { Length: > 0 } thrown) throw new AggregateException(thrown);
    }

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
