namespace Elbow.Torch.Tests;

public sealed class ShapeChecksTests
{
    [Fact]
    public void MustBe_Fits_ReturnsTheTensor()
    {
        using var logW = Tensor.Zeros([5, 64]);
        long K = 5, B = 64;
        Assert.Same(logW, logW.MustBe([K, B]));
        Assert.Same(logW, logW.MustBe([-1, B]));
    }

    [Fact]
    public void MustBe_Differs_NamesTensorSymbolsAndSizes()
    {
        using var logW = Tensor.Zeros([64, 5]);
        long K = 5, B = 64;
        var error = Assert.Throws<ShapeException>(() => logW.MustBe([K, B]));
        Assert.Equal("logW: expected [K, B] = [5, 64], got [64, 5]", error.Message);
    }

    [Fact]
    public void MustBe_OtherRank_IsRefusedEvenWhenTheCountFits()
    {
        using var x = Tensor.Zeros([4]);
        var error = Assert.Throws<ShapeException>(() => x.MustBe([4, 1]));
        Assert.Equal("x: expected [4, 1] = [4, 1], got [4]", error.Message);
    }

    [Fact]
    public void MustBe_Scalar()
    {
        using var x = Tensor.From([1.0], []);
        Assert.Same(x, x.MustBe([]));
    }
}
