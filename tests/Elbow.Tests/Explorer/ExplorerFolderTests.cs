using System.Text;
using Elbow.Data;
using Elbow.Distributions;
using Elbow.Evaluation;
using Elbow.Experiments.Storage;
using Elbow.Explorer;
using Elbow.Tests.Export;
using Elbow.Torch;

namespace Elbow.Tests.Explorer;

public sealed class ExplorerFolderTests
{
    private static readonly DataShape Grey = new(1, 4, 5), Colour = new(3, 4, 5);

    [Fact]
    public void Write_OfPictures_HoldsTheCodesOfTheEncoder()
    {
        using var shown = new Shown(Shown.Parts(3), Grey).Write();

        var values = new float[40 * 20];
        shown.Data.Read([.. Enumerable.Range(0, 40)], values);
        Assert.Equal([40, 3], shown.Array("mu.npy").Dims);
        Assert.Equal(new ArrayModel(shown.Model, Device.Cpu).Encode(values).Mean, shown.Array("mu.npy").Values.Select(value => (float)value));
        Assert.Equal([40, 3], shown.Array("z.npy").Dims);
        Assert.StartsWith("\u0093NUMPY\u0001\0", Header("mu.npy"), StringComparison.Ordinal);
        Assert.Contains("{'descr': '<f4', 'fortran_order': False, 'shape': (40, 3,), }", Header("mu.npy"), StringComparison.Ordinal);
        Assert.Contains("{'descr': '|u1', 'fortran_order': False, 'shape': (40, 4, 5, 1,), }", Header("images.npy"), StringComparison.Ordinal);
        Assert.Equal([2000, 3], shown.Array("prior.npy").Dims);
        Assert.Empty(shown.Warnings);
        Assert.Equal((1, "best", 7, "test", 3, 40, 20), (Whole("version"), shown.Json["checkpoint"]!.GetValue<string>(), Whole("step"), shown.Json["split"]!.GetValue<string>(), Whole("latentDim"), Whole("rows"), Whole("features")));

        string Header(string name) => Encoding.Latin1.GetString(shown.Bytes(name).AsSpan(0, 128));
        int Whole(string key) => shown.Json[key]!.GetValue<int>();
    }

    // In units of each posterior the samples are draws from N(0, 1): their mean square is within 5 of its standard errors of 1.
    [Fact]
    public void Write_Samples_AreOfThePosteriors()
    {
        using var shown = new Shown(Shown.Parts(2), Grey, rows: 1000).Write();
        using var scope = TensorScope.Open();
        using var frozen = Autograd.NoGrad();
        var values = new float[1000 * 20];
        shown.Data.Read([.. Enumerable.Range(0, 1000)], values);
        var qz_x = (Normal)shown.Model.Encode(Tensor.From<float>(values, [1000, 20]));
        var z = Tensor.From<float>([.. shown.Array("z.npy").Values.Select(value => (float)value)], [1000, 2]);
        var unit = ((z - qz_x.Mean) * (-0.5 * qz_x.LogVar).Exp()).ToArray<float>();
        Assert.InRange(unit.Average(value => value * value), 1 - 5 * Math.Sqrt(2.0 / 2000), 1 + 5 * Math.Sqrt(2.0 / 2000));
        Assert.InRange(unit.Average(), -5 / Math.Sqrt(2000), 5 / Math.Sqrt(2000));
        var elbo = shown.Numbers("elbo");
        var reconstruction = shown.Model.Decode(z).LogProb(Tensor.From<float>(values, [1000, 20])).ToArray<float>();
        Assert.Equal(reconstruction, shown.Numbers("reconstruction").Select(value => (float)value), (a, b) => Math.Abs(a - b) < 1e-4);
        Assert.Equal(Kl.Exact(qz_x, shown.Model.Prior.Density())!.ToArray<float>(), shown.Numbers("kl").Select(value => (float)value), (a, b) => Math.Abs(a - b) < 1e-4);
        Assert.Equal(elbo, shown.Numbers("reconstruction").Zip(shown.Numbers("kl"), (r, k) => r - k), (a, b) => Math.Abs(a - b) < 1e-4);
    }

