using Elbow.Distributions;
using Elbow.Models;
using Elbow.Networks;
using Elbow.Objectives;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Objectives;

public sealed class AnchorVaeTests
{
    private const int L = 3, D = 4, B = 6;

    private static readonly AnchorVae.Config Plain = new();

    public static TheoryData<AnchorVae.InformationKind, bool> Kinds => new()
    {
        { AnchorVae.InformationKind.Decoder, false }, { AnchorVae.InformationKind.Decoder, true },
        { AnchorVae.InformationKind.Mixture, false }, { AnchorVae.InformationKind.Mixture, true }, { AnchorVae.InformationKind.KlWeight, false },
    };

    // methods/corex-anchorvae.md section 8, item 10, first half.
    [Theory, MemberData(nameof(Kinds))]
    public void Evaluate_LambdaZero_HasTheGradientsOfTheElboToTheBit(AnchorVae.InformationKind kind, bool each)
    {
        using var scope = TensorScope.Open();
        foreach (var beta in new[] { 1.0, 4 })
        {
            using var model = Small.Model(Small.Mlp(L), D);
            using var objective = Build(model, Plain with { Lambda = 0, Information = kind, Each = each, Anchors = [0, 2], Beta = beta });
            Tensor[] parameters = [.. model.NamedParameters().Select(pair => pair.Value)];
            using var mine = new Generator(5);
            using var theirs = new Generator(5);
            var anchored = objective.Evaluate(model, Data(), new StepContext(0, mine));
            var plain = new Elbo(new Elbo.Config { Beta = beta }).Evaluate(model, Data(), new StepContext(0, theirs));
            Assert.Equal(plain.Objective.ToDouble(), anchored.Objective.ToDouble());
            Assert.Equal(plain["elbo"].ToArray<double>(), anchored["elbo"].ToArray<double>());
            var (a, b) = (Autograd.Grad(anchored.Objective, parameters), Autograd.Grad(plain.Objective, parameters));
            for (var k = 0; k < a.Length; k++) Assert.Equal(b[k].ToArray<double>(), a[k].ToArray<double>());
            Assert.Equal(theirs.GetState(), mine.GetState());
        }
    }

