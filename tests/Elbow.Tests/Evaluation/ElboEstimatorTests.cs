using Elbow.Evaluation;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Evaluation;

public sealed class ElboEstimatorTests
{
    [Fact]
    public void PerExample_KnownLinearModel_HasItsElboAsExpectation()
    {
        using var scope = TensorScope.Open();
        var known = LinearGaussianModel.WithExactPosterior(Small.Normal(1, 3, 2), Small.Normal(2, 3), 0.6);
        using var model = known.Build();
        using var generator = new Generator(1);
        var x = Small.Normal(3, 1, 3);
        var (reconstruction, kl, _) = ElboEstimator.PerExample(model, x.Expand(10_000, 3), 2, generator);
        MonteCarlo.Agree(reconstruction - kl!, known.Elbo(x).ToDouble(), "ELBO");
        Assert.Equal(known.LogMarginal(x).ToDouble(), known.Elbo(x).ToDouble(), 1e-10);
    }

    [Fact]
    public void PerExample_SquaredError_IsThatOfThePictureAtThePosteriorMean()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(2), 4);
        using var generator = new Generator(1);
        var x = Small.Normal(3, 5, 4);
        var (_, _, error) = ElboEstimator.PerExample(model, x, 1, generator);
        Assert.Equal((x - model.Decode(model.Encode(x).Mean).Mean).Square().Mean(1L).ToArray<double>(), error.ToArray<double>());
    }

    [Fact]
    public void PerExample_Float32Model_AnswersInFloat64WithoutGradient()
    {
        using var scope = TensorScope.Open();
        using var generator = new Generator(1);
        using var model = Elbow.Models.LatentVariableModel.Create(Small.Mlp(2), DataShape.Vector(4), new Elbow.Networks.Init(generator, Device.Cpu));
        var (reconstruction, kl, _) = ElboEstimator.PerExample(model, Small.Normal(3, 5, 4).To(DType.Float32), 3, generator);
        Assert.Equal((DType.Float64, DType.Float64), (reconstruction.DType, kl!.DType));
        Assert.False(reconstruction.RequiresGrad);
    }

    [Fact]
    public void PerExample_DeterministicEncoder_HasAReconstructionAndNoDivergence()
    {
        using var scope = TensorScope.Open();
        using var generator = new Generator(1);
        using var model = Small.Model(Small.Mlp(2, posterior: new Elbow.Networks.PointPosterior.Config()), 4);
        var x = Small.Normal(3, 5, 4);
        var (reconstruction, kl, _) = ElboEstimator.PerExample(model, x, 3, generator);
        Assert.Null(kl);
        Assert.Equal(model.Decode(model.Encode(x).Mean).LogProb(x).ToArray<double>(), reconstruction.ToArray<double>());
        Assert.Throws<ArgumentException>(() => ImportanceSampling.LogLikelihood(model, x, 2, generator));
    }
}
