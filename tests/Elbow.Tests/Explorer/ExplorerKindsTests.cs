using Elbow.Data;
using Elbow.Distributions;
using Elbow.Export;
using Elbow.Models;
using Elbow.Networks;
using Elbow.Priors;
using Elbow.Tests.Export;
using Elbow.Tests.Support;
using Elbow.Torch;
using Values = Elbow.Networks.Support;

namespace Elbow.Tests.Explorer;

/// <summary>Every kind of model is shown, or what it cannot give is left out by name.</summary>
public sealed class ExplorerKindsTests
{
    private static readonly string[] Whole = ["mu.npy", "z.npy", "prior.npy", "images.npy", "decoder.onnx", "encoder.onnx"], Codes = ["mu.npy", "z.npy", "prior.npy"];
    private static readonly DataShape Vector = DataShape.Vector(5);

    public static TheoryData<string> Likelihoods => ConfigVariants.KindNames<LikelihoodConfig>();

    public static TheoryData<string> Priors => ConfigVariants.KindNames<PriorConfig>();

    [Theory, MemberData(nameof(Likelihoods))]
    public void Likelihood_OfEveryKind_IsShownWhole(string kind)
    {
        var likelihood = ConfigVariants.OfKind<LikelihoodConfig>(kind);
        var range = likelihood switch { { Support: Values.Binary } => DataRange.Binary, { Support: Values.Integers, DiscreteLevels: { } levels } => DataRange.Levels(levels), { Support: Values.Real } => DataRange.Real, _ => DataRange.Unit };
        using var shown = new Shown(Shown.Parts() with { Likelihood = likelihood }, new DataShape(1, 3, 3), range: range).Write();
        Assert.Empty(shown.Warnings);
        Assert.All(Whole, file => Assert.True(shown.Has(file), file));
        Assert.All(shown.Numbers("reconstruction"), value => Assert.True(double.IsFinite(value)));
    }

    [Theory, MemberData(nameof(Priors))]
    public void Prior_OfEveryKind_IsDrawnAndSearchedForHoles(string kind)
    {
        using var shown = new Shown(Shown.Parts() with { Prior = ConfigVariants.OfKind<PriorConfig>(kind) }, Vector).Write();
        Assert.Empty(shown.Warnings);
        Assert.Equal([2000, 2], shown.Array("prior.npy").Dims);
        Assert.All(shown.Numbers("kl"), value => Assert.True(double.IsFinite(value)));
    }

    [Fact]
    public void Prior_ThatCannotBeDrawn_IsNamed()
    {
        using var shown = new Shown(Shown.Parts(), Vector, change: source => source with { SamplingDensity = () => throw new InvalidOperationException("nothing was ever prepared") }).Write();
        Assert.False(shown.Has("prior.npy"));
        Assert.Equal(["no prior.npy: nothing was ever prepared", "no holes: nothing was ever prepared"], shown.Warnings);
        Assert.True(shown.Has("decoder.onnx"));
    }

    [Fact]
    public void Posterior_Point_HasNoDivergenceAndNoHoles()
    {
        using var shown = new Shown(Shown.Parts() with { Posterior = new PointPosterior.Config() }, Vector).Write();
        Assert.Equal(["no holes: a deterministic encoder has no density"], shown.Warnings);
        Assert.Equal(shown.Bytes("mu.npy"), shown.Bytes("z.npy"));
        Assert.DoesNotContain("kl", shown.Json["columns"]!.AsArray().Select(column => column!["name"]!.GetValue<string>()));
        Assert.NotEmpty(shown.Column("reconstruction"));
    }

    [Fact]
    public void Posterior_OfFullCovariance_HasNoHoles()
    {
        using var shown = new Shown(Shown.Parts() with { Posterior = new FullNormalPosterior.Config() }, Vector).Write();
        Assert.Equal(["no holes: the posteriors have full covariances, and q(z) is summed for diagonal ones"], shown.Warnings);
        Assert.NotEmpty(shown.Column("kl"));
    }

    // Layers of 2 and 4: two levels are both decoded, of the others the first alone.
    [Theory]
    [InlineData("stacked", 2)]
    [InlineData("topDown", 2)]
    [InlineData("twoLevel", 6)]
    public void Hierarchy_OfEveryKind_ShowsTheLatentsThatAreDecoded(string kind, int decoded)
    {
        using var shown = new Shown(Shown.Parts(6) with { Hierarchy = ConfigVariants.OfKind<HierarchyConfig>(kind) with { Layers = [2, 4], Link = new Mlp.Config { Hidden = [4] } } }, Vector).Write();
        string[] upper = decoded < 6 ? [$"latents: the first {decoded} of 6, as the decoder sees no others"] : [];
        Assert.Equal([.. upper, "no holes: the latents lie in layers, whose posteriors depend on each other"], shown.Warnings);
        Assert.Equal(decoded, shown.Json["latentDim"]!.GetValue<int>());
        Assert.All(Codes, file => Assert.Equal(decoded, shown.Array(file).Dims[1]));
        Assert.Equal(decoded, shown.Json["principal"]!["centre"]!.AsArray().Count);
        if (OnnxRuntime.Missing is { } reason) Assert.Skip(reason);
        using var scope = TensorScope.Open();
        using var frozen = Autograd.NoGrad();
        using var runtime = new OnnxRuntime();
        var z = Tensor.From<float>([.. shown.Array("z.npy").Values.Select(value => (float)value)], [40, decoded]);
        var whole = Tensor.Cat(-1, z, Tensor.Zeros([40, 6 - decoded]));
        runtime.Case(kind, shown.Bytes("decoder.onnx"), new Dictionary<string, Tensor> { ["z"] = z }, new Dictionary<string, Tensor> { ["mean"] = shown.Model.Decode(whole).Mean });
        Assert.All(runtime.Differences(), pair => Assert.InRange(pair.Value, 0, 1e-5));
    }

    [Fact]
    public void Decoder_OfAnotherNumberOfLatents_IsRefused()
    {
        using var shown = new Shown(Shown.Parts(3), Vector);
        Assert.Throws<ArgumentOutOfRangeException>(() => OnnxExport.Decoder(shown.Model, Device.Cpu, new Dictionary<string, string>(), 2));
    }

    [Fact]
    public void Weights_ThatOverflow_LeaveWhatCanBeShown()
    {
        using var shown = new Shown(Shown.Parts(), Vector);
        using (Autograd.NoGrad())
        {
            foreach (var (name, tensor) in shown.Model.NamedTensors().Where(pair => pair.Key.StartsWith("encoder", StringComparison.Ordinal))) tensor.FillInPlace(1e38);
        }
        shown.Write();
        Assert.Contains("no principal axes: latents are not finite", shown.Warnings);
        Assert.Contains(shown.Warnings, warning => warning.StartsWith("no holes: ", StringComparison.Ordinal));
        Assert.Null(shown.Json["principal"]);
        Assert.True(shown.Has("decoder.onnx"));
    }

    [Fact]
    public void Row_One_HasNoHoles()
    {
        using var shown = new Shown(Shown.Parts(), Vector).Write(rows: 1);
        Assert.Equal(["no holes: one row is no q(z)"], shown.Warnings);
        Assert.Equal([1, 2], shown.Array("mu.npy").Dims);
    }
}
