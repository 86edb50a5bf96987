using Elbow.Diagnostics;
using Elbow.Distributions;
using Elbow.Experiments;
using Elbow.Objectives;
using Elbow.Tests.Data;
using Elbow.Tests.Support;
using Elbow.Torch;
using Elbow.Training;

namespace Elbow.Tests.Training;

[Collection(Alone.Name)]
public sealed class LiveAnatomyTests
{
    private static readonly string[] Gaussian = ["model.latentDim=2", "training.epochs=1", "training.seed=3"];

    [Fact]
    public void Look_OneBatch_IsTheBatchEstimatorsByHand()
    {
        using var run = new TinyRun(Gaussian);
        run.Train();
        using var scope = TensorScope.Open();
        using var frozen = Autograd.NoGrad();
        var (model, validation) = (run.Experiment.Model, run.Experiment.Data.Validation!);
        var anatomy = new LiveAnatomy(run.Experiment);
        Assert.Equal(("validation", 20, 20), (anatomy.SplitName, anatomy.Rows, anatomy.Members));
        var (values, series) = anatomy.Look(1)!.Value;

        var x = Rows(validation);
        using var generator = new Generator(Seeds.For(3, "anatomy", 1));
        var q = (Normal)model.Encode(x);
        var z = q.Sample(generator);
        var (mean, sd, prior) = (q.Mean.To(DType.Float64), q.Scale.Expand(q.Mean.Shape).To(DType.Float64), model.Prior.Density());
        var logs = LogDensities(z.To(DType.Float64), mean, sd);
        var (B, logSelf) = (20, logs.Diagonal());
        var others = Tensor.Where(Tensor.Eye(B, DType.Float64).Eq(1), double.NegativeInfinity, logs).LogSumExp(1) - Math.Log(B - 1);
        var all = logs.LogSumExp(1) - Math.Log(B);
        var kl = (0.5 * (mean.Square() + sd.Square() - 1) - sd.Log()).Sum(1L);
        var entropy = (sd.Log() + 0.5 * Math.Log(2 * Math.PI * Math.E)).Sum(1L);
        var reconstruction = model.Decode(z).LogProb(x);
        var expected = new Dictionary<string, Tensor>
        {
            ["reconstruction"] = reconstruction,
            ["kl"] = kl,
            ["elbo"] = reconstruction.To(DType.Float64) - kl,
            ["entropyConditional"] = entropy,
            ["crossEntropy"] = kl + entropy,
            ["entropyAggregateLower"] = -all,
            ["entropyAggregateUpper"] = -others,
            ["mutualInformationLower"] = logSelf - all,
            ["mutualInformationUpper"] = logSelf - others,
            ["marginalKlLower"] = kl - (logSelf - others),
            ["marginalKlUpper"] = kl - (logSelf - all),
        };
        foreach (var (name, each) in expected)
        {
            var wanted = Estimate.Of(each.To(DType.Float64).ToArray<double>());
            Assert.True(Math.Abs(wanted.Value - values[name].Value) < 2e-5 * (1 + Math.Abs(wanted.Value)), $"{name}: {values[name]}, by hand {wanted}");
            Assert.Equal(wanted.StandardError, values[name].StandardError, 1e-3 * wanted.StandardError + 1e-6);
        }
        Assert.Equal(Math.Log(20), values["mutualInformationCeiling"].Value, 1e-12);
        // The batch is the whole split, so the stratified weights are 1/N each and the information is that of the mixture.
        Assert.Equal(values["mutualInformationLower"].Value, values["mutualInformation"].Value, 1e-5);
        var sampled = (logSelf - prior.LogProb(z).To(DType.Float64)).Mean().ToDouble();
        Assert.Equal(sampled, values["mutualInformation"].Value + values["totalCorrelation"].Value + values["dimensionwiseKl"].Value, 1e-5);
        Assert.Equal(values["kl"].Value, series["kl"].Sum(), 1e-5);
        Assert.Equal(series["collapsed"].Count(c => c == 0), (int)values["activeLatents"].Value);
        // The meter: Gaussian parts with learned variance.
        var three = ThreeEntropies.Of(q, prior, model.Decode(z));
        Assert.Equal(three.Sum, values["entropySum"].Value, 1e-4);
        Assert.Equal(three.Encoder, values["entropyEncoder"].Value, 1e-4);
        Assert.Equal(three.Prior, values["entropyPrior"].Value, 1e-4);
        Assert.Equal(three.Decoder, values["entropyDecoder"].Value, 1e-4);
        Assert.Equal(values["elbo"].Value - values["entropySum"].Value, values["entropyGap"].Value, 1e-4);
    }

    [Fact]
    public void Look_PartOfTheSplit_WeighsTheOwnDensityByOneOverAllRows()
    {
        using var run = new TinyRun([.. Gaussian, "diagnostics.anatomyRows=7"]);
        run.Train();
        using var scope = TensorScope.Open();
        using var frozen = Autograd.NoGrad();
        var anatomy = new LiveAnatomy(run.Experiment);
        Assert.Equal((7, 7), (anatomy.Rows, anatomy.Members));
        var values = anatomy.Look(1)!.Value.Values;
        // Own density 1/20, the rest 19/20: between leaving it out and the mixture of 7.
        Assert.InRange(values["mutualInformation"].Value, values["mutualInformationLower"].Value, values["mutualInformationUpper"].Value);
        Assert.True(values["mutualInformation"].Value > values["mutualInformationLower"].Value + 1e-3, "the own density counts as one of seven");
        Assert.True(values["mutualInformationLower"].Value <= values["mutualInformationCeiling"].Value);
    }

