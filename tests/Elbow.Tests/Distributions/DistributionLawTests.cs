using Elbow.Distributions;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Distributions;

/// <summary>What holds for every distribution.</summary>
public class DistributionLawTests
{
    private const long Draws = 20_000;

    public static TheoryData<string> Everything => DistributionCase.Names(_ => true);

    public static TheoryData<string> Integrable => DistributionCase.Names(c => c.Space is not null);

    public static TheoryData<string> WithEntropy => DistributionCase.Names(c => c.Is(d => d is IHasEntropy));

    public static TheoryData<string> WideEvent => DistributionCase.Names(c => c.Is(d => d.Mean.Shape[-1] > 1));

    public static TheoryData<string> BatchedAndPickable =>
        DistributionCase.Names(c => c.Is(d => d is IPickable && BatchOf(d).Rank == 1));

    public static TheoryData<string> Reparameterised => DistributionCase.Names(c => c.Is(d => d.Reparameterised));

    // A point has no density that could be integrated or differentiated: PointTests.
    [Fact]
    public void Cases_OfTheLaws_AreOfEveryDistribution()
    {
        using var scope = TensorScope.Open();
        var all = typeof(Normal).Assembly.GetTypes().Where(type => type is { IsClass: true, IsAbstract: false } && typeof(IDistribution).IsAssignableFrom(type));
        Assert.Equal(["Point"], all.Except(DistributionCase.All.Select(c => c.Make().GetType())).Select(type => type.Name));
    }

    [Theory, MemberData(nameof(Integrable))]
    public void LogProb_OverTheWholeSpace_SumsToOne(string name)
    {
        using var scope = TensorScope.Open();
        var c = DistributionCase.Of(name);
        var d = c.Make();
        Assert.Equal(1, c.Space!.Integrate(x => d.LogProb(x).Exp()), 1e-8);
    }

    [Theory, MemberData(nameof(Integrable))]
    public void Sample_ManyDraws_HaveTheEntropyOfTheDensity(string name)
    {
        using var scope = TensorScope.Open();
        var (d, entropy) = (DistributionCase.Of(name).Make(), EntropyOf(name));
        MonteCarlo.Agree(-d.LogProb(d.Sample(new Generator(11), Draws)), entropy, name);
    }

    [Theory, MemberData(nameof(Integrable))]
    public void Sample_ManyDraws_HaveTheMomentsOfTheDensity(string name)
    {
        using var scope = TensorScope.Open();
        var c = DistributionCase.Of(name);
        var d = c.Make();
        var x = d.Sample(new Generator(12), Draws);
        for (var k = 0; k < c.Space!.Dimensions; k++)
        {
            var mean = c.Space.Integrate(at => at.Select(1, k) * d.LogProb(at).Exp());
            var variance = c.Space.Integrate(at => (at.Select(1, k) - mean).Square() * d.LogProb(at).Exp());
            MonteCarlo.Agree(x.Select(1, k), mean, $"mean {k}");
            MonteCarlo.Agree((x.Select(1, k) - mean).Square(), variance, $"variance {k}");
        }
    }

    // The mean of a flow is that of its base carried over, and no expectation.
    public static TheoryData<string> WithExactMean => DistributionCase.Names(c => c.Space is not null && !c.Is(d => d is Flow));

    [Theory, MemberData(nameof(WithExactMean))]
    public void Mean_Always_IsTheMeanOfTheDensity(string name)
    {
        using var scope = TensorScope.Open();
        var c = DistributionCase.Of(name);
        var d = c.Make();
        // A discretised logistic gives the mean before rounding to its grid: at most half a step off, far less when its bins are thin.
        var tolerance = name.StartsWith("discretised", StringComparison.Ordinal) ? (name.Contains("five") ? 0.05 : 2e-3) : 1e-7;
        for (var k = 0; k < c.Space!.Dimensions; k++)
        {
            Assert.Equal(c.Space.Integrate(x => x.Select(1, k) * d.LogProb(x).Exp()), d.Mean[k].ToDouble(), tolerance);
        }
    }

    [Theory, MemberData(nameof(WithEntropy))]
    public void Entropy_InClosedForm_IsThatOfTheDensity(string name)
    {
        using var scope = TensorScope.Open();
        var c = DistributionCase.Of(name);
        var d = c.Make();
        var entropy = ((IHasEntropy)d).Entropy();
        Assert.Equal(BatchOf(d), entropy.Shape);
        if (c.Space is not null) Assert.Equal(EntropyOf(name), entropy.ToDouble(), 1e-7);
    }

    [Theory, MemberData(nameof(Everything))]
    public void Sample_WithAndWithoutCount_HasTheShapeOfTheMean(string name)
    {
        using var scope = TensorScope.Open();
        var d = DistributionCase.Of(name).Make();
        var one = d.Mean.Shape;
        Assert.Equal(one, d.Sample(new Generator(1)).Shape);
        Assert.Equal(new Shape([5, .. one.AsSpan()]), d.Sample(new Generator(1), 5).Shape);
    }

    [Theory, MemberData(nameof(Everything))]
    public void Sample_SameSeed_IsTheSame(string name)
    {
        using var scope = TensorScope.Open();
        var d = DistributionCase.Of(name).Make();
        Assert.Equal(d.Sample(new Generator(3), 7).ToArray<double>(), d.Sample(new Generator(3), 7).ToArray<double>());
        Assert.NotEqual(d.Sample(new Generator(3), 7).ToArray<double>(), d.Sample(new Generator(4), 7).ToArray<double>());
    }

