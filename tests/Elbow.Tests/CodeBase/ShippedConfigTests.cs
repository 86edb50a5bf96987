using Elbow.Data;
using Elbow.Experiments.Configuration;
using Elbow.Models;
using Elbow.Networks;
using Elbow.Objectives;
using Elbow.Tests.Support;
using Elbow.Torch;
using Elbow.Training;
using Values = Elbow.Networks.Support;

namespace Elbow.Tests.CodeBase;

/// <summary>Every configuration in <c>configs/</c> and the template can be used.</summary>
public sealed class ShippedConfigTests
{
    private static readonly Dictionary<string, DataShape> Shapes = new(StringComparer.Ordinal)
    {
        ["digits"] = new(1, 8, 8), ["optdigits"] = new(1, 8, 8), ["mnist"] = new(1, 28, 28), ["fashion-mnist"] = new(1, 28, 28),
        ["binarized-mnist"] = new(1, 28, 28), ["cifar10"] = new(3, 32, 32), ["frey-faces"] = new(1, 28, 20), ["olivetti"] = new(1, 64, 64), ["sprites"] = new(1, 64, 64),
    };

    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Repository.At("configs"), "*.json", SearchOption.AllDirectories).Select(Repository.Relative).Order()];

    [Theory, MemberData(nameof(Files))]
    public void Config_Shipped_BuildsItsModelAndTakesTwoSteps(string path)
    {
        using var scope = TensorScope.Open();
        var config = ConfigReader.Read<ExperimentConfig>(File.ReadAllText(Repository.At(path)), [], path);
        using var generator = new Generator(1);
        var shape = Shape(config.Data);
        var x = Data(config.Model.Likelihood, shape);
        (double, double)? bounds = Bounds(config.Model.Likelihood);
        using var model = LatentVariableModel.Create(config.Model, shape, new Init(generator, Device.Cpu, kind: config.Model.Init), bounds,
            count => x.IndexSelect(0, Tensor.Arange(0, count).Remainder(x.Shape[0])));
        var parameters = model.NamedParameters().ToList();
        using var optimizer = config.Training.Optimizer.Build(parameters);
        var objective = config.Objective.Build(new ObjectiveContext(model, config.Model, (int)x.Shape[0], (int)x.Shape[0], new Init(generator, Device.Cpu), _ => { }));
        for (var step = 0; step < 2; step++)
        {
            var terms = objective.Evaluate(model, x, new StepContext(config.Objective.WarmUpEpochs + step, generator));
            Assert.True(double.IsFinite(terms.Objective.ToDouble()));
            var gradients = Autograd.Grad(-terms.Objective, [.. parameters.Select(pair => pair.Value)]);
            Assert.All(parameters.Zip(gradients), pair => Assert.True(pair.Second.Abs().Sum().ToDouble() > 0, $"{pair.First.Key} receives no gradient"));
            optimizer.Step(gradients, config.Training.Optimizer.Lr);
        }
        Assert.All(parameters, pair => Assert.True(pair.Value.IsFinite().All(), pair.Key));
    }

    [Fact]
    public void Template_OfEverything_ReadsBackAsItIs()
    {
        var template = ConfigTemplate.For<ExperimentConfig>();
        var config = ConfigReader.Read<ExperimentConfig>(template);
        Assert.Equal(ConfigWriter.Write(config), ConfigWriter.Write(ConfigReader.Read<ExperimentConfig>(ConfigWriter.Write(config))));
    }

    [Fact]
    public void Schema_OfEverything_KnowsEveryKind()
    {
        var schema = ConfigSchema.For<ExperimentConfig>().ToJsonString();
        string[] kinds =
        [
            .. Names<NetworkConfig>(), .. Names<PosteriorConfig>(), .. Names<LikelihoodConfig>(), .. Names<ObjectiveConfig>(), .. Names<Elbow.Priors.PriorConfig>(), .. Names<HierarchyConfig>(),
            .. Names<OptimizerConfig>(), .. Names<ScheduleConfig>(), .. DataSource.Kinds,
        ];
        Assert.All(kinds, kind => Assert.Contains($"\"{kind}\"", schema));
    }

    [Fact]
    public void Kinds_OfEverything_AreDescribed()
    {
        var kinds = new[]
        {
            ConfigKind.Of<NetworkConfig>(), ConfigKind.Of<PosteriorConfig>(), ConfigKind.Of<LikelihoodConfig>(), ConfigKind.Of<ObjectiveConfig>(), ConfigKind.Of<Elbow.Priors.PriorConfig>(),
            ConfigKind.Of<HierarchyConfig>(), ConfigKind.Of<OptimizerConfig>(), ConfigKind.Of<ScheduleConfig>(),
        };
        Assert.All(kinds.SelectMany(kind => kind), kind => Assert.False(string.IsNullOrWhiteSpace(kind.Description), kind.Name));
    }

    private static IEnumerable<string> Names<T>() where T : class => ConfigKind.Of<T>().Select(kind => kind.Name);

    private static DataShape Shape(DataConfig config)
    {
        if (Shapes.TryGetValue(config.Kind, out var known)) return known;
        Assert.StartsWith("synthetic/", config.Kind, StringComparison.Ordinal);
        return SyntheticData.Create(config.Kind["synthetic/".Length..], 2, 1).Shape;
    }

    private static (double, double)? Bounds(LikelihoodConfig likelihood) => likelihood.Support switch
    {
        Values.Real => null,
        Values.Integers => (0, likelihood.DiscreteLevels!.Value - 1),
        _ => (0, 1),
    };

    private static Tensor Data(LikelihoodConfig likelihood, DataShape shape)
    {
        var u = Small.Uniform(1, 4, shape.Size).To(DType.Float32);
        var levels = likelihood.DiscreteLevels ?? 0;
        return likelihood.Support switch
        {
            Values.Binary => u.Round(),
            Values.Integers => (u * levels).Floor(),
            Values.Levels => (u * levels).Floor() / (levels - 1),
            _ => u,
        };
    }
}