    [Fact]
    public void Write_ColourPictures_LieChannelLast()
    {
        using var shown = new Shown(Shown.Parts(), Colour).Write();
        var images = shown.Array("images.npy");
        Assert.Equal([40, 4, 5, 3], images.Dims);
        Assert.True(images.Bytes);
        var row = new float[60];
        shown.Data.Read([11], row);
        for (var place = 0; place < 20; place++)
        {
            for (var c = 0; c < 3; c++) Assert.Equal(Math.Round(255 * (double)row[c * 20 + place]), images.Values[11 * 60 + place * 3 + c]);
        }
        Assert.Equal("""{"height":4,"width":5,"channels":3,"low":0,"high":1}""", shown.Json["image"]!.ToJsonString());
    }

    [Fact]
    public void Write_Table_HasItsNumbersAsColumnsAndNoPictures()
    {
        using var shown = new Shown(Shown.Parts(), DataShape.Vector(4)).Write();
        Assert.False(shown.Has("images.npy"));
        Assert.Null(shown.Json["image"]);
        Assert.Equal(["class", "reconstruction", "kl", "elbo", "row", "x0", "x1", "x2", "x3"], shown.Json["columns"]!.AsArray().Select(column => column!["name"]!.GetValue<string>()));
        Assert.Equal(["a", "b", "c", "a"], shown.Column("class").Take(4).Select(value => value!.GetValue<string>()));
        var row = new float[4];
        shown.Data.Read([5], row);
        Assert.Equal(row, Enumerable.Range(0, 4).Select(j => (float)shown.Numbers($"x{j}")[5]));
    }

    [Fact]
    public void Write_OfATableWithAHeader_NamesItsNumbers()
    {
        using var shown = new Shown(Shown.Parts(2), DataShape.Vector(2), change: source =>
            source with { Split = new ArrayDataset("table", DataShape.Vector(2), new float[80]) { Columns = ["length", "kl"] } }).Write();
        Assert.Equal(["length", "kl"], shown.Json["featureNames"]!.AsArray().Select(name => name!.GetValue<string>()));
        var columns = shown.Json["columns"]!.AsArray().Select(column => column!["name"]!.GetValue<string>()).ToArray();
        Assert.Equal(["reconstruction", "kl", "elbo", "row", "length"], columns[..^1]);
        Assert.NotEqual("kl", columns[^1]);
    }

    [Fact]
    public void Write_FewerRowsThanThereAre_SpreadsThemOverTheSplit()
    {
        using var shown = new Shown(Shown.Parts(), Grey, change: source => source with
        {
            Scores = new Dictionary<string, double[]> { ["nll"] = [.. Enumerable.Range(0, 40).Select(n => n == 8 ? double.NaN : n * n)], ["kl"] = new double[40] },
        }).Write(rows: 10);
        Assert.Equal([0, 4, 8, 12, 16, 20, 24, 28, 32, 36], shown.Numbers("row"));
        Assert.Equal(10, shown.Array("mu.npy").Dims[0]);
        Assert.Equal(["0", "16", "null", "144"], shown.Column("nll").Take(4).Select(value => value?.ToJsonString() ?? "null"));
        // What the model says itself is of the sample that is shown.
        Assert.DoesNotContain(0.0, shown.Numbers("kl"));
    }

    [Fact]
    public void Write_PrincipalAxes_AreThoseOfTheMeans()
    {
        using var shown = new Shown(Shown.Parts(3), Grey).Write();
        var axes = PrincipalAxes.Of([.. shown.Array("mu.npy").Values.Select(value => (float)value)], 3);
        Assert.Equal(axes.Centre.Select(value => (float)value), Floats("centre"));
        Assert.Equal(axes.Axes.Select(value => (float)value), shown.Json["principal"]!["axes"]!.AsArray().SelectMany(row => row!.AsArray().Select(value => value!.GetValue<float>())));
        Assert.Equal(axes.Variances.Select(value => (float)value), Floats("variances"));

        IEnumerable<float> Floats(string key) => shown.Json["principal"]![key]!.AsArray().Select(value => value!.GetValue<float>());
    }

