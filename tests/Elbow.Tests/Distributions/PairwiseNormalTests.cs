using Elbow.Distributions;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Distributions;

public sealed class PairwiseNormalTests
{
    private const int P = 5, B = 7, L = 3;

    [Fact]
    public void LogProb_EachPair_IsTheDensityOfThatMemberAtThatSample()
    {
        using var scope = TensorScope.Open();
        var (mu, logVar, z) = (Small.Normal(1, B, L), Small.Normal(2, B, L), Small.Normal(3, P, L));
        var scale = Small.Normal(4, B, L, L).Tril() * 0.3 + Tensor.Eye(L, DType.Float64);
        foreach (var q in new IDistribution[] { Normal.FromLogVar(mu, logVar), new FullNormal(mu, scale) })
        {
            var all = PairwiseNormal.LogProb(q, z);
            for (var j = 0L; j < B; j++)
            {
                IDistribution one = q is Normal ? Normal.FromLogVar(mu[j], logVar[j]) : new FullNormal(mu[j], scale[j]);
                Assert.Equal(0, (all.Select(1, j) - one.LogProb(z)).Abs().Amax(0).ToDouble(), 1e-12);
            }
        }
        var each = PairwiseNormal.LogProbOfEach(Normal.FromLogVar(mu, logVar), z);
        Assert.Equal(new Shape([P, B, L]), each.Shape);
        Assert.Equal(0, (each.Sum(-1L) - PairwiseNormal.LogProb(Normal.FromLogVar(mu, logVar), z)).Abs().Sum().ToDouble(), 1e-10);
    }

    // The product form cancels numbers of size z²/σ². Against the direct form in float64, of the same float32 numbers, it may be off by no
    // more than rounding the result to float32 costs.
    [Theory]
    [InlineData(1, 0)]
    [InlineData(1e-2, 0)]
    [InlineData(1e-3, 0)]
    [InlineData(1e-4, 0)]
    [InlineData(1e-3, 100)]
    public void LogProb_Float32_LosesNothingToCancellation(double sigma, double shift)
    {
        using var scope = TensorScope.Open();
        const int n = 64, dim = 32;
        var mu = (Small.Normal(1, n, dim) + shift).To(DType.Float32);
        var logVar = (Small.Normal(2, n, dim) * 0.1 + 2 * Math.Log(sigma)).To(DType.Float32);
        var z = (mu.To(DType.Float64) + Small.Normal(3, n, dim) * sigma).To(DType.Float32);
        var found = PairwiseNormal.LogProb(Normal.FromLogVar(mu, logVar), z);
        Assert.Equal(DType.Float32, found.DType);
        var exact = PairwiseNormal.LogProb(Normal.FromLogVar(mu.To(DType.Float64), logVar.To(DType.Float64)), z.To(DType.Float64));
        var error = ((found.To(DType.Float64) - exact).Abs() / (1 + exact.Abs())).Amax(0L, 1L).ToDouble();
        Assert.InRange(error, 0, 2e-7);
    }

    // What the product form would be without its wider type: the test above must not let it pass.
    [Fact]
    public void LogProb_Float32ProductsInFloat32_WouldBeFarOff()
    {
        using var scope = TensorScope.Open();
        var mu = Small.Normal(1, 64, 32).To(DType.Float32);
        var z = (mu.To(DType.Float64) + Small.Normal(3, 64, 32) * 1e-3).To(DType.Float32);
        var products = z.Square().Sum(1, keep: true) + mu.Square().Sum(1, keep: true).T - 2 * z.Matmul(mu.T);
        var exact = (z.To(DType.Float64) - mu.To(DType.Float64)).Square().Sum(1L);
        Assert.True((products.Diagonal().To(DType.Float64) - exact).Abs().Amax(0).ToDouble() / 1e-6 > 0.5, "half a nat at σ = 1e-3");
    }

    [Fact]
    public void LogProb_BothForms_HaveTheGradientOfTheDirectOne()
    {
        using var scope = TensorScope.Open();
        Gradients.Check(inputs => PairwiseNormal.LogProb(Normal.FromLogVar(inputs[0], inputs[1]), inputs[2]), [Small.Normal(1, B, L), Small.Normal(2, B, L), Small.Normal(3, P, L)]);
        Gradients.Check(inputs => PairwiseNormal.LogProbOfEach(Normal.FromLogVar(inputs[0], inputs[1]), inputs[2]), [Small.Normal(1, B, L), Small.Normal(2, B, L), Small.Normal(3, P, L)]);
        Tensor[] wide = [Small.Normal(1, B, L).WithGrad(), Small.Normal(2, B, L).WithGrad(), Small.Normal(3, P, L).WithGrad()];
        Tensor[] narrow = [.. wide.Select(tensor => tensor.Detach().To(DType.Float32).WithGrad())];
        var weights = Small.Normal(4, P, B);
        var exact = Autograd.Grad((PairwiseNormal.LogProb(Normal.FromLogVar(wide[0], wide[1]), wide[2]) * weights).Sum(), wide);
        var found = Autograd.Grad((PairwiseNormal.LogProb(Normal.FromLogVar(narrow[0], narrow[1]), narrow[2]) * weights.To(DType.Float32)).Sum(), narrow);
        foreach (var (a, b) in exact.Zip(found)) Assert.InRange((a - b.To(DType.Float64)).Abs().Sum().ToDouble(), 0, 1e-4 * (1 + a.Abs().Sum().ToDouble()));
    }

    [Fact]
    public void LogProb_WrongWidth_IsRefused()
    {
        using var scope = TensorScope.Open();
        Assert.Throws<ShapeException>(() => PairwiseNormal.LogProb(Normal.FromLogVar(Small.Normal(1, B, L), Small.Normal(2, B, L)), Small.Normal(3, P, L + 1)));
    }
}
