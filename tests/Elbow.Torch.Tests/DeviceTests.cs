namespace Elbow.Torch.Tests;

public sealed class DeviceTests
{
    [Theory]
    [InlineData("cpu", "cpu", false)]
    [InlineData("cuda", "cuda:0", true)]
    [InlineData("cuda:1", "cuda:1", true)]
    [InlineData("cuda:254", "cuda:254", true)]
    public void Parse_KnownNames(string text, string name, bool cuda)
    {
        var device = Device.Parse(text);
        Assert.Equal(name, device.ToString());
        Assert.Equal(cuda, device.IsCuda);
        Assert.Equal(device, Device.Parse(name));
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("CPU")]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:+1")]
    [InlineData("cuda: 1")]
    [InlineData("cuda:255")]
    [InlineData("cuda:1x")]
    public void Parse_AnythingElse_SaysWhatToUse(string? text)
    {
        var error = Assert.Throws<FormatException>(() => Device.Parse(text));
        Assert.Equal($"'{text}' is no device: use cpu, cuda or cuda:N", error.Message);
    }

    [Fact]
    public void Default_IsTheProcessor() => Assert.Equal(Device.Cpu, default);

    [Theory]
    [InlineData(-1)]
    [InlineData(255)]
    public void Cuda_ImpossibleIndex_Throws(int index) => Assert.Throws<ArgumentOutOfRangeException>(() => Device.Cuda(index));

    [Fact]
    public void OfATensor_IsWhereItWasMade()
    {
        using var x = Tensor.Zeros([1], device: Device.Cpu);
        Assert.Equal(Device.Cpu, x.Device);
        Assert.Same(x, x.To(default(Device)));
    }
}
