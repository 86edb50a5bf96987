using Elbow.Experiments;
using Elbow.Experiments.Configuration;
using Elbow.Models;
using Elbow.Networks;
using Elbow.Objectives;
using Elbow.Priors;
using Elbow.Tests.Support;
using Elbow.Torch;
using Elbow.Training;

namespace Elbow.Tests.Objectives;

/// <summary>What AVAE remembers between steps, and what it refuses.</summary>
public sealed class AvaeStateTests
{
    [Theory]
    [InlineData(Avae.BetaRule.RootMeanSquare)]
    [InlineData(Avae.BetaRule.MeanNorm)]
    public void Beta_AfterAnEpoch_IsTheRootOfTheSquaredErrorOrTheMeanNorm(Avae.BetaRule rule)
    {
        using var scope = TensorScope.Open();
        // Item 10.
        using var avae = new AvaeCase(AvaeCase.Plain with { Beta = null, BetaRule = rule }, Small.Normal(1, 5, 3));
        Tensor[] batches = [Small.Normal(2, 7, 3), Small.Normal(3, 4, 3)];
        double[] errors = [.. batches.SelectMany(x => (x - avae.Model.Decode(x).Mean).Square().Sum(1L).ToArray<double>())];
        using var judged = avae.Judged(batches);
        avae.Objective.EpochEnded(avae.Model, judged);
        var (root, norm) = (Math.Sqrt(errors.Average()), errors.Average(Math.Sqrt));
        Assert.Equal(rule == Avae.BetaRule.MeanNorm ? norm : root, avae.Beta, 1e-12);
        Assert.True(root > norm);
        Assert.All(avae.Evaluate(batches[0])["beta"].ToArray<double>(), beta => Assert.Equal(avae.Beta, beta));
        Assert.Equal(-errors.Average() - judged.Mean("kl"), avae.Objective.Monitored(judged), 1e-12);
    }

    // The two presets: what made the published numbers, with the sizes, widths and patience of section 7, rows 10 and 11, and what the paper states.
    [Theory]
    [InlineData("mnist-avae", 16, 10_000, 1 - 1e-6, 5)]
    [InlineData("celeba-avae", 64, 20_000, 0.99, 5)]
    [InlineData("cifar10-avae", 128, 10_000, 0.9, 10)]
    public void Preset_Released_IsTheReleasedForm(string file, int latents, int points, double coverage, int patience)
    {
        var (avae, config) = Preset(file);
        Assert.Equal(new Avae.Config { Points = points, Coverage = coverage }, avae);
        Assert.Equal((Avae.LogarithmKind.Ten, Avae.BetaRule.RootMeanSquare, 1e-30), (avae.Logarithm, avae.BetaRule, avae.PriorFloor));
        Assert.Equal((1, 10, null, null, null), (avae.RedrawEvery, avae.EncodeEvery, avae.Beta, avae.InitialBeta, avae.Bandwidth));
        Assert.Equal((latents, 100), (config.Model.LatentDim, config.Training.BatchSize));
        // The last epoch that is waited for, in Keras the first that is not.
        Assert.Equal(patience - 1, ((PlateauSchedule.Config)config.Training.Schedule).Patience);
    }

    [Fact]
    public void Preset_Paper_IsThePapersForm() =>
        Assert.Equal(new Avae.Config { Points = 10_000, Logarithm = Avae.LogarithmKind.Natural, BetaRule = Avae.BetaRule.MeanNorm, Coverage = null, PriorFloor = 0 }, Preset("mnist-avae-paper").Objective);

    [Fact]
    public void Beta_OfEqualErrors_IsThatErrorUnderBothRules()
    {
        using var scope = TensorScope.Open();
        foreach (var rule in Enum.GetValues<Avae.BetaRule>())
        {
            using var avae = new AvaeCase(AvaeCase.Plain with { Beta = null, BetaRule = rule }, Small.Normal(1, 5, 3));
            using var judged = avae.Judged(Small.Normal(2, 1, 3).Expand(6, 3));
            avae.Objective.EpochEnded(avae.Model, judged);
            Assert.Equal(judged.Mean("residual"), avae.Beta, 1e-12);
            Assert.Equal(Math.Sqrt(-judged.Mean("reconstruction")), avae.Beta, 1e-12);
        }
    }

