using Elbow.Networks;
using Elbow.Objectives;
using Elbow.Priors;
using Elbow.Tests.Support;
using Elbow.Torch;
using Elbow.Training;
using Values = Elbow.Networks.Support;

namespace Elbow.Tests.CodeBase;

/// <summary>Fault 5 of popular code: hyper-parameters that are silently ignored. Every property of every kind must change what comes out.</summary>
public sealed class ConfigEffectTests
{
    private const int D = 4, L = 3;

    // Settings without which a property has nothing to act on.
    private static readonly Dictionary<string, Func<object, object>> Preconditions = new(StringComparer.Ordinal)
    {
        // Two latents, of which it makes a difference whether they count together; an anchor whose divergence has a weight.
        ["AnchorVae.Each"] = config => (AnchorVae.Config)config with { Anchors = [0, 1] },
        ["DiagonalNormalPosterior.LogVarMin"] = config => (DiagonalNormalPosterior.Config)config with { LogVarMin = -1 },
        ["FlowPrior.Bins"] = config => (FlowPrior.Config)config with { Coupling = FlowPrior.Kind.Spline },
        ["FlowPrior.SplineBound"] = config => (FlowPrior.Config)config with { Coupling = FlowPrior.Kind.Spline },
        ["GivenMixture.Weights"] = config => (GivenMixture.Config)config with { Weights = [1, 1, 1, 1] },
        ["Gtm.LogVarLimit"] = config => (Gtm.Config)config with { LogVarLimit = 0.11 },
        ["MixtureOfGaussians.LogVarLimit"] = config => (MixtureOfGaussians.Config)config with { LogVarLimit = 0.5 },
        ["SamplesPrior.Points"] = config => (SamplesPrior.Config)config with { Density = SamplesPrior.Fit.Kernel, Points = 20 },
        ["SamplesPrior.Steps"] = config => (SamplesPrior.Config)config with { Steps = 2 },
        ["VampPrior.InitialMean"] = config => (VampPrior.Config)config with { Initial = VampPrior.Start.Normal },
        ["Sgd.Nesterov"] = config => (Sgd.Config)config with { Momentum = 0.5 },
        ["PlateauSchedule.Floor"] = config => (PlateauSchedule.Config)config with { Gamma = 0.001 },
        ["ThreeEntropiesElbo.Gamma"] = config => (ThreeEntropiesElbo.Config)config with { UnitNorm = ThreeEntropiesElbo.UnitNormBy.Regularize },
        // With the signs of the bound the posteriors of the others cancel between information and entropy.
        ["EdVae.HoldOthers"] = config => (EdVae.Settings)config with { LambdaI = -1 },
        ["EdVae.SigmaFloor"] = config => (EdVae.Settings)config with { SigmaFloor = 0 },
        ["ConvNet.Strides"] = config => (ConvNet.Config)config with { Stride = 3, Kernel = 3 },
        ["ConvNet.NormMomentum"] = config => (ConvNet.Config)config with { Norm = NormKind.Batch },
        ["ConvNet.NormEpsilon"] = config => (ConvNet.Config)config with { Norm = NormKind.Batch },
        ["WarmUp.Start"] = config => (WarmUp)config with { Epochs = 3 },
    };

    // Records inside records, with values under which each of their own keys acts.
    private static readonly Dictionary<Type, object> Nested = new() { [typeof(WarmUp)] = new WarmUp { Epochs = 2 } };

    [Fact]
    public void Likelihoods_EveryProperty_ChangesTheDensityOrTheSupport() => Check<LikelihoodConfig>(config =>
    {
        var head = config.Build(D, Small.Init());
        var h = Small.Normal(1, 3, head.OutputsPerDimension * D) * 2;
        var x = config.Support == Values.Real ? Small.Normal(2, 3, D) : Small.Uniform(2, 3, D).Round();
        return [.. head.Given(h).LogProb(x).ToArray<double>(), (double)config.Support, config.DiscreteLevels ?? 0, Trained(head)];
    });

    [Fact]
    public void Posteriors_EveryProperty_ChangesTheDistribution() => Check<PosteriorConfig>(config =>
    {
        var head = config.Build(L, Small.Init());
        using var generator = new Generator(1);
        return [.. head.Given(Small.Normal(1, 5, head.Outputs) * 4).Sample(generator).ToArray<double>(), Trained(head)];
    });

    [Fact]
    public void Networks_EveryProperty_ChangesTheMap() => Check<NetworkConfig>(config =>
    {
        var image = new DataShape(1, 32, 32);
        var encoder = config.BuildEncoder(image, 3, WithMean());
        var decoder = config.BuildDecoder(3, image, 1, WithMean());
        return
        [
            .. encoder.Forward(Small.Normal(1, 2, image.Size)).ToArray<double>(), .. decoder.Forward(Small.Normal(2, 2, 3)).ToArray<double>(), Trained(encoder), Trained(decoder),
            .. ((Elbow.Networks.Module)encoder).NamedBuffers().SelectMany(pair => pair.Value.ToArray<double>()),
        ];
    });