    [Theory, MemberData(nameof(Everything))]
    public void Sample_WithGradientsOn_CarriesThemExactlyWhenReparameterised(string name)
    {
        using var scope = TensorScope.Open();
        var c = DistributionCase.Of(name);
        var d = c.Build([.. c.Tensors().Select(t => t.WithGrad())]);
        Assert.Equal(d.Reparameterised, d.Sample(new Generator(1), 2).RequiresGrad);
    }

    [Theory, MemberData(nameof(Everything))]
    public void LogProb_OfLeadingSampleAxes_IsThatOfEachSample(string name)
    {
        using var scope = TensorScope.Open();
        var d = DistributionCase.Of(name).Make();
        var x = d.Sample(new Generator(5), 6);
        var together = d.LogProb(x);
        var stacked = d.LogProb(x.Reshape([2, 3, .. d.Mean.Shape.AsSpan()]));
        Assert.Equal(new Shape([6, .. BatchOf(d).AsSpan()]), together.Shape);
        Assert.Equal(new Shape([2, 3, .. BatchOf(d).AsSpan()]), stacked.Shape);
        Assert.Equal(together.ToArray<double>(), stacked.ToArray<double>());
        for (var k = 0; k < 6; k++)
        {
            var alone = d.LogProb(x[k]);
            Assert.Equal(BatchOf(d), alone.Shape);
            Assert.True(((together[k] - alone).Abs() <= 1e-12 * (1 + alone.Abs())).All());
        }
    }

    [Theory, MemberData(nameof(BatchedAndPickable))]
    public void Pick_SomeMembers_GivesTheirLogDensities(string name)
    {
        using var scope = TensorScope.Open();
        var d = DistributionCase.Of(name).Make();
        var x = d.Sample(new Generator(6));
        var indices = Tensor.From([1L, 0, 1, 1], [2, 2]);
        var picked = ((IPickable)d).Pick(indices);
        var rows = indices.Reshape(4);
        var found = picked.LogProb(x.IndexSelect(0, rows).Reshape([2, 2, .. d.Mean.Shape.Tail(1).AsSpan()]));
        Assert.Equal(new Shape(2, 2), found.Shape);
        Assert.True(((found.Reshape(4) - d.LogProb(x).IndexSelect(0, rows)).Abs() <= 1e-12).All());
    }

    [Theory, MemberData(nameof(WideEvent))]
    public void LogProb_OfAnEventOfSizeOne_IsRefused(string name)
    {
        using var scope = TensorScope.Open();
        var d = DistributionCase.Of(name).Make();
        Assert.Throws<ShapeException>(() => d.LogProb(d.Mean.Narrow(-1, 0, 1)));
    }

    [Theory, MemberData(nameof(Everything))]
    public void LogProb_InEveryParameter_HasTheGradientOfFiniteDifferences(string name)
    {
        using var scope = TensorScope.Open();
        var c = DistributionCase.Of(name);
        var x = c.Make().Sample(new Generator(21), 4);
        Gradients.Check(parameters => c.Build(parameters).LogProb(x), c.Tensors(), step: 2e-6);
    }

    [Theory, MemberData(nameof(Reparameterised))]
    public void LogProb_InTheValue_HasTheGradientOfFiniteDifferences(string name)
    {
        using var scope = TensorScope.Open();
        var d = DistributionCase.Of(name).Make();
        Gradients.Check(x => d.LogProb(x[0]), [d.Sample(new Generator(22), 4)]);
    }

    [Theory, MemberData(nameof(Reparameterised))]
    public void Sample_InEveryParameter_HasTheGradientOfFiniteDifferences(string name)
    {
        using var scope = TensorScope.Open();
        var c = DistributionCase.Of(name);
        Gradients.Check(parameters => c.Build(parameters).Sample(new Generator(23), 4).Square(), c.Tensors(), 1e-5);
    }

    [Theory, MemberData(nameof(WithEntropy))]
    public void Entropy_InEveryParameter_HasTheGradientOfFiniteDifferences(string name)
    {
        using var scope = TensorScope.Open();
        var c = DistributionCase.Of(name);
        Gradients.Check(parameters => ((IHasEntropy)c.Build(parameters)).Entropy(), c.Tensors());
    }

    [Theory, MemberData(nameof(Everything))]
    public void LogProb_InFloat32_AgreesWithFloat64(string name)
    {
        using var scope = TensorScope.Open();
        var c = DistributionCase.Of(name);
        var x = c.Make().Sample(new Generator(31), 8);
        var (single, exact) = (c.Make(DType.Float32).LogProb(x.To(DType.Float32)), c.Make().LogProb(x));
        Assert.Equal(DType.Float32, single.DType);
        Assert.True(((single.To(DType.Float64) - exact).Abs() <= 1e-4 * (1 + exact.Abs())).All());
    }

    private static double EntropyOf(string name)
    {
        var c = DistributionCase.Of(name);
        var d = c.Make();
        return -c.Space!.Integrate(x =>
        {
            var logP = d.LogProb(x);
            return logP.Exp() * logP.Clamp(min: -1e4);
        });
    }

    private static Shape BatchOf(IDistribution d) => d.Mean.Shape.Head(d.Mean.Rank - d.EventAxes);
}