    [Fact]
    public void Beta_Configured_StaysOrStarts()
    {
        using var scope = TensorScope.Open();
        using var constant = new AvaeCase(AvaeCase.Plain with { Beta = 3 }, Small.Normal(1, 5, 3));
        using var started = new AvaeCase(AvaeCase.Plain with { Beta = null, InitialBeta = Math.Sqrt(200) }, Small.Normal(1, 5, 3));
        Assert.Equal((3, Math.Sqrt(200)), (constant.Beta, started.Beta));
        using var judged = constant.Judged(Small.Normal(2, 7, 3));
        constant.Objective.EpochEnded(constant.Model, judged);
        started.Objective.EpochEnded(started.Model, judged);
        Assert.Equal(3, constant.Beta);
        Assert.Equal(Math.Sqrt(-judged.Mean("reconstruction")), started.Beta, 1e-12);
    }

    [Fact]
    public void Beta_OfThePaper_StartsFromTheErrorOfTheUntrainedModel()
    {
        using var scope = TensorScope.Open();
        var points = Small.Normal(1, 20, 3);
        using var avae = new AvaeCase(AvaeCase.Plain with { Beta = null, BetaRule = Avae.BetaRule.MeanNorm }, points);
        Assert.Equal((points - avae.Model.Decode(points).Mean).Norm(1L).Mean().ToDouble(), avae.Beta, 1e-12);
    }

    [Fact]
    public void Beta_OfPerfectReconstruction_DividesNothingByZero()
    {
        using var scope = TensorScope.Open();
        using var avae = new AvaeCase(AvaeCase.Plain with { Beta = null, InitialBeta = 1 }, Small.Normal(1, 5, 3));
        var exact = new TermStatistics();
        exact.Add(new ObjectiveTerms(Tensor.Zeros([], DType.Float64), new Term("reconstruction", Tensor.Zeros([4], DType.Float64)), new Term("residual", Tensor.Zeros([4], DType.Float64))), 0);
        avae.Objective.EpochEnded(avae.Model, exact);
        Assert.True(double.IsFinite(avae.Evaluate(Small.Normal(2, 6, 3)).Objective.ToDouble()));
        exact.Dispose();
    }

    [Fact]
    public void Codes_OfHeldOutRows_AreEncodedAtTheStartOfAnEpochAndEverySoManySteps()
    {
        using var scope = TensorScope.Open();
        // Item 12. A kernel at each row of what was encoded last: the density shows which it was.
        using var avae = new AvaeCase(AvaeCase.Plain with { EncodeEvery = 3 }, Tensor.Zeros([4, 2], DType.Float64));
        var encoded = new List<int>();
        for (var batch = 0; batch < 8; batch++)
        {
            avae.Prepare(Tensor.Full(batch + 1, [4, 2], DType.Float64), batch, epoch: 1 + batch / 8.0);
            var at = avae.Objective.NamedBuffers().Single(pair => pair.Key == "codes").Value.ToArray<double>();
            Assert.Single(at.Distinct());
            encoded.Add((int)at[0] - 1);
        }
        Assert.Equal([0, 0, 0, 3, 3, 3, 6, 6], encoded);
    }

    [Fact]
    public void Codes_OfANormalisedEncoder_UseRunningStatisticsAndLeaveThemAlone()
    {
        using var scope = TensorScope.Open();
        var parts = Small.MlpFor(new Avae.Config { Points = 8 }, 2) with { Encoder = new Mlp.Config { Hidden = [4], Norm = NormKind.Batch } };
        using var model = Small.Model(parts, 3);
        using var avae = (Avae)new Avae.Config { Points = 8, Bandwidth = 0.5 }.Build(Small.Context(model, parts));
        var rows = Small.Normal(1, 8, 3) + 2;
        string Running() => string.Join(" ", model.NamedBuffers().SelectMany(pair => pair.Value.ToArray<double>()));
        var before = Running();
        avae.Prepare(model, rows, new StepContext(0, null!) { HeldOut = [rows.Narrow(0, 0, 5), rows.Narrow(0, 5, 3)] });
        Assert.Equal(before, Running());
        Assert.True(model.Training);
        model.SetTraining(false);
        Assert.Equal(model.Encode(rows).Mean.ToArray<double>(), avae.NamedBuffers().Single(pair => pair.Key == "codes").Value.ToArray<double>());
    }

