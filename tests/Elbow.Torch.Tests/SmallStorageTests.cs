using System.Runtime.CompilerServices;

namespace Elbow.Torch.Tests;

/// <summary>Tensors of at most 16 KiB live in blocks that a thread keeps for its next ones: native/allocator.cpp.</summary>
public sealed class SmallStorageTests : IDisposable
{
    private static readonly int[] Sizes = [1, 2, 63, 64, 65, 127, 128, 129, 1000, 1024, 1025, 8192, 8193, 16383, 16384, 16385, 40000];

    private readonly ScopeFixture scope = new();

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData(1, 64)]
    [InlineData(65, 128)]
    [InlineData(16384, 8193)]
    public void AFreedBlock_ServesTheNextTensorOfItsSize(int first, int second)
    {
        nint address;
        using (var x = Tensor.Zeros([first], DType.UInt8)) address = Address(x);
        using var y = Tensor.Zeros([second], DType.UInt8);
        Assert.Equal(address, Address(y));
    }

    [Fact]
    public void Blocks_AreAlignedAndNeverShared()
    {
        var random = new Random(1);
        var live = new List<(Tensor Tensor, byte Value)>();
        for (var k = 0; k < 20_000; k++)
        {
            if (live.Count > 300 || (live.Count > 0 && random.Next(3) == 0))
            {
                var at = random.Next(live.Count);
                Release(live[at]);
                live[at] = live[^1];
                live.RemoveAt(live.Count - 1);
                continue;
            }
            var value = (byte)random.Next(256);
            var tensor = Tensor.Full(value, [Sizes[random.Next(Sizes.Length)]], DType.UInt8);
            Assert.Equal(0, Address(tensor) % 64);
            live.Add((tensor, value));
        }
        live.ForEach(Release);

        static void Release((Tensor Tensor, byte Value) held)
        {
            Assert.Equal(-1, held.Tensor.AsSpan<byte>().IndexOfAnyExcept(held.Value));
            held.Tensor.Dispose();
        }
    }

    [Fact]
    public void Blocks_MayBeFreedByAnotherThread() => Memory.MustNotGrow(() =>
    {
        var made = new Tensor[100];
        var maker = new Thread(() =>
        {
            for (var k = 0; k < made.Length; k++) made[k] = Tensor.Full(k, [10_000], DType.UInt8);
        });
        maker.Start();
        maker.Join();
        for (var k = 0; k < made.Length; k++)
        {
            Assert.Equal(-1, made[k].AsSpan<byte>().IndexOfAnyExcept((byte)k));
            made[k].Dispose();
        }
    });

    [Fact]
    public void AThreadThatEnds_GivesItsBlocksBack() => Memory.MustNotGrow(() =>
    {
        // About 0.4 MB each, in blocks of the six largest sizes.
        for (var k = 0; k < 3; k++)
        {
            var thread = new Thread(() =>
            {
                using var own = TensorScope.Open();
                for (var size = 512; size <= 16384; size *= 2)
                {
                    for (var bytes = 0; bytes < 2 * 65536; bytes += size) _ = Tensor.Ones([size], DType.UInt8);
                }
            });
            thread.Start();
            thread.Join();
        }
    });

    private static unsafe nint Address(Tensor tensor) => (nint)Unsafe.AsPointer(ref tensor.AsSpan<byte>()[0]);
}