    [Fact]
    public void Evaluate_NoAnchors_IsTheElbo()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(L), D);
        using var objective = Build(model, Plain with { Anchors = [], Lambda = 1 });
        var terms = Draw(model, objective);
        Assert.Equal(Draw(model, new Elbo(new Elbo.Config())).Objective.ToDouble(), terms.Objective.ToDouble());
        Assert.Empty(objective.NamedParameters());
    }

    [Fact]
    public void Evaluate_LambdaZero_TrainsTheAuxiliaryDecoderOnly()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(L), D);
        using var objective = Build(model, Plain with { Lambda = 0 });
        Tensor[] own = [.. objective.NamedParameters().Select(pair => pair.Value)];
        var terms = Draw(model, objective);
        var (fromObjective, alone) = (Autograd.Grad(terms.Objective, own), Autograd.Grad(Draw(model, objective)["anchorReconstruction"].Mean(), own));
        for (var k = 0; k < own.Length; k++)
        {
            Assert.Equal(alone[k].ToArray<double>(), fromObjective[k].ToArray<double>());
            Assert.True(alone[k].Abs().Sum().ToDouble() > 0);
        }
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(2)]
    public void Evaluate_AnyLambda_AddsItsShareOfTheInformation(double lambda)
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(L), D);
        foreach (var (kind, term) in new[] { (AnchorVae.InformationKind.Decoder, "anchorReconstruction"), (AnchorVae.InformationKind.Mixture, "anchorInformation") })
        {
            using var objective = Build(model, Plain with { Lambda = lambda, Information = kind, Anchors = [1, 2] });
            var terms = Draw(model, objective);
            Assert.Equal((terms["elbo"] + lambda * terms[term]).Mean().ToDouble(), terms.Objective.ToDouble(), 1e-12);
        }
    }

    [Fact]
    public void Evaluate_KlWeight_CountsTheAnchorsOneMinusLambdaTimes()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(L), D);
        using var objective = Build(model, Plain with { Lambda = 0.3, Information = AnchorVae.InformationKind.KlWeight, Anchors = [0, 2], Beta = 2 });
        var terms = Draw(model, objective);
        var each = ((Normal)model.Encode(Data())).WithEventAxes(0).KlTo(((Normal)model.Prior.Density()).WithEventAxes(0))!;
        var weighed = 2 * (each * Tensor.From(0.7, 1, 0.7)).Sum(1L);
        Assert.Equal((terms["reconstruction"] - weighed).Mean().ToDouble(), terms.Objective.ToDouble(), 1e-12);
    }

    [Fact]
    public void Evaluate_OneAnchor_IsTheSameJointlyAndByItself()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(L), D);
        foreach (var kind in new[] { AnchorVae.InformationKind.Decoder, AnchorVae.InformationKind.Mixture })
        {
            using var joint = Build(model, Plain with { Information = kind, Anchors = [1] });
            using var each = Build(model, Plain with { Information = kind, Anchors = [1], Each = true });
            Assert.Equal(Draw(model, joint).Objective.ToDouble(), Draw(model, each).Objective.ToDouble(), 1e-14);
        }
    }

    [Fact]
    public void Evaluate_EachAnchor_IsTheSumOverThem()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(L), D);
        using var both = Build(model, Plain with { Information = AnchorVae.InformationKind.Mixture, Anchors = [0, 2], Each = true });
        var q = (Normal)model.Encode(Data());
        var expected = MixtureInformation.LowerOfEach(q).IndexSelect(1, Tensor.From([0L, 2], [2])).Sum(1L);
        Assert.Equal(0, (expected - Draw(model, both)["anchorInformation"]).Abs().Sum().ToDouble(), 1e-12);
        using var joint = Build(model, Plain with { Anchors = [0, 2] });
        using var each = Build(model, Plain with { Anchors = [0, 2], Each = true });
        Assert.Equal(1, joint.NamedParameters().Count(pair => pair.Key.EndsWith("head.logVar", StringComparison.Ordinal)));
        Assert.Equal(2, each.NamedParameters().Count(pair => pair.Key.EndsWith("head.logVar", StringComparison.Ordinal)));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Evaluate_EveryKind_HasTheGradientOfFiniteDifferences(AnchorVae.InformationKind kind, bool each)
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(L), D);
        using var objective = Build(model, Plain with { Information = kind, Each = each, Anchors = [0, 2] });
        ParameterGradients.Check([.. model.NamedParameters(), .. objective.NamedParameters()], () => Draw(model, objective).Objective);
    }

    // Item 10, second half: with one latent and η² = s²(s² + d), x given z has independent parts, so the best ψ reaches the information.
    [Fact]
    public void AnchorReconstruction_PlusTheEntropyOfTheData_IsAtMostTheInformation()
    {
        using var scope = TensorScope.Open();
        var code = GaussianCode.OneFactor(3, 1, 4);
        using var model = code.BuildOptimal();
        using var objective = (AnchorVae)Plain.Build(Small.Context(model, code.Parts));
        var (w, residual) = GaussianCode.Regress(code.Joint, code.X, code.Z);
        var (entropy, information) = (GaussianCode.Entropy(code.Data, code.X), GaussianCode.Information(code.Joint, code.X, code.Z));
        // Exact by sigma points through a model whose decoder is ψ; by sampling through the objective.
        Assert.Equal(information, Exact(w, residual) + entropy, 1e-10);
        Load(w, residual);
        MonteCarlo.Agree(Sampled(), information - entropy, "the best decoder");
        foreach (var (weight, variances) in new[] { (0.7 * w, residual), (w, 1.4 * residual), (w + 0.1, residual) })
        {
            Assert.True(Exact(weight, variances) + entropy < information - 1e-3);
            Load(weight, variances);
            MonteCarlo.Agree(Sampled(), Exact(weight, variances), "another decoder");
        }

        double Exact(Tensor weight, Tensor variances)
        {
            var (x, z) = code.Points();
            return code.Build(weight, Tensor.Zeros([3], DType.Float64), variances).Decode(z).LogProb(x).Mean().ToDouble();
        }

        void Load(Tensor weight, Tensor variances) => objective.Load(new Dictionary<string, Tensor>
        {
            ["decoder0.network.0.weight"] = weight, ["decoder0.network.0.bias"] = Tensor.Zeros([3], DType.Float64), ["decoder0.head.logVar"] = variances.Log(),
        });

        Tensor Sampled()
        {
            using var generator = new Generator(2);
            return objective.Evaluate(model, code.Draw(20_000, 1), new StepContext(0, generator))["anchorReconstruction"].Detach();
        }
    }

    [Fact]
    public void Evaluate_Hierarchy_AnchorsAnyLayer()
    {
        using var scope = TensorScope.Open();
        var parts = Small.Mlp(5) with { Hierarchy = new TopDown.Config { Layers = [3, 2], Features = 4, Link = new Mlp.Config { Hidden = [4] } } };
        using var model = Small.Model(parts, D);
        using var objective = (AnchorVae)(Plain with { Anchors = [1, 4] }).Build(Small.Context(model, parts));
        Assert.True(double.IsFinite(Draw(model, objective).Objective.ToDouble()));
    }

    [Fact]
    public void Misfits_WhatMakesNoSense_IsRefusedByName()
    {
        var parts = Small.Mlp(L);
        Assert.Empty(Plain.Misfits(parts));
        foreach (var anchors in new int[][] { [3], [-1], [0, 7] })
        {
            var misfit = (Plain with { Anchors = anchors }).Misfits(parts).Single();
            Assert.Equal(("objective.anchors", "use numbers from 0 to 2"), (misfit.Key, misfit.Mend));
        }
        Assert.Contains("twice", (Plain with { Anchors = [1, 1] }).Misfits(parts).Single().What);
        Assert.Equal("objective.lambda", (Plain with { Lambda = 1.5, Information = AnchorVae.InformationKind.KlWeight }).Misfits(parts).Single().Key);
        Assert.Empty((Plain with { Lambda = 1.5 }).Misfits(parts));
        Assert.Equal("objective.each", (Plain with { Each = true, Information = AnchorVae.InformationKind.KlWeight }).Misfits(parts).Single().Key);
        Assert.Equal("objective.information", (Plain with { Information = AnchorVae.InformationKind.Mixture }).Misfits(parts with { Posterior = new FullNormalPosterior.Config() }).Single().Key);
        Assert.Equal("model.posterior", Plain.Misfits(parts with { Posterior = new PointPosterior.Config() }).Single().Key);
    }

    [Fact]
    public void Build_AnchorOutOfRangeOrBatchOfOne_IsRefused()
    {
        using var scope = TensorScope.Open();
        using var model = Small.Model(Small.Mlp(L), D);
        Assert.Contains("objective.anchors", Assert.Throws<ArgumentException>(() => Build(model, Plain with { Anchors = [3] })).Message);
        Assert.Contains("batch of 1", Assert.Throws<ArgumentException>(() => (Plain with { Information = AnchorVae.InformationKind.Mixture }).Build(Small.Context(model, Small.Mlp(L)) with { BatchSize = 1 })).Message);
    }

    private static AnchorVae Build(LatentVariableModel model, AnchorVae.Config config) => (AnchorVae)config.Build(Small.Context(model, Small.Mlp(L)));

    private static Tensor Data() => Small.Normal(1, B, D);

    private static ObjectiveTerms Draw(LatentVariableModel model, IObjective objective)
    {
        using var generator = new Generator(5);
        return objective.Evaluate(model, Data(), new StepContext(double.PositiveInfinity, generator));
    }
}
