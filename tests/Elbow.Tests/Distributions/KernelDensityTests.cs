using Elbow.Distributions;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Distributions;

public sealed class KernelDensityTests
{
    [Fact]
    public void LogProb_SomePoints_IsTheLogOfTheMeanOfKernels()
    {
        using var scope = TensorScope.Open();
        var (points, z) = (Small.Normal(1, 7, 3), Small.Normal(2, 5, 3));
        Assert.All(Plain(points, z, 0.4).Zip(new KernelDensity(points, 0.4).LogProb(z).ToArray<double>()), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Fact]
    public void LogProb_OneKernelAtTheOriginOfWidthOne_IsTheStandardNormal()
    {
        using var scope = TensorScope.Open();
        var z = Small.Normal(1, 50, 6) * 3;
        var zero = Tensor.Zeros([6], DType.Float64);
        Assert.Equal(0, (new KernelDensity(zero.Unsqueeze(0), 1).LogProb(z) - Normal.FromLogVar(zero, zero).LogProb(z)).Abs().Amax(0).ToDouble(), 1e-12);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void LogProb_ManyPointsOfAGaussian_IsThatGaussianWidenedByTheKernel(int L)
    {
        using var scope = TensorScope.Open();
        var (s, h) = (0.8, 0.5);
        var z = Small.Normal(1, 1, L);
        // The kernels around independent points are independent draws of an unbiased estimate.
        var kernels = (z - Small.Normal(2, 40_000, L) * s).Square().Sum(1L) * (-0.5 / (h * h));
        var wide = Normal.FromLogVar(Tensor.Zeros([L], DType.Float64), Tensor.Full(Math.Log(s * s + h * h), [], DType.Float64));
        MonteCarlo.Agree(kernels.Exp() * Math.Pow(2 * Math.PI * h * h, -0.5 * L), wide.LogProb(z).Exp().ToDouble(), $"density in {L} dimensions");
    }

    [Theory]
    [InlineData(16, 0.0)]
    [InlineData(128, 0.0)]
    [InlineData(16, 1000.0)]
    public void LogProb_InFloat32_IsThatInFloat64(int L, double offset)
    {
        using var scope = TensorScope.Open();
        // The same numbers for both: those of float32. Far from the origin the product of vectors alone would lose every digit.
        var (points, z) = ((Small.Normal(1, 3000, L) + offset).To(DType.Float32), (Small.Normal(2, 200, L) + offset).To(DType.Float32));
        var exact = new KernelDensity(points.To(DType.Float64), 0.6).LogProb(z.To(DType.Float64));
        var single = new KernelDensity(points, 0.6).LogProb(z).To(DType.Float64);
        // Beyond that, positions themselves have a spacing of 6e-5 at 1000.
        Assert.True((exact - single).Abs().Amax(0).ToDouble() < (offset == 0 ? 5e-4 : 5e-3), $"{(exact - single).Abs().Amax(0).ToDouble()}");
    }

    [Fact]
    public void LogProb_PointsFarAway_IsFinite()
    {
        using var scope = TensorScope.Open();
        var density = new KernelDensity(Small.Normal(1, 20, 4).To(DType.Float32), 0.3).LogProb(Tensor.Full(1e4, [1, 4]));
        Assert.InRange(density.ToDouble(), -4.0 * 1e8 / (2 * 0.09) * 1.01, -4.0 * 1e8 / (2 * 0.09) * 0.99);
    }

    [Fact]
    public void LogProb_InSeveralBlocks_IsThatOfOneRowAtATime()
    {
        using var scope = TensorScope.Open();
        // A million pairs at once: 300 rows of 9000 points are three blocks.
        var density = new KernelDensity(Small.Normal(1, 9000, 2), 0.2);
        var z = Small.Normal(2, 300, 2);
        var together = density.LogProb(z).ToArray<double>();
        foreach (var row in new[] { 0, 115, 116, 117, 299 }) Assert.Equal(density.LogProb(z[row]).ToDouble(), together[row], 1e-12);
        var leaf = z.Detach().WithGrad();
        var gradient = Autograd.Grad(density.LogProb(leaf).Sum(), [leaf])[0];
        var one = z[200].Detach().WithGrad();
        Assert.Equal(0, (Autograd.Grad(density.LogProb(one), [one])[0] - gradient[200]).Abs().Sum().ToDouble(), 1e-12);
    }

    [Fact]
    public void LeaveOneOut_EachPoint_IsTheDensityOfTheOthers()
    {
        using var scope = TensorScope.Open();
        var points = Small.Normal(1, 6, 3);
        var found = new KernelDensity(points, 0.7).LeaveOneOut().ToArray<double>();
        for (var i = 0; i < 6; i++)
        {
            var others = Tensor.Cat(0, points.Narrow(0, 0, i), points.Narrow(0, i + 1, 5 - i));
            Assert.Equal(new KernelDensity(others, 0.7).LogProb(points[i]).ToDouble(), found[i], 1e-12);
        }
        Assert.Throws<InvalidOperationException>(() => new KernelDensity(points.Narrow(0, 0, 1), 0.7).LeaveOneOut());
    }

    [Fact]
    public void LeaveOneOut_InSeveralBlocks_LeavesOutTheRightOnes()
    {
        using var scope = TensorScope.Open();
        var points = Small.Normal(1, 1500, 2);
        var density = new KernelDensity(points, 0.2);
        // (M − 1) q₋ᵢ = M q(z_i) − kernel at distance 0.
        var self = Math.Pow(2 * Math.PI * 0.04, -1);
        var wanted = ((1500 * density.LogProb(points).Exp() - self) / 1499).Log();
        Assert.Equal(0, (density.LeaveOneOut() - wanted).Abs().Amax(0).ToDouble(), 1e-7);
    }

    [Fact]
    public void LogProb_Gradients_AreThoseOfFiniteDifferences()
    {
        using var scope = TensorScope.Open();
        Gradients.Check(inputs => new KernelDensity(inputs[0], 0.5).LogProb(inputs[1]), [Small.Normal(1, 5, 3), Small.Normal(2, 4, 3)]);
        Gradients.Check(inputs => new KernelDensity(inputs[0], 0.5).LeaveOneOut(), [Small.Normal(1, 5, 3)]);
    }

    [Fact]
    public void Rotation_OfPointsAndValues_ChangesNothing()
    {
        using var scope = TensorScope.Open();
        var (points, z) = (Small.Normal(1, 40, 5), Small.Normal(2, 9, 5));
        var (turn, _) = Small.Normal(3, 5, 5).Qr();
        Assert.Equal(0, (new KernelDensity(points, 0.5).LogProb(z) - new KernelDensity(points.Matmul(turn), 0.5).LogProb(z.Matmul(turn))).Abs().Amax(0).ToDouble(), 1e-12);
    }

    [Fact]
    public void ProductOfOneDimensionalMixtures_IsNotTheDensity()
    {
        // A known fault of published code: log-sum-exp for each coordinate by itself. It integrates to one as well, and puts mass where no point is.
        using var scope = TensorScope.Open();
        var points = Tensor.From([1.0, 1, -1, -1], [2, 2]);
        var (density, z) = (new KernelDensity(points, 0.3), Tensor.From([1.0, -1], [1, 2]));
        var faulty = Enumerable.Range(0, 2).Sum(d => new KernelDensity(points.Narrow(1, d, 1), 0.3).LogProb(z.Narrow(1, d, 1)).ToDouble());
        Assert.Equal(Plain(points, z, 0.3)[0], density.LogProb(z).ToDouble(), 1e-12);
        Assert.True(faulty - density.LogProb(z).ToDouble() > 20);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void Create_WidthOfNoKernel_IsRefused(double h)
    {
        using var scope = TensorScope.Open();
        Assert.Throws<ArgumentOutOfRangeException>(() => new KernelDensity(Small.Normal(1, 3, 2), h));
        Assert.Throws<ShapeException>(() => new KernelDensity(Small.Normal(1, 3, 2), 1).LogProb(Small.Normal(1, 3, 1)));
    }

    // The definition, number by number.
    private static double[] Plain(Tensor points, Tensor z, double h)
    {
        var (M, L) = (points.Shape[0], points.Shape[1]);
        double[] p = points.ToArray<double>(), q = z.ToArray<double>();
        return [.. Enumerable.Range(0, (int)z.Shape[0]).Select(i => Math.Log(Enumerable.Range(0, (int)M).Average(m =>
            Math.Exp(-Enumerable.Range(0, (int)L).Sum(d => Math.Pow(q[i * L + d] - p[m * L + d], 2)) / (2 * h * h)) * Math.Pow(2 * Math.PI * h * h, -0.5 * L))))];
    }
}
