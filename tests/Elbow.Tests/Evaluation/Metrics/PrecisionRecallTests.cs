using Elbow.Evaluation.Metrics;
using Elbow.Experiments;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Evaluation.Metrics;

public sealed class PrecisionRecallTests
{
    private static readonly PrecisionRecall Prd = new();

    [Fact]
    public void Curve_TwoHistograms_IsThatOfTheScript()
    {
        var wanted = Sets.Golden.GetProperty("curve");
        var curve = PrecisionRecallCurve.Of(wanted.GetProperty("p").Numbers(), wanted.GetProperty("q").Numbers());
        Assert.Equal(wanted.GetProperty("precision").Numbers(), curve.Precision.Where((_, n) => n % 100 == 0), Near);
        Assert.Equal(wanted.GetProperty("recall").Numbers(), curve.Recall.Where((_, n) => n % 100 == 0), Near);
        Assert.Equal(wanted.GetProperty("f8").GetDouble(), curve.F(8), 1e-12);
        Assert.Equal(wanted.GetProperty("f1over8").GetDouble(), curve.F(1.0 / 8), 1e-12);
    }

    // Swapping the sets swaps precision and recall: the curve is read from its other end.
    [Fact]
    public void Curve_SetsSwapped_IsMirrored()
    {
        double[] p = [0.1, 0.2, 0.7], q = [0.5, 0.5, 0];
        Assert.Equal(PrecisionRecallCurve.Of(p, q).Precision, PrecisionRecallCurve.Of(q, p).Recall.Reverse(), Near);
    }

    [Fact]
    public void Compare_TheSameSetTwice_ReachesTheCorner()
    {
        using var scope = TensorScope.Open();
        var x = Small.Normal(1, 300, 4);
        var found = Prd.Compare(x, x.Shuffled(2), Sets.Usual);
        Assert.Equal([1, 1], [found["f8"].Value, found["f1over8"].Value], Near);
        Assert.Equal((1, 1), (found.Curve!.Precision[500], found.Curve.Recall[500]));
    }

    [Fact]
    public void Compare_SetsFarApart_IsZero()
    {
        using var scope = TensorScope.Open();
        var found = Prd.Compare(Small.Normal(1, 300, 4), Small.Normal(2, 300, 4) + 1e3, Sets.Usual);
        Assert.Equal([0, 0], [found["f8"].Value, found["f1over8"].Value]);
    }

    // Half of the modes dropped: all that is made is right, half of what there is is never made.
    [Fact]
    public void Compare_DroppedModes_CostRecallAndNotPrecision()
    {
        using var scope = TensorScope.Open();
        var modes = Tensor.Arange(0, 10, DType.Float64).Unsqueeze(1) * 100.0;
        var real = modes.RepeatInterleave(60, 0) + Small.Normal(1, 600, 3);
        var fake = modes.Narrow(0, 0, 5).RepeatInterleave(120, 0) + Small.Normal(2, 600, 3);
        var found = Prd.Compare(real, fake, Sets.Usual);
        Assert.InRange(found["f1over8"].Value, 0.9, 1);
        Assert.InRange(found["f8"].Value, 0.4, 0.6);
        Assert.InRange(found["f8"].StandardError, 1e-3, 0.1);
    }

    [Fact]
    public void Compare_SetsOfDifferentSize_UsesAsManyOfEach()
    {
        using var scope = TensorScope.Open();
        var found = Prd.Compare(Small.Normal(1, 500, 3), Small.Normal(2, 250, 3), Sets.Usual);
        Assert.Equal((250, 250), (found.RealCount, found.FakeCount));
        Assert.InRange(found["f8"].Value, 0.85, 1);
    }

    [Fact]
    public void Compare_FewRows_IsRefused()
    {
        using var scope = TensorScope.Open();
        Assert.Contains("200", Assert.Throws<UserException>(() => Prd.Compare(Small.Normal(1, 199, 3), Small.Normal(2, 300, 3), Sets.Usual)).What);
    }

    [Fact]
    public void Labels_SeparateClusters_AreFound()
    {
        using var scope = TensorScope.Open();
        using var generator = new Generator(3);
        var x = (Tensor.Arange(0, 8, DType.Float64).Unsqueeze(1) * 50.0).RepeatInterleave(400, 0) + Small.Normal(5, 3200, 2);
        var labels = MiniBatchKMeans.Labels(x, 8, generator);
        var perCluster = labels.Chunk(400).Select(chunk => chunk.Distinct().ToArray()).ToArray();
        Assert.All(perCluster, found => Assert.Single(found));
        Assert.Equal(8, perCluster.Select(found => found[0]).Distinct().Count());
    }

    private static bool Near(double a, double b) => Math.Abs(a - b) < 1e-9;
}
