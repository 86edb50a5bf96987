using Elbow.Distributions;
using Elbow.Models;
using Elbow.Objectives;
using Elbow.Priors;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Objectives;

/// <summary>Objectives on the same small model, the same data and the same noise, in float64.</summary>
internal static class Compared
{
    internal const int L = 3, D = 4, B = 6;

    /// <summary>The terms of an objective and the gradient of its scalar with respect to the model.</summary>
    internal static (ObjectiveTerms Terms, double[] Gradient) Of(ObjectiveConfig config, LatentVariableModel model, ModelConfig parts, ulong seed = 5)
    {
        using var generator = new Generator(seed);
        var terms = config.Build(Small.Context(model, parts)).Evaluate(model, Small.Normal(1, B, D), new StepContext(double.PositiveInfinity, generator));
        return (terms, Gradient(terms.Objective, model));
    }

    internal static double[] Gradient(Tensor scalar, Elbow.Networks.Module module) =>
        [.. Autograd.Grad(scalar, [.. module.NamedParameters().Select(pair => pair.Value)]).SelectMany(gradient => gradient.ToArray<double>())];

    /// <summary>Two objectives are one: their values to 1e-10, and their gradients element by element.</summary>
    internal static void MustAgree(ObjectiveConfig a, ObjectiveConfig b, ModelConfig? parts = null)
    {
        using var scope = TensorScope.Open();
        var config = parts ?? Small.Mlp(L);
        using var model = Small.Model(config, D);
        for (var seed = 1UL; seed <= 3; seed++)
        {
            var (first, second) = (Of(a, model, config, seed), Of(b, model, config, seed));
            Assert.Equal(first.Terms.Objective.ToDouble(), second.Terms.Objective.ToDouble(), 1e-10);
            Assert.True(second.Gradient.Any(element => Math.Abs(element) > 1e-3), "there is no gradient to compare");
            for (var k = 0; k < first.Gradient.Length; k++) Assert.Equal(first.Gradient[k], second.Gradient[k], 1e-10);
        }
    }

    /// <summary>The gradient of an objective's scalar is that of finite differences, for the model and what the objective trains with it.</summary>
    internal static void MustHaveItsGradient(ObjectiveConfig config, ModelConfig? parts = null)
    {
        using var scope = TensorScope.Open();
        var chosen = parts ?? Small.Mlp(L);
        using var model = Small.Model(chosen, D);
        var objective = config.Build(Small.Context(model, chosen));
        var x = Small.Normal(1, B, D);
        ParameterGradients.Check(model.NamedParameters(), () =>
        {
            using var generator = new Generator(5);
            return objective.Evaluate(model, x, new StepContext(1, generator)).Objective;
        });
    }

    /// <summary>The same model with another prior.</summary>
    internal static LatentVariableModel WithPrior(IDistribution prior)
    {
        var parts = Small.Mlp(L);
        var init = Small.Init();
        var posterior = parts.Posterior.Build(L, init);
        var likelihood = parts.Likelihood.Build(D, init);
        var data = DataShape.Vector(D);
        return new LatentVariableModel(
            data, L, parts.Encoder.BuildEncoder(data, posterior.Outputs, init), posterior, parts.Decoder.BuildDecoder(L, data, likelihood.OutputsPerDimension, init), likelihood, new Fixed(prior));
    }

    private sealed class Fixed(IDistribution density) : IPrior
    {
        public IDistribution Density() => density;
    }
}
