namespace Elbow.Torch.Tests;

public sealed class TensorScopeTests
{
    [Fact]
    public void Dispose_FreesWhatWasMadeInside()
    {
        var before = Tensor.LiveCount;
        Tensor x;
        using (TensorScope.Open())
        {
            x = Tensor.Zeros([3]) + 1;
            Assert.Equal(before + 2, Tensor.LiveCount);
        }
        Assert.Equal(before, Tensor.LiveCount);
        Assert.Throws<ObjectDisposedException>(() => x.Shape[0] + x.ToDouble());
    }

    [Fact]
    public void Nesting_InnerScopeFreesOnlyItsOwn()
    {
        using var outer = TensorScope.Open();
        var a = Tensor.From(1.0);
        Tensor b;
        using (TensorScope.Open()) b = a + 1;
        a.MustEqual([1]);
        Assert.Throws<ObjectDisposedException>(() => b.ToDouble());
    }

    [Fact]
    public void Keep_MovesToTheScopeAround()
    {
        var before = Tensor.LiveCount;
        using (TensorScope.Open())
        {
            Tensor kept;
            using (var inner = TensorScope.Open()) kept = inner.Keep(Tensor.From(1.0) + 1);
            kept.MustEqual([2]);
        }
        Assert.Equal(before, Tensor.LiveCount);
    }

    [Fact]
    public void Keep_InTheOutermostScope_HandsOver()
    {
        var before = Tensor.LiveCount;
        Tensor kept;
        using (var scope = TensorScope.Open()) kept = scope.Keep(Tensor.From(1.0) + 1);
        Assert.Equal(before + 1, Tensor.LiveCount);
        kept.MustEqual([2]);
        kept.Dispose();
        Assert.Equal(before, Tensor.LiveCount);
    }

    [Fact]
    public void Keep_ByAnOuterScope_TakesATensorOutOfEveryScopeInside()
    {
        using var around = TensorScope.Open();
        Tensor kept;
        using (var outer = TensorScope.Open())
        {
            using (TensorScope.Open())
            {
                using (TensorScope.Open()) kept = outer.Keep(Tensor.From(4.0));
            }
        }
        kept.MustEqual([4]);
    }

    [Fact]
    public void Keep_WhatLivesLongerAlready_StaysWhereItIs()
    {
        using var outer = TensorScope.Open();
        var x = Tensor.From(1.0);
        var home = x.Owner;
        using (var inner = TensorScope.Open()) Assert.Same(x, inner.Keep(x));
        Assert.Same(home, x.Owner);
    }

    [Fact]
    public void Keep_Twice_IsKeepOnce()
    {
        using var outer = TensorScope.Open();
        Tensor kept;
        using (var inner = TensorScope.Open()) kept = inner.Keep(inner.Keep(Tensor.From(1.0)));
        kept.MustEqual([1]);
    }

    [Fact]
    public void Keep_ByAClosedScope_Throws()
    {
        var error = Record(static () =>
        {
            var scope = TensorScope.Open();
            scope.Dispose();
            scope.Keep(Tensor.From(1.0));
        });
        Assert.Contains("closed", Assert.IsType<InvalidOperationException>(error).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Detach_OutlivesEveryScope()
    {
        Tensor parameter;
        using (TensorScope.Open())
        {
            using (TensorScope.Open()) parameter = TensorScope.Detach(TensorScope.Detach(Tensor.From(3.0)));
        }
        parameter.MustEqual([3]);
        parameter.Dispose();
    }

    [Fact]
    public void Dispose_OfATensorInside_TakesItOut()
    {
        var before = Tensor.LiveCount;
        using (TensorScope.Open())
        {
            var x = Tensor.From(1.0);
            var y = Tensor.From(2.0);
            x.Dispose();
            var z = Tensor.From(3.0);
            (y + z).MustEqual([5]);
            y.Dispose();
            z.MustEqual([3]);
        }
        Assert.Equal(before, Tensor.LiveCount);
    }

    [Fact]
    public void Dispose_Twice_LeavesALaterScopeAlone()
    {
        var error = Record(static () =>
        {
            var first = TensorScope.Open();
            first.Dispose();
            using var second = TensorScope.Open();
            var x = Tensor.From(1.0);
            first.Dispose();
            x.MustEqual([1]);
        });
        Assert.Null(error);
    }

    [Fact]
    public void Dispose_InTheWrongOrder_ThrowsAndTheRightOrderStillWorks()
    {
        var before = Tensor.LiveCount;
        var outer = TensorScope.Open();
        _ = Tensor.From(1.0);
        var inner = TensorScope.Open();
        _ = Tensor.From(2.0);
        var thrown = false;
        try
        {
            outer.Dispose();
        }
        catch (InvalidOperationException error)
        {
            thrown = error.Message.Contains("reverse order", StringComparison.Ordinal);
        }
        Assert.True(thrown);
        inner.Dispose();
        outer.Dispose();
        Assert.Equal(before, Tensor.LiveCount);
    }

    [Fact]
    public void Exception_InsideAScope_FreesItsTensors()
    {
        var before = Tensor.LiveCount;
        Assert.Throws<TorchException>(static () =>
        {
            using var scope = TensorScope.Open();
            var x = Tensor.Zeros([2, 3]);
            x.Matmul(x);
        });
        Assert.Equal(before, Tensor.LiveCount);
    }

    [Fact]
    public void TenThousandSteps_LeaveTheLiveCountUnchanged()
    {
        var parameter = Tensor.Zeros([4], DType.Float64).WithGrad();
        var data = Tensor.From(1.0, 2.0, 3.0, 4.0);
        var before = Tensor.LiveCount;
        for (var step = 0; step < 10_000; step++)
        {
            using var scope = TensorScope.Open();
            var loss = (parameter - data).Square().Sum();
            var gradient = Autograd.Grad(loss, [parameter])[0];
            using var noGrad = Autograd.NoGrad();
            parameter.AddInPlace(gradient, -0.1);
        }
        Assert.Equal(before, Tensor.LiveCount);
        parameter.MustEqual([1, 2, 3, 4]);
        parameter.Dispose();
        data.Dispose();
    }

    [Fact]
    public void LongScope_AroundDisposedTensors_DoesNotGrow()
    {
        using var scope = TensorScope.Open();
        var first = Tensor.From(1.0);
        for (var k = 0; k < 1000; k++) (first + k).Dispose();
        Assert.Equal(first.Slot + 1, (first + 1).Slot);
    }

    [Fact]
    public void Dispose_OnAnotherThread_IsRefused()
    {
        using var scope = TensorScope.Open();
        var x = Tensor.From(1.0);
        Exception? error = null;
        var thread = new Thread(() => error = Xunit.Record.Exception(x.Dispose));
        thread.Start();
        thread.Join();
        Assert.IsType<InvalidOperationException>(error);
        x.MustEqual([1]);
    }

    [Fact]
    public void Scopes_OfTwoThreads_AreIndependent()
    {
        var before = Tensor.LiveCount;
        using (TensorScope.Open())
        {
            var mine = Tensor.From(1.0);
            var thread = new Thread(static () =>
            {
                using var theirs = TensorScope.Open();
                _ = Tensor.From(2.0);
            });
            thread.Start();
            thread.Join();
            mine.MustEqual([1]);
        }
        Assert.Equal(before, Tensor.LiveCount);
    }

    private static Exception? Record(Action action) => Xunit.Record.Exception(action);
}
