using System.Text.Json;
using Elbow.Tests.Support;
using Elbow.Torch;
using Elbow.Training;

namespace Elbow.Tests.Training;

public sealed class OptimizerTests
{
    private const double Lr = 0.05;
    private const int Steps = 5;
    private static readonly double[] Start = [1, -2, 3, 0.5], Curvature = [2, 0.5, 1, 4];

    public static TheoryData<string> GoldenNames => [.. Golden.Read("optimizers/values.json").GetProperty("runs").EnumerateObject().Select(run => run.Name)];

    [Fact]
    public void Sgd_FiveSteps_FollowsItsEquation()
    {
        Compare(new Sgd.Config(), (p, g, m, t) => p - Lr * g);
        Compare(new Sgd.Config { WeightDecay = 0.1 }, (p, g, m, t) => p - Lr * (g + 0.1 * p));
        Compare(new Sgd.Config { Momentum = 0.9 }, (p, g, m, t) => p - Lr * (m[0] = 0.9 * m[0] + g));
        Compare(new Sgd.Config { Momentum = 0.9, Nesterov = true }, (p, g, m, t) => p - Lr * (g + 0.9 * (m[0] = 0.9 * m[0] + g)));
    }

    [Fact]
    public void RmsProp_FiveSteps_FollowsItsEquation()
    {
        Compare(new RmsProp.Config { Alpha = 0.8 }, (p, g, m, t) => p - Lr * g / (Math.Sqrt(m[0] = 0.8 * m[0] + 0.2 * g * g) + 1e-8));
        Compare(new RmsProp.Config { Alpha = 0.8, Momentum = 0.5, WeightDecay = 0.1 }, (p, g, m, t) =>
        {
            g += 0.1 * p;
            m[0] = 0.8 * m[0] + 0.2 * g * g;
            return p - Lr * (m[1] = 0.5 * m[1] + g / (Math.Sqrt(m[0]) + 1e-8));
        });
    }

    [Fact]
    public void Adam_FiveSteps_FollowsItsEquation()
    {
        Compare(new Adam.Config(), (p, g, m, t) => p - Lr * Adam(g, m, t));
        Compare(new Adam.Config { Beta1 = 0.5, Beta2 = 0.9, Eps = 1e-3, WeightDecay = 0.1 }, (p, g, m, t) => p - Lr * Adam(g + 0.1 * p, m, t, 0.5, 0.9, 1e-3));
    }

    [Fact]
    public void AdamW_FiveSteps_FollowsItsEquation() =>
        Compare(new Adam.WConfig { WeightDecay = 0.2 }, (p, g, m, t) => p - Lr * 0.2 * p - Lr * Adam(g, m, t));

    [Fact]
    public void Adamax_FiveSteps_FollowsItsEquation() =>
        Compare(new Adam.MaxConfig { Beta2 = 0.9, WeightDecay = 0.1 }, (p, g, m, t) =>
        {
            g += 0.1 * p;
            m[0] = 0.9 * m[0] + 0.1 * g;
            m[1] = Math.Max(0.9 * m[1], Math.Abs(g) + 1e-8);
            return p - Lr / (1 - Math.Pow(0.9, t)) * m[0] / m[1];
        });

    [Theory, MemberData(nameof(GoldenNames))]
    public void Step_SettingsOfPyTorch_GivesPyTorchsNumbers(string name)
    {
        using var scope = TensorScope.Open();
        var run = Golden.Read("optimizers/values.json").GetProperty("runs").GetProperty(name);
        var config = Experiments.Configuration.ConfigReader.Read<OptimizerConfig>(run.GetProperty("config").GetRawText());
        var found = Run(config, Steps, Tensor.From(Start), p => p * Tensor.From(Curvature) + p.Sin());
        Assert.All(found.Zip(run.GetProperty("parameters").Numbers()), pair => Assert.Equal(pair.Second, pair.First, 1e-12));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Adam_GradientsLaidOutChannelsLast_MoveTheRightWeights(int channels)
    {
        using var scope = TensorScope.Open();
        var (p, g) = (Small.Normal(1, 4, channels, 3, 3), Small.Normal(2, 4, channels, 3, 3));
        var plain = Step(p, g);
        var last = Step(p, g.Contiguous(MemoryFormat.ChannelsLast));
        Assert.Equal(plain, last);

        static double[] Step(Tensor p, Tensor g)
        {
            var parameter = p.Clone();
            using var adam = new Adam.Config().Build([new("p", parameter)]);
            adam.Step([g], 0.1);
            return parameter.ToArray<double>();
        }
    }

    private static double Adam(double g, double[] m, int t, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8)
    {
        m[0] = beta1 * m[0] + (1 - beta1) * g;
        m[1] = beta2 * m[1] + (1 - beta2) * g * g;
        return m[0] / (1 - Math.Pow(beta1, t)) / (Math.Sqrt(m[1] / (1 - Math.Pow(beta2, t))) + eps);
    }

    private static void Compare(OptimizerConfig config, Func<double, double, double[], int, double> rule)
    {
        using var scope = TensorScope.Open();
        var found = Run(config with { Lr = Lr }, Steps, Tensor.From(Start), p => p * Tensor.From(Curvature));
        for (var k = 0; k < Start.Length; k++)
        {
            var (p, memory) = (Start[k], new double[2]);
            for (var t = 1; t <= Steps; t++) p = rule(p, Curvature[k] * p, memory, t);
            Assert.Equal(p, found[k], 1e-12);
        }
    }

    private static double[] Run(OptimizerConfig config, int steps, Tensor parameter, Func<Tensor, Tensor> gradient)
    {
        using var optimizer = config.Build([new("p", parameter)]);
        for (var step = 0; step < steps; step++) optimizer.Step([gradient(parameter)], config.Lr);
        Assert.Equal(steps, optimizer.Steps);
        return parameter.ToArray<double>();
    }
}
