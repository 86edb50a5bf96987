using Elbow.Torch.Native;

namespace Elbow.Torch.Tests.Native;

public sealed class OpTests : IDisposable
{
    private readonly ScopeFixture scope = new();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void EveryBoundOperator_ExistsInThisLibtorch()
    {
        var ops = typeof(Aten).GetFields(System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic).Where(field => field.FieldType == typeof(Op)).ToArray();
        Assert.True(ops.Length > 100);
        var absent = ops.Where(field =>
        {
            // Called without arguments, an operator that exists complains about those.
            var error = Assert.Throws<TorchException>(() => ((Op)field.GetValue(null)!).Call());
            return !error.Message.Contains("is missing", StringComparison.Ordinal);
        });
        Assert.Empty(absent.Select(field => field.Name));
    }

    // Without gradients calls enter below autograd, where these do something else.
    [Fact]
    public void NoBoundOperator_NeedsAutogradWithoutGradients()
    {
        string[] held = ["aten::detach_", "aten::resize_", "aten::resize_as_", "aten::_make_dual"];
        var names = typeof(Aten).GetFields(System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic).Select(field => field.GetValue(null)).OfType<Op>().Select(op => op.Name);
        Assert.Empty(names.Intersect(held));
    }

    [Fact]
    public void Call_OperatorRegisteredWithOtherTypes_IsFound()
    {
        var error = Assert.Throws<TorchException>(() => new Op("quantized::mul", "Scalar").Call());
        Assert.Contains("is missing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Call_UnknownOperator_NamesIt()
    {
        var error = Assert.Throws<TorchException>(() => new Op("aten::no_such_thing").Call(Tensor.From(1.0)));
        Assert.Equal("aten::no_such_thing", error.Operation);
        Assert.Throws<TorchException>(() => new Op("aten::add", "NoSuchOverload").Call(Tensor.From(1.0)));
    }

    [Fact]
    public void Call_TooManyArguments_IsRefused()
    {
        var error = Assert.Throws<TorchException>(() => new Op("aten::relu").Call(Tensor.From(1.0), 1));
        Assert.Contains("takes 1 arguments, got 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Call_MissingArgument_NamesIt()
    {
        var error = Assert.Throws<TorchException>(() => new Op("aten::add", "Tensor").Call(Tensor.From(1.0)));
        Assert.Contains("argument 'other' is missing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Call_WrongKindOfArgument_Throws() => Assert.Throws<TorchException>(() => new Op("aten::relu").Call("text"));

    [Fact]
    public void Call_AfterAnError_StartsClean()
    {
        var add = new Op("aten::add", "Tensor");
        Assert.Throws<TorchException>(() => add.Call(Tensor.Zeros([2]), Tensor.Zeros([3])));
        add.Call(Tensor.From(1.0), Tensor.From(2.0)).MustEqual([3]);
    }

    [Fact]
    public void Call_SeveralResults_IsRefusedAndLeavesNothing()
    {
        var x = Tensor.Zeros([1 << 17], DType.Float64);
        var unbind = new Op("aten::unbind", "int");
        var error = Assert.Throws<TorchException>(() => unbind.Call(Tensor.Zeros([3, 2])));
        Assert.Contains("more than 1 results", error.Message, StringComparison.Ordinal);
        var sort = new Op("aten::sort");
        Memory.MustNotGrow(() => Assert.Throws<TorchException>(() => sort.Call(x)));
    }

    [Fact]
    public void Call_ResultThatIsNoTensor_IsRefused()
    {
        var error = Assert.Throws<TorchException>(() => new Op("aten::size", "int").Call(Tensor.From(1.0), 0));
        Assert.Contains("expected one tensor as result, got Int", error.Message, StringComparison.Ordinal);
        Assert.Throws<TorchException>(() => new Op("aten::size", "int").CallMany(3, Tensor.From(1.0), 0));
    }

    [Fact]
    public void Call_NoResult_IsRefused()
    {
        var error = Assert.Throws<TorchException>(() => new Op("aten::_foreach_abs_").Call(new[] { Tensor.From(1.0) }));
        Assert.Contains("got none", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CallMany_SpreadsLists() =>
        Assert.Equal([1.0, 2, 3], new Op("aten::unbind", "int").CallMany(5, Tensor.From(1.0, 2, 3)).Select(part => part.ToDouble()));

    [Fact]
    public void Arguments_OfEveryKind_Arrive()
    {
        var x = Tensor.From([1.0, -7, 3, 4], [2, 2]);
        new Op("aten::div", "Tensor_mode").Call(x, Tensor.From(2.0), "floor").MustEqual([0, -4, 1, 2]);
        new Op("aten::index", "Tensor").Call(x, Arg.Optional([null, Tensor.From(1L)])).MustEqual([-7, 4]);
        new Op("aten::sum", "dim_IntList").Call(x, new[] { 0L }, true, DType.Float32).MustEqual(Tensor.From([4f, -3], [1, 2]));
        new Op("aten::clamp").Call(x, Arg.None, 2L).MustEqual([1, -7, 2, 2]);
        new Op("aten::full").Call(new[] { 1L }, 2.5, DType.Float64, Arg.None, Device.Cpu, false).MustEqual([2.5]);
        Assert.Equal(2, new Op("aten::convolution").Call(
            Tensor.Ones([1, 1, 3]), Tensor.Ones([1, 1, 2]), (Tensor?)null, new[] { 1L }, new[] { 0L }, new[] { 1L }, false, new[] { 0L }, 1L).Count);
    }

    [Fact]
    public void DirectCalls_AreTheBoxedOnes()
    {
        // A truth value is a scalar that only a boxed call takes.
        var x = Tensor.From(0.3, -2, 5, 1);
        foreach (var op in new[] { Aten.MulScalar, Aten.DivScalar, Aten.PowScalar, Aten.EqScalar, Aten.LeakyRelu }) op.Call(x, 1L).MustEqual(op.Call(x, true), 0);
    }

    [Fact]
    public void DirectCalls_TakeDefaultsForWhatIsLeftOut()
    {
        Tensor x = Tensor.From(0.25, -2), y = Tensor.From(4.0, 0.5);
        Aten.Add.Call(x, y).MustEqual([4.25, -1.5], 0);
        Aten.Add.Call(x, y, 2L).MustEqual([8.25, -1], 0);
        Aten.AddScalar.Call(x, 3.0).MustEqual([3.25, 1], 0);
        Aten.RsubScalar.Call(x, 3.0, 2.0).MustEqual([2.5, 7], 0);
        Aten.LeakyRelu.Call(x).MustEqual([0.25, -0.02], 1e-16);
    }

    [Fact]
    public void DirectCalls_KeepTheTypesOfScalars()
    {
        var whole = Tensor.From(1L, 2);
        Assert.Equal(DType.Int64, (whole * 3L).DType);
        Assert.Equal(DType.Int64, Aten.Add.Call(whole, whole, 2L).DType);
        Assert.Equal(DType.Float32, (whole * 3.0).DType);
        Assert.Throws<TorchException>(() => Aten.Add.Call(whole, whole, 0.5));
    }

    [Fact]
    public void DirectCalls_LeaveWhatAGraphSavedToTheGraph()
    {
        var x = Tensor.From(0.3, -2).WithGrad();
        var y = x.Exp();
        var z = y * y;
        y.Dispose();
        z.Sum().Backward();
        x.Gradient!.MustEqual([2 * Math.Exp(0.6), 2 * Math.Exp(-4)]);
    }

    [Fact]
    public void DirectCalls_WithoutATensor_AreRefused()
    {
        var x = Tensor.From(1.0);
        Assert.Throws<TorchException>(() => x * null!);
        Assert.Throws<TorchException>(() => null! * x);
        Assert.Throws<TorchException>(() => Aten.Relu.Call((Tensor)null!));
        var gone = Tensor.From(1.0);
        gone.Dispose();
        Assert.Throws<ObjectDisposedException>(() => x * gone);
        Assert.Throws<ObjectDisposedException>(() => gone.Relu());
    }

    [Fact]
    public void Lists_LongerThanTheScratchSpace_Arrive()
    {
        var parts = Enumerable.Range(0, 200).Select(k => Tensor.From([(double)k], [])).ToArray();
        Tensor.Stack(0, parts).MustEqual([.. Enumerable.Range(0, 200).Select(k => (double)k)]);
    }

    [Fact]
    public void FirstCalls_FromManyThreads_AllSucceed()
    {
        for (var round = 0; round < 200; round++)
        {
            var op = new Op("aten::add", "Tensor");
            using var start = new Barrier(4);
            var errors = new Exception?[4];
            var threads = Enumerable.Range(0, 4).Select(rank => new Thread(() =>
            {
                using var inner = TensorScope.Open();
                var x = Tensor.From((double)rank);
                start.SignalAndWait();
                errors[rank] = Record.Exception(() => op.Call(x, x).MustEqual([2.0 * rank]));
            })).ToArray();
            foreach (var thread in threads) thread.Start();
            foreach (var thread in threads) thread.Join();
            Assert.All(errors, Assert.Null);
        }
    }

    [Fact]
    public void UndefinedResult_IsNotATensor()
    {
        // The gradients that the mask leaves out come back undefined.
        var error = Assert.Throws<TorchException>(() => new Op("aten::convolution_backward").CallMany(
            3, Tensor.Ones([1, 1, 2]), Tensor.Ones([1, 1, 3]), Tensor.Ones([1, 1, 2]), Arg.None, new[] { 1L }, new[] { 0L }, new[] { 1L }, false, new[] { 0L }, 1L, new[] { true, false, false }));
        Assert.Contains("result 1 is None", error.Message, StringComparison.Ordinal);
    }
}
