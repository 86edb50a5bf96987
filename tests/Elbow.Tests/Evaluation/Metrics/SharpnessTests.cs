using Elbow.Evaluation.Metrics;
using Elbow.Experiments;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Evaluation.Metrics;

public sealed class SharpnessTests
{
    private static readonly Sharpness Metric = new();

    [Fact]
    public void PerPicture_GoldenPictures_IsTheVarianceByLoops()
    {
        using var scope = TensorScope.Open();
        var pictures = Tensor.From([.. from n in Enumerable.Range(0, 3) from d in Enumerable.Range(0, 72) select 0.5 + 0.5 * Math.Sin(0.7 * n + 1.9 * d + 0.37 * n * d)], [3, 1, 8, 9]);
        Assert.Equal(Sets.Golden.GetProperty("sharpness").Numbers(), Metric.PerPicture(pictures, "real"), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void Compare_BlurredPictures_AreLessSharp()
    {
        using var scope = TensorScope.Open();
        var crisp = Small.Uniform(1, 300, 1, 12, 12);
        var blurred = crisp.Conv2d(Tensor.Full(1 / 9.0, [1, 1, 3, 3], DType.Float64), null);
        var found = Metric.Compare(crisp, blurred, Sets.Usual);
        Assert.InRange(found["sharpnessRatio"].Value, 0.001, 0.2);
        // Independent uniform pixels: Var(4 neighbours − 4 centre) = 20/12.
        Assert.True(Math.Abs(found["sharpnessReal"].Value - 20.0 / 12) < 0.05);
    }

    [Fact]
    public void Compare_GreyAsColour_IsTheSame()
    {
        using var scope = TensorScope.Open();
        var grey = Small.Uniform(1, 5, 1, 6, 6);
        Assert.Equal(Metric.PerPicture(grey, "real"), Metric.PerPicture(grey.Repeat(1, 3, 1, 1), "real"), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void Compare_TinyPictures_AreRefused()
    {
        using var scope = TensorScope.Open();
        Assert.Contains("3 x 9", Assert.Throws<UserException>(() => Metric.PerPicture(Small.Uniform(1, 2, 1, 3, 9), "real")).What);
    }

    [Fact]
    public void Compare_PlainReals_HaveNoRatio()
    {
        using var scope = TensorScope.Open();
        Assert.Equal(double.NaN, Metric.Compare(Tensor.Full(0.5, [2, 1, 5, 5], DType.Float64), Small.Uniform(1, 2, 1, 5, 5), Sets.Usual)["sharpnessRatio"].Value);
    }
}
