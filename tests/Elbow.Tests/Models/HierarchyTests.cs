using System.Globalization;
using Elbow.Distributions;
using Elbow.Evaluation;
using Elbow.Experiments.Configuration;
using Elbow.Models;
using Elbow.Networks;
using Elbow.Objectives;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Models;

public sealed class HierarchyTests
{
    private const int D = 4, B = 6;

    private static readonly Mlp.Config Link = new() { Hidden = [4], Activation = ActivationKind.Tanh };
    private static readonly Mlp.Config Affine = new() { Hidden = [], Activation = ActivationKind.Identity };

    public static TheoryData<string> Kinds => ConfigVariants.KindNames<HierarchyConfig>();

    [Theory, MemberData(nameof(Kinds))]
    public void Create_EveryKind_IsOneVectorOfAllLayers(string kind)
    {
        using var scope = TensorScope.Open();
        using var model = Model(kind);
        using var generator = new Generator(1);
        var (x, q, p) = (Data(), model.Encode(Data()), model.Prior.Density());
        foreach (var (z, batch) in new[] { (q.Sample(generator), new Shape([B])), (q.Sample(generator, 5), new Shape([5, B])), (p.Sample(generator, B), new Shape([B])) })
        {
            Assert.Equal(batch.Append(5), z.Shape);
            Assert.Equal(batch, q.LogProb(z).Shape);
            Assert.Equal(batch, p.LogProb(z).Shape);
            Assert.Equal(batch, model.Decode(z).LogProb(x).Shape);
        }
        Assert.Equal((new Shape([B, 5]), new Shape([5])), (q.Mean.Shape, p.Mean.Shape));
        Assert.True(q.Reparameterised);
        Assert.Equal(kind == "twoLevel" ? 5 : 3, model.DecodedLatents);
    }

    [Fact]
    public void Create_StackOfOneLayer_IsTheFlatModelToTheBit()
    {
        using var scope = TensorScope.Open();
        var parts = Small.Mlp(3);
        using var flat = Small.Model(parts, D);
        using var stack = Small.Model(parts with { Hierarchy = new Stacked.Config { Layers = [3] } }, D);
        Assert.True((parts with { Hierarchy = new Stacked.Config { Layers = [3] } }).HasNormalPosterior);
        var (a, b) = (Draw(flat, new Elbo.Config()), Draw(stack, new Elbo.Config()));
        Assert.Equal(a.Objective.ToDouble(), b.Objective.ToDouble());
        Assert.Equal(Gradients(flat, a), Gradients(stack, b));
    }

    // methods/priors.md 2.6 and section 8, item 10, with the sums written out; also what the weights are called.
    [Fact]
    public void TopDown_Elbo_IsTheFormula()
    {
        using var scope = TensorScope.Open();
        var config = new TopDown.Config { Layers = [3, 2], Features = 4, Link = Affine, LeastLogVar = -0.2, LargestLogVar = 0.3 };
        using var model = Small.Model(Small.Mlp(5) with { Hierarchy = config, Encoder = Affine, Decoder = Affine }, D);
        var w = model.NamedParameters().ToDictionary(StringComparer.Ordinal);
        Tensor Apply(string name, Tensor input) => input.Linear(w[$"{name}.weight"], w[$"{name}.bias"]);
        var r1 = Apply("encoder.features1.0.0", Data());
        var r2 = Apply("encoder.features2.0.0", r1);
        var (d1, v1) = Apply("encoder.delta1.0", r1).Halves(-1);
        var (d2, v2) = Apply("encoder.delta2.0", r2).Halves(-1);
        (v1, v2) = (v1.Clamp(-0.2, 0.3), v2.Clamp(-0.2, 0.3));
        using var generator = new Generator(5);
        var z2 = d2 + (0.5 * v2).Exp() * Tensor.Randn([B, 2], generator, DType.Float64);
        var (mu1, s1) = Apply("prior.link1.network.0", z2).Halves(-1);
        var z1 = mu1 + d1 + (0.5 * (s1 + v1)).Exp() * Tensor.Randn([B, 3], generator, DType.Float64);
        var kl2 = 0.5 * (d2.Square() + v2.Exp() - v2 - 1).Sum(1L);
        var kl1 = 0.5 * (d1.Square() / s1.Exp() + v1.Exp() - v1 - 1).Sum(1L);
        var generic = Normal.FromLogVar(mu1 + d1, s1 + v1).KlTo(Normal.FromLogVar(mu1, s1))!;
        Assert.Equal(0, (kl1 - generic).Abs().Sum().ToDouble(), 1e-12);
        var sigma = w["likelihood.logVar"];
        var reconstruction = -0.5 * ((Data() - Apply("decoder.0", z1)).Square() / sigma.Exp() + sigma + Math.Log(2 * Math.PI)).Sum(1L);
        var terms = Draw(model, new Elbo.Config());
        Assert.Equal(0, (terms["kl"] - (kl1 + kl2)).Abs().Sum().ToDouble(), 1e-11);
        Assert.Equal(0, (terms["elbo"] - (reconstruction - kl1 - kl2)).Abs().Sum().ToDouble(), 1e-11);
        Assert.Equal(0, (terms["kl1"] - kl1).Abs().Sum().ToDouble() + (terms["kl2"] - kl2).Abs().Sum().ToDouble(), 1e-11);
    }

