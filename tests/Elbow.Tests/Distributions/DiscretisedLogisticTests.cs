using Elbow.Distributions;
using Elbow.Torch;

namespace Elbow.Tests.Distributions;

public class DiscretisedLogisticTests
{
    [Fact]
    public void LogProb_FarInTheTail_IsTheExponentialTail()
    {
        using var scope = TensorScope.Open();
        var s = Math.Exp(-7);
        var x = 128 / 255.0;
        // σ(a) − σ(b) is 0 in floating point here; its logarithm is −b + log(1 − e^{−w/s}) to all digits.
        var wanted = -(x - 0.5 / 255) / s + Math.Log(1 - Math.Exp(-1 / (255 * s)));
        var d = new DiscretisedLogistic(Tensor.From(0.0), Tensor.From(-7.0));
        Assert.Equal(wanted, d.LogProb(Tensor.From(x)).ToDouble(), 1e-9);
    }

    [Fact]
    public void Sample_AnyParameters_IsOnTheGrid()
    {
        using var scope = TensorScope.Open();
        var d = new DiscretisedLogistic(Tensor.From(-0.9, 0.1, 3), Tensor.From(-1.0, -1, -1), 1, 5, -1, 1);
        var draws = d.Sample(new Generator(1), 2000).ToArray<double>();
        Assert.Equal([-1.0, -0.5, 0, 0.5, 1], draws.Distinct().Order());
    }

    [Fact]
    public void Constructor_EmptyGrid_IsRefused()
    {
        using var scope = TensorScope.Open();
        var mean = Tensor.Zeros([2]);
        Assert.Throws<ArgumentOutOfRangeException>(() => new DiscretisedLogistic(mean, mean, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DiscretisedLogistic(mean, mean, 1, 256, 1, 1));
    }

    [Fact]
    public void Mixture_PerPixel_IsASumOverPixelsOfMixtures()
    {
        using var scope = TensorScope.Open();
        var (w, m, s) = (Tensor.From([0.0, 1, 2, -1], [2, 2]), Tensor.From([0.1, 0.9, 0.4, 0.6], [2, 2]), Tensor.From([-2.0, -1, -3, -2], [2, 2]));
        var x = Tensor.From(3 / 255.0, 200 / 255.0);
        var perPixel = DiscretisedLogisticMixture.Create(w, m, s).LogProb(x).ToDouble();
        var byHand = 0.0;
        for (var k = 0; k < 2; k++) byHand += new Mixture(w[k], new DiscretisedLogistic(m[k], s[k], 0)).LogProb(x[k]).ToDouble();
        Assert.Equal(byHand, perPixel, 1e-12);
    }
}
