using System.Diagnostics;
using Elbow.Data;

namespace Elbow.Tests.Data;

public sealed class BatchesTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 1)]
    [InlineData(7, 3)]
    [InlineData(64, 4)]
    [InlineData(1000, 2)]
    public void Epoch_AnySizeAndWorkers_CoversEveryRowOnce(int size, int workers)
    {
        var rows = Read(new Batches(Some.Rows(100), new BatchOptions { Size = size, Workers = workers }), 1, 0).SelectMany(batch => batch.Rows);
        Assert.Equal(Enumerable.Range(0, 100), rows.Order());
    }

    [Fact]
    public void Epoch_Values_BelongToTheRows()
    {
        foreach (var (rows, values) in Read(new Batches(Some.Rows(50, 2), new BatchOptions { Size = 8, Workers = 3 }), 1, 0))
        {
            Assert.Equal(rows.SelectMany(row => new[] { row, row + 0.001f }), values);
        }
    }

    [Fact]
    public void Epoch_DifferentEpochsOrSeeds_DifferentOrder()
    {
        var batches = new Batches(Some.Rows(100));
        var first = Rows(batches, 1, 0);
        Assert.NotEqual(first, Rows(batches, 1, 1));
        Assert.NotEqual(first, Rows(batches, 2, 0));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(5, 8)]
    public void Epoch_AnyNumberOfWorkers_SameBatches(int workers, int ahead)
    {
        var data = new Binarised(Some.Probabilities(0.5f, 40, 20), BinariseKind.Dynamic, 3);
        var expected = Read(new Batches(data, new BatchOptions { Size = 6 }), 4, 2);
        var actual = Read(new Batches(data, new BatchOptions { Size = 6, Workers = workers, Ahead = ahead }), 4, 2);
        Assert.Equal(expected.Select(batch => batch.Values), actual.Select(batch => batch.Values));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(17)]
    public void Epoch_FromBatchK_EqualsTheTail(int first)
    {
        var batches = new Batches(Some.Rows(100), new BatchOptions { Size = 6, Workers = 2 });
        Assert.Equal(Read(batches, 1, 0).Skip(first).Select(batch => batch.Values), Read(batches, 1, 0, first).Select(batch => batch.Values));
    }

    [Fact]
    public void Epoch_DropLast_LeavesOutTheShortBatch()
    {
        var batches = new Batches(Some.Rows(10), new BatchOptions { Size = 4, DropLast = true });
        Assert.Equal([4, 4], Read(batches, 1, 0).Select(batch => batch.Rows.Length));
        Assert.Equal(2, batches.PerEpoch);
    }

    [Fact]
    public void Epoch_WithoutShuffle_KeepsStoredOrder() =>
        Assert.Equal(Enumerable.Range(0, 10), Rows(new Batches(Some.Rows(10), new BatchOptions { Size = 3, Shuffle = false }), 1, 5));

    [Fact]
    public void Constructor_DropLastOfLessThanOneBatch_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Batches(Some.Rows(3), new BatchOptions { Size = 4, DropLast = true }));

    [Fact]
    public void Epoch_ReadFails_ConsumerSeesItAtThatBatch()
    {
        var batches = new Batches(new Failing(failAt: 25), new BatchOptions { Size = 10, Shuffle = false, Workers = 2 });
        var seen = 0;
        var failure = Assert.Throws<IOException>(() =>
        {
            foreach (var batch in batches.Epoch(1, 0))
            {
                seen += batch.Count;
            }
        });
        Assert.Equal("row 25", failure.Message);
        Assert.Equal(20, seen);
    }

    [Fact]
    public void Epoch_ConsumerLeavesEarly_ThreadsEnd()
    {
        var data = new Failing(failAt: int.MaxValue);
        var watch = Stopwatch.StartNew();
        foreach (var batch in new Batches(data, new BatchOptions { Size = 1, Workers = 4, Ahead = 2 }).Epoch(1, 0))
        {
            break;
        }

        // Leaving the loop joins the threads, so nothing is read afterwards and at most the ring was read before.
        var read = data.Reads;
        Thread.Sleep(50);
        Assert.Equal(read, data.Reads);
        Assert.InRange(read, 1, 1 + 2 + 4 + 1);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void Epoch_SlowConsumer_ReadsNoFurtherAheadThanAsked()
    {
        var data = new Failing(failAt: int.MaxValue);
        using var epoch = new Batches(data, new BatchOptions { Size = 1, Workers = 1, Ahead = 3 }).Epoch(1, 0).GetEnumerator();
        epoch.MoveNext();
        Thread.Sleep(100);
        Assert.InRange(data.Reads, 1, 3 + 1 + 1);
    }

    [Fact]
    public void Epoch_BatchInHand_IsNotOverwritten()
    {
        foreach (var batch in new Batches(Some.Rows(200, 1), new BatchOptions { Size = 1, Workers = 3, Ahead = 1, Shuffle = false }).Epoch(1, 0))
        {
            Thread.Yield();
            Assert.Equal(batch.Index, batch.Values[0]);
        }
    }

    private static List<(int[] Rows, float[] Values)> Read(Batches batches, long seed, int epoch, int first = 0) =>
        [.. batches.Epoch(seed, epoch, first).Select(batch => (batch.Rows[..batch.Count], batch.Values[..(batch.Count * batch.Shape.Size)]))];

    private static int[] Rows(Batches batches, long seed, int epoch) => [.. Read(batches, seed, epoch).SelectMany(batch => batch.Rows)];

    private sealed class Failing(int failAt) : IDataset
    {
        private int _reads;

        public int Reads => Volatile.Read(ref _reads);

        public string Name => "failing";

        public int Count => 1000;

        public DataShape Shape => DataShape.Vector(1);

        public DataRange Range => DataRange.Real;

        public IReadOnlyList<LabelColumn> Labels => [];

        public void Read(ReadOnlySpan<int> rows, Span<float> destination)
        {
            Interlocked.Increment(ref _reads);
            foreach (var row in rows)
            {
                if (row == failAt)
                {
                    throw new IOException($"row {row}");
                }
            }
        }
    }
}