    // methods/priors.md 2.5, with pseudo-inputs on the top layer and every density written out.
    [Fact]
    public void TwoLevel_MonteCarloElboWithPseudoInputs_IsTheFormula()
    {
        using var scope = TensorScope.Open();
        var config = new TwoLevel.Config { Layers = [3, 2], Features = 4, Link = Affine };
        using var model = Small.Model(Small.Mlp(5) with { Hierarchy = config, Encoder = Affine, Decoder = Affine, Prior = new PseudoInputs.Config() }, D);
        var w = model.NamedParameters().ToDictionary(StringComparer.Ordinal);
        Tensor Apply(string name, Tensor input) => input.Linear(w[$"{name}.weight"], w[$"{name}.bias"]);
        Tensor Log((Tensor Mean, Tensor LogVar) p, Tensor z) => -0.5 * ((z - p.Mean).Square() / p.LogVar.Exp() + p.LogVar + Math.Log(2 * Math.PI)).Sum(-1L);
        var x = Data();
        var top = Apply("encoder.network2.0", x).Halves(-1);
        using var generator = new Generator(5);
        var z2 = top.First + (0.5 * top.Second).Exp() * Tensor.Randn([B, 2], generator, DType.Float64);
        var lower = Apply("encoder.link1.network.0", Tensor.Cat(1, Apply("encoder.features.0.0", x), z2)).Halves(-1);
        var z1 = lower.First + (0.5 * lower.Second).Exp() * Tensor.Randn([B, 3], generator, DType.Float64);
        var components = Apply("encoder.network2.0", w["prior.top.u"]).Halves(-1);
        var logPz2 = Tensor.Stack(1, [.. Enumerable.Range(0, 3).Select(k => Log((components.First[k], components.Second[k]), z2))]).LogSumExp(1) - Math.Log(3);
        var logPz1 = Log(Apply("prior.link1.network.0", z2).Halves(-1), z1);
        var reconstruction = Log((Apply("decoder.0", Tensor.Cat(1, z1, z2)), w["likelihood.logVar"]), x);
        var kl = Log(lower, z1) + Log(top, z2) - logPz1 - logPz2;
        var terms = Draw(model, new Elbo.Config { Kl = Elbo.KlEstimator.MonteCarlo, Beta = 0.4 });
        Assert.Equal(0, (terms["kl"] - kl).Abs().Sum().ToDouble(), 1e-10);
        Assert.Equal((reconstruction - 0.4 * kl).Mean().ToDouble(), terms.Objective.ToDouble(), 1e-10);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Kl_GivenTheDraw_IsUnbiasedAndSpreadsLess(string kind)
    {
        using var scope = TensorScope.Open();
        using var model = Model(kind);
        using var generator = new Generator(3);
        var (q, p) = (model.Encode(Data().Narrow(0, 0, 1)), model.Prior.Density());
        var z = q.Sample(generator, 20_000);
        var (given, plain) = (Kl.Given(q, p, z).Squeeze(1).Detach(), (q.LogProb(z) - p.LogProb(z)).Squeeze(1).Detach());
        MonteCarlo.Agree(given - plain, 0, "difference of the estimates");
        // In a stack the two chains run in opposite directions: no link of one has its counterpart in the other.
        if (kind == "stacked") Assert.Equal(0, (plain - given).Abs().Amax(0).ToDouble(), 1e-10);
        else Assert.True(given.Var([0]).ToDouble() < 0.5 * plain.Var([0]).ToDouble());
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Gradients_OfEveryKind_AreThoseOfFiniteDifferences(string kind)
    {
        using var scope = TensorScope.Open();
        foreach (var kl in Enum.GetValues<Elbo.KlEstimator>())
        {
            using var model = Model(kind);
            ParameterGradients.Check(model.NamedParameters(), () => Draw(model, new Elbo.Config { Kl = kl, Samples = 2 }).Objective);
        }
    }

    // p(x) = N(b, W C Wᵀ + σ² I) with C = Var z_1 = A Aᵀ + S, all from the weights of affine links.
    [Theory, MemberData(nameof(Kinds))]
    public void ImportanceSampling_LinearGaussianHierarchy_FindsTheLikelihood(string kind)
    {
        using var scope = TensorScope.Open();
        var hierarchy = Hierarchy(kind, Affine);
        using var model = Small.Model(Small.Mlp(5) with { Hierarchy = hierarchy, Encoder = Affine, Decoder = Affine }, D);
        var w = model.NamedParameters().ToDictionary(StringComparer.Ordinal);
        using (Autograd.NoGrad())
        {
            w["prior.link1.network.0.weight"].Narrow(0, 3, 3).FillInPlace(0);
            // Nearer to the prior, so that no weight is much larger than the others.
            foreach (var (_, parameter) in w.Where(pair => pair.Key.StartsWith("encoder.", StringComparison.Ordinal))) parameter.MulInPlace(0.3);
        }
        var (a, s) = (w["prior.link1.network.0.weight"].Narrow(0, 0, 3), w["prior.link1.network.0.bias"].Narrow(0, 3, 3).Exp());
        var lower = a.Matmul(a.T) + s.DiagEmbed();
        // Of (z1, z2), of which the decoder sees all or the first.
        var joint = Tensor.Cat(0, Tensor.Cat(1, lower, a), Tensor.Cat(1, a.T, Tensor.Eye(2, DType.Float64))).Narrow(0, 0, model.DecodedLatents).Narrow(1, 0, model.DecodedLatents);
        var weight = w["decoder.0.weight"];
        var covariance = weight.Matmul(joint).Matmul(weight.T) + w["likelihood.logVar"].Exp() * Tensor.Eye(D, DType.Float64);
        var mean = w["decoder.0.bias"] + weight.Narrow(1, 0, 3).Matmul(w["prior.link1.network.0.bias"].Narrow(0, 0, 3).Unsqueeze(1)).Squeeze(1);
        var exact = new FullNormal(mean, covariance.Cholesky()).LogProb(Data()).Mean().ToDouble();
        using var generator = new Generator(4);
        double Estimate(int samples) => ImportanceSampling.LogLikelihood(model, Data(), samples, generator).Mean().ToDouble();
        var (few, many) = (Estimate(3), Estimate(20_000));
        Assert.InRange(many, exact - 0.05, exact + 0.05);
        Assert.True(few < many);
        var elbo = ElboEstimator.PerExample(model, Data(), 500, generator);
        Assert.True((elbo.Reconstruction - elbo.Kl!).Mean().ToDouble() < exact);
    }

    [Fact]
    public void Chain_ThreeLayers_PairsEachWithItsNeighbour()
    {
        using var scope = TensorScope.Open();
        foreach (HierarchyConfig hierarchy in new HierarchyConfig[] { new Stacked.Config { Layers = [2, 3, 1], Link = Link }, new TopDown.Config { Layers = [2, 3, 1], Link = Link, Features = 4 } })
        {
            using var model = Small.Model(Small.Mlp(6) with { Hierarchy = hierarchy }, D);
            using var generator = new Generator(1);
            var z = model.Encode(Data()).Sample(generator, 3);
            Assert.Equal(new Shape([3, B, 6]), z.Shape);
            // z_1 changes only links that touch it, so that log p(z_3) and p(z_2|z_3) drop out of a difference.
            var other = Tensor.Cat(-1, z.Narrow(-1, 0, 2) + 0.3, z.Narrow(-1, 2, 4));
            var p = model.Prior.Density();
            var w = model.NamedParameters().ToDictionary(StringComparer.Ordinal);
            var h = z.Narrow(-1, 2, 3).Linear(w["prior.link1.network.0.weight"], w["prior.link1.network.0.bias"]).Tanh();
            var (mu, logVar) = h.Linear(w["prior.link1.network.2.weight"], w["prior.link1.network.2.bias"]).Halves(-1);
            var link = Normal.FromLogVar(mu, logVar);
            var expected = link.LogProb(other.Narrow(-1, 0, 2)) - link.LogProb(z.Narrow(-1, 0, 2));
            Assert.Equal(0, (p.LogProb(other) - p.LogProb(z) - expected).Abs().Sum().ToDouble(), 1e-10);
            if (hierarchy is Stacked.Config)
            {
                // Upwards z_3 hangs on z_2 alone.
                var moved = Tensor.Cat(-1, z.Narrow(-1, 0, 5), z.Narrow(-1, 5, 1) + 0.3);
                var up = z.Narrow(-1, 2, 3).Linear(w["encoder.link3.network.0.weight"], w["encoder.link3.network.0.bias"]).Tanh();
                var (nu, logTau2) = up.Linear(w["encoder.link3.network.2.weight"], w["encoder.link3.network.2.bias"]).Halves(-1);
                var third = Normal.FromLogVar(nu, logTau2);
                var q = model.Encode(Data());
                var change = third.LogProb(moved.Narrow(-1, 5, 1)) - third.LogProb(z.Narrow(-1, 5, 1));
                Assert.Equal(0, (q.LogProb(moved) - q.LogProb(z) - change).Abs().Sum().ToDouble(), 1e-10);
            }
            var terms = Draw(model, new Elbo.Config { Samples = 3 });
            Assert.Equal(0, (terms["kl"] - terms["kl1"] - terms["kl2"] - terms["kl3"]).Abs().Sum().ToDouble(), 1e-10);
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Config_EveryProperty_ChangesTheModel(string kind)
    {
        using var scope = TensorScope.Open();
        var start = Hierarchy(kind, Link with { Activation = ActivationKind.LeakyRelu });
        var before = Outcome(start);
        foreach (var property in ConfigVariants.Properties(start.GetType()))
        {
            object[] others = property.Name switch
            {
                nameof(HierarchyConfig.Layers) => [new[] { 2, 3 }],
                nameof(HierarchyConfig.Link) => [Link with { Activation = ActivationKind.Relu }],
                _ => [.. ConfigVariants.Alternatives(start, property).Select(property.GetValue).Select(value => value!)],
            };
            Assert.Contains(others, value => !Outcome((HierarchyConfig)ConfigVariants.With(start, property, value)).SequenceEqual(before));
        }

        static double[] Outcome(HierarchyConfig hierarchy)
        {
            using var model = Small.Model(Small.Mlp(5) with { Hierarchy = hierarchy, Encoder = Affine }, D);
            // Far from zero, where limits of log-variances act.
            return [.. model.Encode(200 * Data()).Mean.ToArray<double>(), .. model.Encode(200 * Data()).LogProb(Small.Normal(3, B, 5)).ToArray<double>(), .. model.Prior.Density().LogProb(Small.Normal(3, B, 5)).ToArray<double>()];
        }
    }

    [Theory]
    [InlineData("""{ "kind": "stacked", "layers": [3, 3] }""", "model.latentDim", "6")]
    [InlineData("""{ "kind": "stacked", "layers": [5, 0] }""", "model.hierarchy.layers", "less than one")]
    [InlineData("""{ "kind": "twoLevel", "layers": [2, 2, 1] }""", "model.hierarchy.layers", "two")]
    [InlineData("""{ "kind": "topDown", "layers": [5] }""", "model.hierarchy.layers", "flat")]
    [InlineData("""{ "kind": "topDown", "layers": [3, 2], "leastLogVar": 1 }""", "model.hierarchy.leastLogVar", "out of range")]
    public void Config_ThatMakesNoSense_IsRefusedByName(string hierarchy, string key, string what)
    {
        var error = Assert.Throws<ConfigException>(() => Read(hierarchy, """{ "kind": "diagonalNormal" }"""));
        Assert.Contains(error.Errors, e => e.Path == key && (e.What + e.Mend).Contains(what, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("stacked", """{ "kind": "point" }""")]
    [InlineData("topDown", """{ "kind": "fullNormal" }""")]
    [InlineData("topDown", """{ "kind": "diagonalNormal", "logVarLimit": 5 }""")]
    public void Config_PosteriorThatHasNoPlace_IsRefusedByName(string kind, string posterior)
    {
        var error = Assert.Throws<ConfigException>(() => Read($$"""{ "kind": "{{kind}}", "layers": [3, 2] }""", posterior));
        Assert.All(error.Errors, e => Assert.Equal("model.posterior", e.Path));
    }

    [Fact]
    public void Create_StackWithAPriorOfPseudoInputs_IsRefused()
    {
        using var scope = TensorScope.Open();
        var error = Assert.Throws<ArgumentException>(() => Small.Model(Small.Mlp(5) with { Hierarchy = new Stacked.Config { Layers = [3, 2] }, Prior = new PseudoInputs.Config() }, D));
        Assert.Contains("model.prior", error.Message);
    }

    [Fact]
    public void Elbo_FreeBitsOfAHierarchy_AreRefusedByName() =>
        Assert.Equal("objective.freeBits", new Elbo.Config { FreeBits = 1 }.Misfits(Small.Mlp(5) with { Hierarchy = Hierarchy("twoLevel", Link) }).Single().Key);

    private static void Read(string hierarchy, string posterior) => ConfigReader.Read<Elbow.Training.ExperimentConfig>(string.Create(CultureInfo.InvariantCulture, $$"""
        { "data": { "kind": "digits" }, "objective": { "kind": "elbo" },
          "model": { "latentDim": 5, "encoder": { "kind": "mlp" }, "posterior": {{posterior}}, "decoder": { "kind": "mlp" }, "likelihood": { "kind": "normal" }, "hierarchy": {{hierarchy}} } }
        """));

    private static HierarchyConfig Hierarchy(string kind, Mlp.Config link) => kind switch
    {
        "stacked" => new Stacked.Config { Layers = [3, 2], Link = link },
        "topDown" => new TopDown.Config { Layers = [3, 2], Link = link, Features = 4 },
        _ => new TwoLevel.Config { Layers = [3, 2], Link = link, Features = 4 },
    };

    private static LatentVariableModel Model(string kind) => Small.Model(Small.Mlp(5) with { Hierarchy = Hierarchy(kind, Link) }, D);

    private static Tensor Data() => Small.Normal(1, B, D);

    private static ObjectiveTerms Draw(LatentVariableModel model, Elbo.Config config)
    {
        using var generator = new Generator(5);
        return new Elbo(config).Evaluate(model, Data(), new StepContext(double.PositiveInfinity, generator));
    }

    private static double[] Gradients(LatentVariableModel model, ObjectiveTerms terms) =>
        [.. Autograd.Grad(terms.Objective, [.. model.NamedParameters().Select(pair => pair.Value)]).SelectMany(gradient => gradient.ToArray<double>())];
}
