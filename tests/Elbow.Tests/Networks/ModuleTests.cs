using Elbow.Models;
using Elbow.Networks;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Networks;

public sealed class ModuleTests
{
    [Fact]
    public void NamedTensors_WholeModel_HasDottedPathsAsInPyTorch()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(new ModelConfig
        {
            LatentDim = 2,
            Encoder = new Mlp.Config { Hidden = [3], Norm = NormKind.Batch },
            Posterior = new DiagonalNormalPosterior.Config { Variance = DiagonalNormalPosterior.VarianceOf.Shared },
            Decoder = new Mlp.Config { Hidden = [] },
            Likelihood = new NormalLikelihood.Config(),
        }, 4);
        Assert.Equal(
            [
                "encoder.0.weight", "encoder.0.bias", "encoder.1.weight", "encoder.1.bias", "encoder.3.weight", "encoder.3.bias",
                "posterior.logVar", "decoder.0.weight", "decoder.0.bias", "likelihood.logVar", "encoder.1.running_mean", "encoder.1.running_var",
            ],
            model.NamedTensors().Select(pair => pair.Key));
    }

    [Fact]
    public void NamedTensors_EveryKindOfPart_AreUnique()
    {
        using var scope = TensorScope.Open();
        foreach (var likelihood in ConfigVariants.WithEveryChoice<LikelihoodConfig>())
        {
            foreach (var posterior in ConfigVariants.WithEveryChoice<PosteriorConfig>())
            {
                using var model = Small.Model(Small.Mlp(3, likelihood, posterior), 4);
                var names = model.NamedTensors().Select(pair => pair.Key).ToList();
                Assert.Equal(names.Distinct(), names);
            }
        }
    }

    [Fact]
    public void Create_SameSeed_HasTheSameWeights()
    {
        using var scope = TensorScope.Open();
        using var first = Small.Model(Small.Mlp(2), 4, seed: 3);
        using var second = Small.Model(Small.Mlp(2), 4, seed: 3);
        using var other = Small.Model(Small.Mlp(2), 4, seed: 4);
        Assert.Equal(Weights(first), Weights(second));
        Assert.NotEqual(Weights(first), Weights(other));
    }

    [Fact]
    public void Load_TensorsOfAnotherModel_MakesItTheSame()
    {
        using var scope = TensorScope.Open();
        using var first = Small.Model(Small.Mlp(2), 4, seed: 3);
        using var second = Small.Model(Small.Mlp(2), 4, seed: 4);
        second.Load(first.NamedTensors().ToDictionary());
        Assert.Equal(Weights(first), Weights(second));
    }

    [Theory]
    [InlineData("missing", "'weight' is missing")]
    [InlineData("unknown", "'extra' is unknown")]
    [InlineData("misshapen", "'weight' is [2, 3], expected [3, 2]")]
    public void Load_OtherTensors_NamesTheFaultAndLoadsNothing(string fault, string message)
    {
        using var scope = TensorScope.Open();
        using var layer = new Linear(2, 3, Small.Init());
        var before = Weights(layer);
        var tensors = new Dictionary<string, Tensor> { ["weight"] = Tensor.Zeros([3, 2], DType.Float64), ["bias"] = Tensor.Zeros([3], DType.Float64) };
        if (fault == "missing") tensors.Remove("weight");
        if (fault == "unknown") tensors["extra"] = Tensor.Zeros([1], DType.Float64);
        if (fault == "misshapen") tensors["weight"] = Tensor.Zeros([2, 3], DType.Float64);
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => layer.Load(tensors)).Message);
        Assert.Equal(before, Weights(layer));
    }

    [Fact]
    public void SetTraining_OnTheRoot_ReachesTheLeaves()
    {
        using var scope = TensorScope.Open();
        using var norm = new Normalisation(NormKind.Batch, 2, Small.Init());
        using var tree = new Sequential(new Sequential(norm));
        tree.SetTraining(false);
        Assert.False(norm.Training);
        tree.SetTraining(true);
        Assert.True(norm.Training);
    }

    [Fact]
    public void NamedParameters_Always_RequireGradientsAndBuffersDoNot()
    {
        using var scope = TensorScope.Open();
        using var layer = new Normalisation(NormKind.Batch, 2, Small.Init());
        Assert.All(layer.NamedParameters(), pair => Assert.True(pair.Value.RequiresGrad));
        Assert.All(layer.NamedBuffers(), pair => Assert.False(pair.Value.RequiresGrad));
    }

    private static double[] Weights(Module module) => [.. module.NamedTensors().SelectMany(pair => pair.Value.ToArray<double>())];
}
