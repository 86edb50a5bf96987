namespace Elbow.Torch.Tests;

public sealed class ScriptModuleTests : IDisposable
{
    private readonly ScopeFixture scope = new();

    /// <summary>Made by <c>tests/golden/script/make.py</c>.</summary>
    private static string Golden { get; } = Path.Combine(AppContext.BaseDirectory, "golden", "script", "features.pt");

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Forward_RunsInEvaluationMode()
    {
        using var module = ScriptModule.Load(Golden);
        module.Forward(Tensor.From([1f, 2, 3, 0, 0, 0], [2, 3])).MustEqual(Tensor.From([14.5f, 1.5f, 0.5f, -0.5f], [2, 2]), 1e-6);
    }

    [Fact]
    public void Call_SpreadsTuplesAndLists()
    {
        using var module = ScriptModule.Load(Golden);
        Assert.Equal([1.0, 2, 3], module.Call("several", Tensor.Zeros([])).Select(result => result.ToDouble()));
    }

    [Fact]
    public void Call_ResultThatIsNoTensor_IsRefusedAndLeavesNothing()
    {
        using var module = ScriptModule.Load(Golden);
        var x = Tensor.Zeros([2]);
        var before = Tensor.LiveCount;
        var error = Assert.Throws<TorchException>(() => module.Call("count", x));
        Assert.Contains("result 1 is Int", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, Tensor.LiveCount);
    }

    [Fact]
    public void Call_MoreResultsThanFit_IsRefused()
    {
        using var module = ScriptModule.Load(Golden);
        var error = Assert.Throws<TorchException>(() => module.Call("many", Tensor.Zeros([2])));
        Assert.Contains("more than 64 results", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Call_FailureInside_CarriesItsMessage()
    {
        using var module = ScriptModule.Load(Golden);
        var error = Assert.Throws<TorchException>(() => module.Call("fail", Tensor.Zeros([2])));
        Assert.Equal("TorchScript fail", error.Operation);
        Assert.Contains("the extractor wants nothing", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("absent")]
    [InlineData("")]
    public void Call_UnknownMethod_Throws(string method)
    {
        using var module = ScriptModule.Load(Golden);
        Assert.Throws<TorchException>(() => module.Call(method, Tensor.Zeros([2])));
    }

    [Fact]
    public void Forward_WrongNumberOfInputs_Throws()
    {
        using var module = ScriptModule.Load(Golden);
        Assert.Throws<TorchException>(() => module.Call("forward"));
    }

    [Fact]
    public void Forward_OfADisposedModule_Throws()
    {
        var module = ScriptModule.Load(Golden);
        module.Dispose();
        Assert.Throws<ObjectDisposedException>(() => module.Forward(Tensor.Zeros([1, 3])));
    }

    [Fact]
    public void Load_NoSuchFile_NamesIt()
    {
        var error = Assert.Throws<TorchException>(() => ScriptModule.Load("/nowhere/features.pt"));
        Assert.Equal("load '/nowhere/features.pt'", error.Operation);
    }

    [Fact]
    public void Load_WhatIsNoTorchScript_Throws()
    {
        var path = Path.GetTempFileName();
        try
        {
            Assert.Throws<TorchException>(() => ScriptModule.Load(path));
            File.WriteAllText(path, "no module at all, but a file with some text in it");
            var error = Assert.Throws<TorchException>(() => ScriptModule.Load(path));
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Load_TruncatedAnywhere_Throws()
    {
        var whole = File.ReadAllBytes(Golden);
        var path = Path.GetTempFileName();
        try
        {
            for (var length = 0; length < whole.Length - 1; length += whole.Length / 20)
            {
                File.WriteAllBytes(path, whole[..length]);
                Assert.Throws<TorchException>(() => ScriptModule.Load(path));
            }
        }
        finally
        {
            File.Delete(path);
        }
    }
}