    // Untrained posteriors are alike for all rows: N(0, 1) has mass where they have none.
    [Fact]
    public void Write_CodesThatLeaveThePriorEmpty_MarksHoles()
    {
        using var shown = new Shown(Shown.Parts() with { Posterior = new Elbow.Networks.DiagonalNormalPosterior.Config { LogVarLimit = 3 } }, Grey, change: source => source with
        {
            SamplingDensity = () => Normal.FromLogVar(Tensor.Zeros([2]), Tensor.Full(4, [2])),
        }).Write();
        var holes = shown.Json["holes"]!.AsArray();
        Assert.NotEmpty(holes);
        Assert.All(holes, hole => Assert.True(hole!["z"]!.AsArray().Count == 2 && hole["score"]!.GetValue<float>() > 0 && hole["mass"]!.GetValue<float>() is > 0 and <= 1 && hole["massSe"]!.GetValue<float>() is > 0 and < 0.1f && hole["nearest"]!.GetValue<int>() is >= 0 and < 40));
        Assert.Equal(holes.Select(hole => hole!["mass"]!.GetValue<float>()).OrderDescending(), holes.Select(hole => hole!["mass"]!.GetValue<float>()));
        // The middle of the codes is no hole.
        Assert.All(holes, hole => Assert.True(Math.Sqrt(hole!["z"]!.AsArray().Sum(value => Math.Pow(value!.GetValue<float>(), 2))) > 1));
    }

    [Fact]
    public void Write_Twice_GivesTheSameBytes()
    {
        using var shown = new Shown(Shown.Parts(), Grey).Write();
        var before = Directory.GetFiles(shown.Path).Order().Select(File.ReadAllBytes).ToArray();
        shown.Write();
        Assert.Equal(before, Directory.GetFiles(shown.Path).Order().Select(File.ReadAllBytes));
    }

    [Fact]
    public void Write_StoppedBeforeAnyFile_KeepsTheOldFolder()
    {
        using var shown = new Shown(Shown.Parts(), Grey);
        var folder = ExplorerFolder.Of(shown.Source);
        foreach (var file in folder.Files)
        {
            Assert.Throws<InvalidTimeZoneException>(() => folder.Write(shown.Path, StopBefore(file)));
            Assert.Null(AtomicFolder.Find(shown.Path));
        }
        shown.Write(rows: 10);
        foreach (var file in folder.Files)
        {
            Assert.Throws<InvalidTimeZoneException>(() => folder.Write(shown.Path, StopBefore(file)));
            Assert.Equal(shown.Path, AtomicFolder.Find(shown.Path));
            Assert.Equal((10, 10), (shown.Json["rows"]!.GetValue<int>(), shown.Array("mu.npy").Dims[0]));
        }
        shown.Write();
        Assert.Equal((40, 40), (shown.Json["rows"]!.GetValue<int>(), shown.Array("mu.npy").Dims[0]));

        // No disk error: nobody tidies up after a kill.
        static Action<string> StopBefore(string file) => name => { if (name == file) throw new InvalidTimeZoneException(); };
    }

    [Fact]
    public void Of_MoreRowsThanABrowserMoves_IsRefused()
    {
        using var shown = new Shown(Shown.Parts(), Grey);
        Assert.Throws<ArgumentOutOfRangeException>(() => ExplorerFolder.Of(shown.Source, ExplorerFolder.MostRows + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ExplorerFolder.Of(shown.Source, 0));
    }

    [Fact]
    public void Graphs_InOnnxRuntime_GiveThePicturesOfTheModel()
    {
        if (OnnxRuntime.Missing is { } reason) Assert.Skip(reason);
        using var shown = new Shown(Shown.Parts(3), Grey).Write();
        using var scope = TensorScope.Open();
        using var frozen = Autograd.NoGrad();
        using var runtime = new OnnxRuntime();
        var z = Tensor.From<float>([.. shown.Array("z.npy").Values.Select(value => (float)value)], [40, 3]);
        runtime.Case("decoder", shown.Bytes("decoder.onnx"), new Dictionary<string, Tensor> { ["z"] = z }, new Dictionary<string, Tensor> { [shown.Json["mean"]!.GetValue<string>()] = shown.Model.Decode(z).Mean });
        var values = new float[40 * 20];
        shown.Data.Read([.. Enumerable.Range(0, 40)], values);
        var mu = Tensor.From<float>([.. shown.Array("mu.npy").Values.Select(value => (float)value)], [40, 3]);
        runtime.Case("encoder", shown.Bytes("encoder.onnx"), new Dictionary<string, Tensor> { ["x"] = Tensor.From<float>(values, [40, 20]) }, new Dictionary<string, Tensor> { ["mu"] = mu });
        Assert.All(runtime.Differences(), pair => Assert.InRange(pair.Value, 0, 1e-5));
    }
}
