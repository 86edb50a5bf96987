using Elbow.Distributions;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Distributions;

public class MixtureTests
{
    private static readonly double[] Weights = [0.3, 0.7], Means = [0, 0, 1, -1], Variances = [1, 0.25, 0.5, 2];

    [Fact]
    public void LogProb_TwoComponentsInThePlane_IsTheJointMixture()
    {
        using var scope = TensorScope.Open();
        var logP = Example().LogProb(Tensor.From(0.5, 0.2)).ToDouble();
        Assert.Equal(-1.9781350339, logP, 1e-10);
        Assert.NotEqual(-1.9090254126, logP, 1e-3); // the product of one-dimensional mixtures
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Sample_TwoComponentsInThePlane_HasTheMixturesMoments(bool pickable)
    {
        using var scope = TensorScope.Open();
        var x = Example(pickable).Sample(new Generator(5), 50_000);
        var (a, b) = (x.Select(1, 0) - 0.7, x.Select(1, 1) + 0.7);
        MonteCarlo.Agree(a, 0, "mean 0");
        MonteCarlo.Agree(b, 0, "mean 1");
        MonteCarlo.Agree(a.Square(), 0.86, "variance 0"); // 0.685 and 3.02875 with exp(logVar) for a standard deviation
        MonteCarlo.Agree(b.Square(), 1.685, "variance 1");
        MonteCarlo.Agree(a * b, -0.21, "covariance");
    }

    [Fact]
    public void Sample_BatchOfMixtures_ChoosesForEachMemberByItsOwnWeights()
    {
        using var scope = TensorScope.Open();
        var means = Tensor.Arange(0, 6, DType.Float64).Reshape(2, 3, 1);
        var logWeights = Tensor.From([0.0, -800, -800, -800, 0, -800], [2, 3]);
        var d = new Mixture(logWeights, Normal.FromScale(means, means.Scalar(1e-3)));
        Assert.True(((d.Sample(new Generator(1), 100) - Tensor.From([0.0, 4], [2, 1])).Abs() < 0.1).All());
        Assert.True(((d.Mean - Tensor.From([0.0, 4], [2, 1])).Abs() < 1e-12).All());
    }

    [Fact]
    public void LogProb_ComponentsInAnotherOrder_IsTheSame()
    {
        using var scope = TensorScope.Open();
        var x = Tensor.Randn([9, 2], new Generator(2), DType.Float64);
        var (w, m, v) = Parameters();
        var turned = new Mixture(w.Flip(0), Normal.FromLogVar(m.Flip(0), v.Flip(0)));
        Assert.True(((turned.LogProb(x) - Example().LogProb(x)).Abs() <= 1e-13).All());
    }

    [Fact]
    public void LogProb_EqualComponents_IsThatOfOne()
    {
        using var scope = TensorScope.Open();
        var x = Tensor.Randn([9, 2], new Generator(2), DType.Float64);
        var (w, m, v) = Parameters();
        var same = new Mixture(w, Normal.FromLogVar(m[1].Expand(2, 2), v[1].Expand(2, 2)));
        Assert.True(((same.LogProb(x) - Normal.FromLogVar(m[1], v[1]).LogProb(x)).Abs() <= 1e-13).All());
    }

    [Fact]
    public void LogProb_UnnormalisedWeights_AreNormalised()
    {
        using var scope = TensorScope.Open();
        var (w, m, v) = Parameters();
        var x = Tensor.From(0.5, 0.2);
        Assert.Equal(Example().LogProb(x).ToDouble(), new Mixture(w + 3, Normal.FromLogVar(m, v)).LogProb(x).ToDouble(), 1e-13);
    }

    [Fact]
    public void LogProb_OtherNumberOfComponents_IsRefused()
    {
        using var scope = TensorScope.Open();
        var (_, m, v) = Parameters();
        var three = new Mixture(Tensor.Zeros([3], DType.Float64), Normal.FromLogVar(m, v));
        Assert.Throws<ShapeException>(() => three.LogProb(Tensor.From(0.5, 0.2)));
    }

    private static (Tensor LogWeights, Tensor Mean, Tensor LogVar) Parameters() =>
        (Tensor.From(Weights).Log(), Tensor.From(Means, [2, 2]), Tensor.From(Variances, [2, 2]).Log());

    private static Mixture Example(bool pickable = true)
    {
        var (w, m, v) = Parameters();
        IDistribution components = Normal.FromLogVar(m, v);
        // An Independent that adds no axis is the same distribution without a way to pick from it.
        return new Mixture(w, pickable ? components : new Independent(components, 0));
    }
}
