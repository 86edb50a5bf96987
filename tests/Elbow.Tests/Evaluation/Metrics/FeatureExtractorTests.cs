using Elbow.Evaluation.Metrics;
using Elbow.Experiments;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Evaluation.Metrics;

public sealed class FeatureExtractorTests : IDisposable
{
    private static readonly string Script = Repository.At("tests", "golden", "script", "features.pt");
    private static readonly PictureFormat Grey = new(new DataShape(1, 12, 12), 0, 255);
    private readonly string folder = Directory.CreateTempSubdirectory("elbow-extractor-").FullName;

    [Fact]
    public void RandomConv_MadeTwice_IsTheSameAndTellsPicturesApart()
    {
        using var scope = TensorScope.Open();
        using var first = new RandomConvFeatures(Grey);
        using var second = new RandomConvFeatures(Grey);
        var rows = Small.Uniform(1, 7, 144) * 255.0;
        var (a, b) = (first.ExtractAll(rows), second.ExtractAll(rows));
        Assert.Equal((first.Hash, 192L), (second.Hash, first.Dim));
        Assert.Equal(a.ToArray<double>(), b.ToArray<double>());
        Assert.True((a[0] - a[1]).Abs().Amax(0).ToDouble() > 1e-3);
    }

    [Fact]
    public void RandomConv_OtherRangeOfValues_SeesTheSamePictures()
    {
        using var scope = TensorScope.Open();
        using var bytes = new RandomConvFeatures(Grey);
        using var unit = new RandomConvFeatures(Grey with { High = 1 });
        var rows = Small.Uniform(1, 3, 144);
        Assert.True((bytes.ExtractAll(rows * 255.0) - unit.ExtractAll(rows)).Abs().Amax(0, 1).ToDouble() < 1e-5);
    }

    [Fact]
    public void RandomConv_Vectors_AreRefused() =>
        Assert.Contains("raw", Assert.Throws<UserException>(() => new RandomConvFeatures(new PictureFormat(DataShape.Vector(9), 0, 1))).Mend);

    // features.pt is W x + b over the last axis, with W = [[1, 2, 3], [-1, 0, 1]] and b = [0.5, -0.5].
    [Fact]
    public void Script_Vectors_EnterAsTheyAre()
    {
        using var scope = TensorScope.Open();
        using var script = new ScriptFeatures(Script, new PictureFormat(DataShape.Vector(3), 0, 1));
        Assert.Equal((2L, "torchscript:features.pt"), (script.Dim, script.Name));
        Assert.Equal([14.5, 1.5, 0.5, -0.5], script.ExtractAll(Tensor.From([1.0, 2, 3, 0, 0, 0], [2, 3])).ToArray<double>(), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void Script_Pictures_EnterAsDeclaredBesideIt()
    {
        using var scope = TensorScope.Open();
        var path = Copy();
        File.WriteAllText(path + ".json", """{ "channels": 3, "range": [-1, 1], "mean": [0, 0, 1], "std": [0.5] }""");
        using var script = new ScriptFeatures(path, new PictureFormat(new DataShape(1, 2, 3), 0, 255));
        // Three channels of two rows: the first has 0 255 0, which enters as −1 1 −1, twice that after std.
        var features = script.ExtractAll(Tensor.From([0.0, 255, 0, 255, 255, 255], [1, 6])).ToArray<double>();
        Assert.Equal(12, script.Dim);
        Assert.Equal([-2 + 4 - 6 + 0.5, 2 - 2 - 0.5], features[..2], (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal([-4 + 0 - 12 + 0.5, 4 - 4 - 0.5], features[8..10], (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void Script_OtherPreprocessing_HasAnotherHash()
    {
        var format = new PictureFormat(new DataShape(1, 2, 3), 0, 1);
        using var a = new ScriptFeatures(Script, format, new ScriptPreprocessing { Range = [0, 1] });
        using var b = new ScriptFeatures(Script, format, new ScriptPreprocessing { Range = [-1, 1] });
        Assert.NotEqual(a.Hash, b.Hash);
    }

    [Fact]
    public void Script_UndeclaredPictures_AreRefused() =>
        Assert.Contains("--input-range", Assert.Throws<UserException>(() => new ScriptFeatures(Script, new PictureFormat(new DataShape(1, 2, 3), 0, 1))).Mend);

    [Fact]
    public void Script_WrongShapeOrNoScript_SaysSo()
    {
        Assert.Contains("examples of 4", Assert.Throws<UserException>(() => new ScriptFeatures(Script, new PictureFormat(DataShape.Vector(4), 0, 1))).Mend);
        var path = Path.Combine(folder, "no.pt");
        File.WriteAllText(path, "no network");
        Assert.Contains("TorchScript", Assert.Throws<UserException>(() => new ScriptFeatures(path, new PictureFormat(DataShape.Vector(3), 0, 1))).Mend);
    }

    [Fact]
    public void Beside_UnknownKey_IsRefused()
    {
        var path = Copy();
        File.WriteAllText(path + ".json", """{ "rnage": [0, 1] }""");
        Assert.Contains("rnage", Assert.Throws<UserException>(() => ScriptPreprocessing.Beside(path)).What);
    }

    // Halving a picture averages 2 × 2 pixels inside, with the triangle that is as wide as two of them.
    [Fact]
    public void Apply_Resize_KeepsTheMeanOfPlainPictures()
    {
        using var scope = TensorScope.Open();
        var plain = Tensor.Full(0.25, [1, 1, 8, 8], DType.Float64);
        var resized = new ScriptPreprocessing { Size = 4 }.Apply(plain);
        Assert.Equal([1, 1, 4, 4], resized.Shape.ToArray());
        Assert.All(resized.ToArray<float>(), value => Assert.Equal(0.25f, value, 1e-6f));
        Assert.Equal(0.5, new ScriptPreprocessing { Size = 4 }.Apply(Small.Uniform(1, 1, 1, 64, 64)).Mean().ToDouble(), 0.05);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Copy()
    {
        var path = Path.Combine(folder, "features.pt");
        File.Copy(Script, path);
        return path;
    }
}