    [Fact]
    public void Priors_EveryProperty_ChangesTheDensityOrWhatIsTrained() => Check<PriorConfig>(config =>
    {
        // Two latents: some given densities are for the plane.
        var prior = config.Build(Small.PriorContext(2));
        return [.. prior.Density().LogProb(Small.Normal(1, 5, 2)).ToArray<double>(), Trained(prior)];
    });

    [Fact]
    public void Objectives_EveryProperty_ChangesTheObjectiveOrItsGradient() => Check<ObjectiveConfig>(Objective);

    [Fact]
    public void Critics_EveryProperty_ChangesTheScores() => Check<CriticConfig>(config =>
    {
        var critic = config.Build(D, L, Small.Init());
        return [.. critic.Score(Small.Normal(1, 5, D), Small.Normal(2, 5, L), Small.Normal(3, 5, 5)).ToArray<double>(), Trained(critic)];
    });

    [Fact]
    public void Check_KeyThatIsIgnored_IsRejected()
    {
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => CheckRecord(new Deaf(), changed => Objective((Deaf)changed)));
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => CheckRecord(new DeafToWarmUp(), changed => Objective((DeafToWarmUp)changed)));
    }

    [Fact]
    public void Optimizers_EveryProperty_ChangesTheSteps() => Check<OptimizerConfig>(config =>
    {
        var parameter = Small.Normal(1, 5);
        using var optimizer = config.Build([new("p", parameter)]);
        for (var step = 0; step < 4; step++) optimizer.Step([parameter * 3 + Small.Normal((ulong)step, 5) * 1e-3], config.Lr);
        return parameter.ToArray<double>();
    });

    [Fact]
    public void Schedules_EveryProperty_ChangesTheFactors() => Check<ScheduleConfig>(config =>
    {
        var schedule = config.Build(100);
        return [.. Enumerable.Range(0, 100).Select(epoch =>
        {
            (schedule as IAdaptiveSchedule)?.Observe(10 + Math.Min(epoch, 50) * 0.002);
            return schedule.Factor(epoch);
        })];
    });

    private static Init WithMean() => new(new Generator(1), Device.Cpu, DType.Float64) { DataMean = () => Tensor.Full(0.5, [32 * 32], DType.Float64) };

    private static double[] Objective(ObjectiveConfig config)
    {
        var parts = Small.MlpFor(config, L);
        using var model = Small.Model(parts, D);
        using var generator = new Generator(1);
        var objective = config.Build(Small.Context(model, parts));
        // What lives over several steps shows in the second: other rows in the tenth batch of the first epoch.
        var rows = objective as IHoldsOutRows;
        for (var step = 0; step < 2; step++)
        {
            var context = new StepContext(0.5 * step, generator) { Batch = 9 * step, HeldOut = rows is null ? [] : [Small.Normal((ulong)(5 + step), rows.HeldOut, D)] };
            (objective as IPrepares)?.Prepare(model, Small.Normal(1, 6, D), context);
        }
        var terms = objective.Evaluate(model, Small.Normal(1, 6, D), new StepContext(1, generator));
        Tensor[] parameters = [.. model.NamedParameters().Select(pair => pair.Value)];
        return [terms.Objective.ToDouble(), rows?.HeldOut ?? 0, rows?.RedrawEvery ?? 0, .. Autograd.Grad(terms.Objective, parameters).SelectMany(gradient => gradient.ToArray<double>())];
    }

    private static double Trained(object part) => (part as Elbow.Networks.Module)?.NamedParameters().Sum(pair => pair.Value.Count) ?? 0;

    private static void Check<T>(Func<T, double[]> outcome) where T : class
    {
        Assert.NotEmpty(ConfigVariants.OfEveryKind<T>());
        foreach (var config in ConfigVariants.OfEveryKind<T>()) CheckRecord(config, changed => outcome((T)changed));
    }

    private static void CheckRecord(object config, Func<object, double[]> outcome)
    {
        using var scope = TensorScope.Open();
        foreach (var property in ConfigVariants.Properties(config.GetType()))
        {
            var name = $"{config.GetType().DeclaringType?.Name ?? config.GetType().Name}.{property.Name}";
            var start = Preconditions.TryGetValue(name, out var prepare) ? prepare(config) : config;
            if (Nested.TryGetValue(property.PropertyType, out var inner))
            {
                CheckRecord(inner, changed => outcome(ConfigVariants.With(start, property, changed)));
                continue;
            }
            var before = outcome(start);
            var alternatives = ConfigVariants.Alternatives(start, property).ToList();
            Assert.True(alternatives.Count > 0, $"{name} has no other allowed value to try");
            Assert.True(alternatives.Any(changed => !outcome(changed).SequenceEqual(before)), $"{name} changes nothing");
        }
    }

    // Fault 5 itself: keys that nobody reads.
    private sealed record Deaf : ObjectiveConfig
    {
        public double Beta { get; init; } = 1;

        public override IObjective Build(ObjectiveContext context) => new Elbo.Config().Build(context);
    }

    private sealed record DeafToWarmUp : ObjectiveConfig
    {
        public WarmUp WarmUp { get; init; } = new();

        public override IObjective Build(ObjectiveContext context) => new Elbo.Config().Build(context);
    }
}