    [Fact]
    public void Codes_OfOtherThanTheirNumber_AreRefused()
    {
        using var scope = TensorScope.Open();
        using var avae = new AvaeCase(AvaeCase.Plain, Small.Normal(1, 5, 3));
        Assert.Contains("5 held-out rows", Assert.Throws<InvalidOperationException>(() => avae.Prepare(Small.Normal(1, 4, 3))).Message);
    }

    [Fact]
    public void Evaluate_BeforeAnythingIsPrepared_SaysSo()
    {
        using var scope = TensorScope.Open();
        var parts = Small.MlpFor(new Avae.Config { Points = 8 }, 2);
        using var model = Small.Model(parts, 3);
        using var avae = (Avae)new Avae.Config { Points = 8 }.Build(Small.Context(model, parts));
        Assert.Contains("Prepare", Assert.Throws<InvalidOperationException>(() => avae.Evaluate(model, Small.Normal(1, 4, 3), AvaeCase.Step)).Message);
    }

    [Fact]
    public void Build_MorePointsThanData_IsRefusedByName()
    {
        using var scope = TensorScope.Open();
        var parts = Small.MlpFor(new Avae.Config { Points = 8 }, 2);
        using var model = Small.Model(parts, 3);
        Assert.Contains("objective.points", Assert.Throws<UserException>(() => new Avae.Config { Points = 100 }.Build(Small.Context(model, parts))).Message);
        var warnings = new List<string>();
        using var avae = (Avae)new Avae.Config { Points = 60 }.Build(Small.Context(model, parts) with { Warn = warnings.Add });
        Assert.Contains("less than half", Assert.Single(warnings));
    }

    [Fact]
    public void Misfits_PartsThatMakeNoSense_AreNamed()
    {
        var avae = new Avae.Config { Points = 8 };
        var fitting = Small.MlpFor(avae, 2);
        Assert.Empty(avae.Misfits(fitting));
        Assert.Empty(avae.Misfits(fitting with { Likelihood = new CategoricalLikelihood.Config { Levels = 17 } }));
        Assert.Empty(avae.Misfits(fitting with { Likelihood = new BernoulliLikelihood.Config { AllowGrey = true } }));
        Assert.Equal("model.posterior.kind", Assert.Single(avae.Misfits(fitting with { Posterior = new DiagonalNormalPosterior.Config() })).Key);
        Assert.Equal("model.likelihood.scale", Assert.Single(avae.Misfits(fitting with { Likelihood = new NormalLikelihood.Config() })).Key);
        Assert.Equal("model.likelihood.kind", Assert.Single(avae.Misfits(fitting with { Likelihood = new LaplaceLikelihood.Config() })).Key);
        Assert.Equal("objective.initialBeta", Assert.Single((avae with { Beta = 1, InitialBeta = 2 }).Misfits(fitting)).Key);
        Assert.Equal("objective.betaRule", Assert.Single((avae with { Beta = 1, BetaRule = Avae.BetaRule.MeanNorm }).Misfits(fitting)).Key);
        Assert.Equal("model.prior.kind", Assert.Single(avae.Misfits(fitting with { Prior = new SomethingElse() })).Key);
    }

    private static (Avae.Config Objective, ExperimentConfig Whole) Preset(string name)
    {
        var config = ConfigReader.Read<ExperimentConfig>(File.ReadAllText(Repository.At("configs", "avae", name + ".json")));
        return ((Avae.Config)config.Objective, config);
    }

    private sealed record SomethingElse : PriorConfig
    {
        public override IPrior Build(PriorContext context) => throw new UserException("never built", "");
    }
}
