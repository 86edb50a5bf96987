using Elbow.Data.Formats;
using Elbow.Experiments;
using Elbow.Priors;
using Elbow.Tests.Support;
using Elbow.Tests.Training;
using Elbow.Torch;
using Elbow.Training;

namespace Elbow.Tests.Priors;

/// <summary>Every prior in the training loop.</summary>
[Collection(Alone.Name)]
public sealed class PriorTrainingTests
{
    public static TheoryData<string> Kinds => ConfigVariants.KindNames<PriorConfig>();

    [Theory, MemberData(nameof(Kinds))]
    public void Train_AnyPrior_ImprovesAndResumesToTheBit(string kind)
    {
        var file = Samples();
        try
        {
            string[] settings =
            [
                "data.kind=digits", "data.binarise=threshold", "model.likelihood.kind=bernoulli", "model.latentDim=2", "training.batchSize=230", $"model.prior={Setting(kind, file)}",
            ];
            using var whole = new TinyRun(settings);
            using var parts = new TinyRun(settings);
            var before = whole.Everything();
            whole.Train();
            Assert.True(whole.Validation()[^1] > whole.Validation()[0]);
            foreach (var name in before.Keys.Where(name => name.StartsWith("prior.", StringComparison.Ordinal) && whole.Experiment.Model.NamedParameters().Any(pair => pair.Key == name)))
                Assert.NotEqual(before[name], whole.Everything()[name]);
            parts.Train(stopAfter: 3);
            parts.Resume();
            parts.Train();
            Assert.Equal(whole.Everything(), parts.Everything());
            Assert.Equal(whole.Validation(), parts.Validation());
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Create_PriorOfSamples_SaysThatItIsASurrogate()
    {
        var file = Samples();
        try
        {
            var warnings = new List<string>();
            using var experiment = Experiment.Create(TinyRun.Config("model.latentDim=2", $"model.prior={Setting("samples", file)}"), warnings.Add);
            Assert.Contains(warnings, warning => warning.Contains(Path.GetFileName(file)) && warning.Contains("samples only"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("{\"kind\":\"flow\"}", "at least 2 latents")]
    [InlineData("{\"kind\":\"gtmVamp\"}", "none")]
    [InlineData("{\"kind\":\"vamp\",\"initial\":\"uniform\"}", "without bounds")]
    [InlineData("{\"kind\":\"vamp\"}", "500 examples")]
    [InlineData("{\"kind\":\"samples\",\"path\":\"nowhere.npy\"}", "nowhere.npy")]
    [InlineData("{\"kind\":\"samples\",\"path\":\"codes.parquet\"}", "npy and csv")]
    [InlineData("{\"kind\":\"mixture\"}", "2 numbers for 1 latents")]
    [InlineData("{\"kind\":\"banana\"}", "at least 2")]
    public void Create_PriorThatDoesNotFit_IsTheUsersToMend(string prior, string why) =>
        Assert.Contains(why, Assert.Throws<UserException>(() => new TinyRun($"model.prior={prior}")).What);

    private static string Setting(string kind, string file) => kind switch
    {
        "vamp" => "{\"kind\":\"vamp\",\"components\":10,\"weighted\":true}",
        "gtm" or "gtmVamp" => $"{{\"kind\":\"{kind}\",\"hidden\":[8]}}",
        "flow" => "{\"kind\":\"flow\",\"hidden\":[8]}",
        "samples" => $"{{\"kind\":\"samples\",\"components\":3,\"path\":\"{file}\"}}",
        _ => $"{{\"kind\":\"{kind}\"}}",
    };

    private static string Samples()
    {
        using var scope = TensorScope.Open();
        var path = Path.Combine(Path.GetTempPath(), $"elbow-samples-{Guid.NewGuid():N}.npy");
        using var stream = File.Create(path);
        Npy.Write(stream, Small.Normal(3, 300, 2).To(DType.Float32).ToArray<float>(), 300, 2);
        return path;
    }
}