    [Theory]
    [InlineData("model.prior.kind=mog", true, false)]
    [InlineData("model.posterior.kind=fullNormal", true, false)]
    [InlineData("model.likelihood.kind=laplace", true, true)]
    public void Look_OtherParts_SaysWhatIsKnownOfThem(string setting, bool aggregate, bool latents)
    {
        using var run = new TinyRun([.. Gaussian, setting]);
        using var scope = TensorScope.Open();
        using var frozen = Autograd.NoGrad();
        var (values, series) = new LiveAnatomy(run.Experiment).Look(1)!.Value;
        Assert.All(values.Values, value => Assert.True(double.IsFinite(value.Value)));
        Assert.Equal(aggregate, values.ContainsKey("mutualInformationUpper"));
        Assert.Equal(latents, series.ContainsKey("kl"));
        Assert.Equal(values["kl"].Value, values["crossEntropy"].Value - values["entropyConditional"].Value, 1e-5);
    }

    [Fact]
    public void Look_LatentsInLayers_KeepsToTheElbo()
    {
        using var run = new TinyRun("model.latentDim=3", "model.hierarchy.kind=topDown", "model.hierarchy.layers=[2, 1]", "model.hierarchy.link.hidden=[4]", "training.epochs=1");
        using var scope = TensorScope.Open();
        using var frozen = Autograd.NoGrad();
        var values = new LiveAnatomy(run.Experiment).Look(1)!.Value.Values;
        Assert.Equal(values["elbo"].Value, values["reconstruction"].Value - values["kl"].Value, 1e-4);
        Assert.DoesNotContain("mutualInformationUpper", values.Keys);
    }

    [Fact]
    public void Look_DeterministicEncoder_SaysNothing()
    {
        using var run = new TinyRun("model.posterior.kind=point", "objective.kind=rae-l2");
        using var scope = TensorScope.Open();
        using var frozen = Autograd.NoGrad();
        Assert.Null(new LiveAnatomy(run.Experiment).Look(1));
    }

    [Fact]
    public void AutomaticRows_OfARun_GrowWithTheEpochAndAreNeverFromAClock()
    {
        Assert.Equal(64, LiveAnatomy.AutomaticRows(100, 1000, 2));
        Assert.Equal(10_000, LiveAnatomy.AutomaticRows(10_000_000, 1_000_000, 2));
        // 50,000 rows, a million parameters, 40 latents: about as many for look and training, hence 2 % of the rows and a bit.
        Assert.InRange(LiveAnatomy.AutomaticRows(50_000, 1_000_000, 40), 1000, 1500);
        Assert.True(LiveAnatomy.AutomaticRows(50_000, 1_000_000, 400) < LiveAnatomy.AutomaticRows(50_000, 1_000_000, 40));
    }

    [Fact]
    public void Train_WithAndWithoutLooks_LeavesTheSameWeightsToTheByte()
    {
        using var store = new TemporaryFolder();
        var (with, without) = (Start(store, "with", 1), Start(store, "without", 0));
        foreach (var file in new[] { "model.safetensors", "optimizer.safetensors" })
        {
            Assert.Equal(Bytes(without, file), Bytes(with, file));
        }
        Assert.Equal(3, Looks(with).Count);
        Assert.Empty(Looks(without));
    }

    [Fact]
    public void Resume_BetweenLooks_LooksAsTheUninterruptedRunDid()
    {
        using var store = new TemporaryFolder();
        var whole = Start(store, "whole", 1);
        var parts = Start(store, "parts", 1, stopAfter: 7);
        using (var session = RunSession.Resume(parts, [], null, TimeProvider.System)) session.Train(CancellationToken.None);
        Assert.Equal(Bytes(whole, "model.safetensors"), Bytes(parts, "model.safetensors"));
        Assert.Equal(Looks(whole).SelectMany(Numbers), Looks(parts).SelectMany(Numbers));
        Assert.All(Looks(parts), look => Assert.True(look is { Rows: 20, Members: 20, Seconds: > 0, ShareOfEpoch: > 0 }, "the cost is not told"));
        static IEnumerable<(string, double)> Numbers(DiagnosticsLogged look) => look.Values.Select(value => (value.Key, value.Value.Mean));
    }

    private static string Start(TemporaryFolder store, string name, int every, int? stopAfter = null)
    {
        using var stop = new CancellationTokenSource();
        using var session = RunSession.Start(TinyRun.Config($"diagnostics.anatomyEvery={every}"), store.Path, name, [], TimeProvider.System);
        var steps = 0;
        session.Stepped = _ =>
        {
            if (++steps == stopAfter) stop.Cancel();
        };
        session.Train(stop.Token);
        return session.Folder.Root;
    }

    private static List<DiagnosticsLogged> Looks(string run) => [.. EventLogReader.ReadAll(RunFolder.Open(run).EventsPath).Events.OfType<DiagnosticsLogged>()];

    private static byte[] Bytes(string run, string file) => File.ReadAllBytes(Path.Combine(run, "checkpoints", "last", file));

    private static Tensor Rows(Elbow.Data.IDataset data)
    {
        var values = new float[data.Count * data.Shape.Size];
        data.Read([.. Enumerable.Range(0, data.Count)], values);
        return Tensor.From(values, [data.Count, data.Shape.Size]);
    }

    // log q(z_i|x_j) by the formula, element by element.
    private static Tensor LogDensities(Tensor z, Tensor mean, Tensor sd)
    {
        var scaled = (z.Unsqueeze(1) - mean.Unsqueeze(0)) / sd.Unsqueeze(0);
        return (-0.5 * scaled.Square() - sd.Log().Unsqueeze(0) - 0.5 * Math.Log(2 * Math.PI)).Sum(-1L);
    }
}
