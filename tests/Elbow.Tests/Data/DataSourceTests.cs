using Elbow.Data;
using Elbow.Data.Formats;
using Elbow.Experiments;

namespace Elbow.Tests.Data;

public sealed class DataSourceTests
{
    [Fact]
    public void Open_Digits_IsTheBooksDataAndSplit()
    {
        using var cache = new TemporaryFolder();
        using var data = Open(new DataConfig { Kind = "digits" }, cache);
        Assert.Equal((1000, 350, 447), (data.Train.Count, data.Validation!.Count, data.Test!.Count));
        Assert.Equal((new DataShape(1, 8, 8), DataRange.Levels(17)), (data.Train.Shape, data.Train.Range));
        // The first image and the counts of scikit-learn's load_digits().
        Assert.Equal([0f, 0f, 5f, 13f, 9f, 1f, 0f, 0f], Some.All(data.Train)[..8]);
        int[] perClass = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180];
        var all = new[] { data.Train, data.Validation, data.Test }.SelectMany(split => split.Labels[0].Codes).ToArray();
        Assert.Equal(perClass, Enumerable.Range(0, 10).Select(code => all.Count(other => other == code)));
        Assert.Equal("6ebb3d2fee246a4e99363262ddf8a00a3c41bee6014c373ed9d9216ba7f651b8", data.Sha256);
    }

    [Fact]
    public void Open_DigitsWithoutValidation_TrainsOnThoseRowsToo()
    {
        using var cache = new TemporaryFolder();
        using var data = Open(new DataConfig { Kind = "digits", Validation = 0 }, cache);
        Assert.Equal((1350, null, 447), (data.Train.Count, data.Validation, data.Test!.Count));
    }

    [Fact]
    public void Open_FewerTrainingRows_DrawsThemAndLeavesTheRest()
    {
        using var cache = new TemporaryFolder();
        using var all = Open(new DataConfig { Kind = "digits" }, cache);
        using var some = Open(new DataConfig { Kind = "digits", TrainingRows = 200 }, cache);
        Assert.Equal((200, 350, 447), (some.Train.Count, some.Validation!.Count, some.Test!.Count));
        Assert.Equal(Some.All(all.Validation!), Some.All(some.Validation));
        Assert.Equal(10, some.Train.Labels[0].Codes.Distinct().Count());
        Assert.Contains("200 of the training rows", some.Preprocessing, StringComparison.Ordinal);
        using var more = Open(new DataConfig { Kind = "digits", TrainingRows = 2000 }, cache);
        Assert.Equal(1000, more.Train.Count);
    }

    [Fact]
    public void Open_Optdigits_KeepsTheRepositorysSplit()
    {
        using var cache = new TemporaryFolder();
        using var data = Open(new DataConfig { Kind = "optdigits" }, cache);
        Assert.Equal((3823 - 382, 382, 1797), (data.Train.Count, data.Validation!.Count, data.Test!.Count));
    }

    [Theory]
    [InlineData(0.1, 0.1, 80, 10, 10)]
    [InlineData(0, 0.25, 75, 0, 25)]
    [InlineData(0.001, 0, 99, 1, 0)]
    [InlineData(0, 0, 100, 0, 0)]
    public void Open_Shares_DivideTheRowsWithoutOverlap(double validation, double test, int trainRows, int validationRows, int testRows)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("t.csv", string.Join('\n', Enumerable.Range(0, 100)));
        using var data = Open(new DataConfig { Kind = "csv", Path = path, Validation = validation, Test = test }, folder);
        Assert.Equal((trainRows, validationRows, testRows), (data.Train.Count, data.Validation?.Count ?? 0, data.Test?.Count ?? 0));
        var values = new[] { data.Train, data.Validation, data.Test }.OfType<IDataset>().SelectMany(Some.All);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (float)i), values.Order());
    }

    [Fact]
    public void Open_SameSeed_SameSplitAndAnotherSeedAnotherSplit()
    {
        using var folder = new TemporaryFolder();
        var config = new DataConfig { Kind = "csv", Path = folder.Write("t.csv", string.Join('\n', Enumerable.Range(0, 100))) };
        using var first = Open(config, folder, 1);
        using var again = Open(config, folder, 1);
        using var other = Open(config, folder, 2);
        Assert.Equal(Some.All(first.Test!), Some.All(again.Test!));
        Assert.NotEqual(Some.All(first.Test!), Some.All(other.Test!));
    }

    [Fact]
    public void Open_Standardise_IsFittedOnTrainingRowsOnly()
    {
        using var folder = new TemporaryFolder();
        var config = new DataConfig { Kind = "csv", Path = folder.Write("t.csv", string.Join('\n', Enumerable.Range(0, 100))), Scale = ScaleKind.Standardise };
        using var data = Open(config, folder);
        Assert.InRange(Some.All(data.Train).Average(), -1e-4, 1e-4);
        using var raw = Open(config with { Scale = ScaleKind.None }, folder);
        var (mean, sd) = (Some.All(raw.Train).Average(), Math.Sqrt(Some.All(raw.Train).Average(v => (double)v * v) - Math.Pow(Some.All(raw.Train).Average(), 2)));
        Assert.Equal((Some.All(raw.Test!)[0] - mean) / sd, Some.All(data.Test!)[0], 1e-4);
    }

    // methods/three-entropies.md 7: fitted on the training rows, unless the authors' way is asked for.
    [Fact]
    public void Open_MinMaxOfAllRows_IsFittedOnHeldOutRowsToo()
    {
        using var cache = new TemporaryFolder();
        var path = cache.Write("numbers.csv", "a\n" + string.Join('\n', Enumerable.Range(0, 40)) + "\n");
        var config = new DataConfig { Kind = "csv", Path = path, Scale = ScaleKind.MinMax, Validation = 0.25, Test = 0.25 };
        foreach (var rows in Enum.GetValues<ScaleRows>())
        {
            using var data = Open(config with { ScaleRows = rows }, cache);
            var (train, all) = (Some.All(data.Train), new[] { data.Train, data.Validation!, data.Test! }.SelectMany(split => Some.All(split)).ToArray());
            var fitted = rows == ScaleRows.All ? all : train;
            Assert.Equal((0f, 1f), (fitted.Min(), fitted.Max()));
            // The smallest and the largest number are not both among the training rows of this seed.
            if (rows == ScaleRows.Training) Assert.True(all.Min() < 0 || all.Max() > 1);
            Assert.Equal(rows == ScaleRows.All, data.Test!.Range.Kind == RangeKind.Unit);
            Assert.Equal(rows == ScaleRows.All, data.Preprocessing.Contains("all splits", StringComparison.Ordinal));
        }
        Assert.Contains("data.scaleRows", Assert.Throws<UserException>(() => Open(new DataConfig { Kind = "digits", Scale = ScaleKind.Unit, ScaleRows = ScaleRows.All }, cache)).What);
    }

    [Fact]
    public void Open_DynamicBinarisation_RedrawsTrainingRowsOnly()
    {
        using var cache = new TemporaryFolder();
        var config = new DataConfig { Kind = "digits", Binarise = BinariseKind.Dynamic };
        using var data = Open(config, cache);
        Assert.Equal(DataRange.Binary, data.Train.Range);
        Assert.NotEqual(Some.All(data.Train.AtEpoch(0)), Some.All(data.Train.AtEpoch(1)));
        Assert.Equal(Some.All(data.Test!.AtEpoch(0)), Some.All(data.Test.AtEpoch(1)));
        using var otherRun = Open(config, cache, seed: 99);
        Assert.Equal(Some.All(data.Test), Some.All(otherRun.Test!));
        Assert.NotEqual(Some.All(data.Train), Some.All(otherRun.Train));
        Assert.Contains("777", data.Preprocessing);
    }

    [Fact]
    public void Open_Synthetic_IsReproducibleAndRecordsItsSeed()
    {
        using var cache = new TemporaryFolder();
        var config = new DataConfig { Kind = "synthetic/pca", Count = 100, Seed = 5 };
        using var first = Open(config, cache, 1);
        using var second = Open(config, cache, 1);
        Assert.Equal(Some.All(first.Train), Some.All(second.Train));
        Assert.Equal(first.Sha256, second.Sha256);
        Assert.Contains("seed 5", first.Description);
    }

    [Fact]
    public void Open_File_RecordsItsChecksum()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("abc.csv", "1\n2\n");
        using var data = Open(new DataConfig { Kind = "csv", Path = path, Validation = 0, Test = 0 }, folder);
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("1\n2\n"u8)), data.Sha256);
    }

    [Theory]
    [InlineData("csv", null, 0.1, 0.1, "needs data.path")]
    [InlineData("digits", "x", 0.1, 0.1, "reads no path")]
    [InlineData("nonsense", null, 0.1, 0.1, "nonsense is not known")]
    [InlineData("synthetic/nonsense", null, 0.1, 0.1, "is not known")]
    [InlineData("sprites", null, 0.5, 0.5, "leave no training rows")]
    [InlineData("sprites", null, double.NaN, 0.5, "leave no training rows")]
    public void Open_ImpossibleConfiguration_SaysWhat(string kind, string? path, double validation, double test, string what)
    {
        using var cache = new TemporaryFolder();
        var mistake = Assert.Throws<UserException>(() => Open(new DataConfig { Kind = kind, Path = path, Validation = validation, Test = test }, cache));
        Assert.Contains(what, mistake.What);
    }

    [Fact]
    public void Open_TooFewRows_SaysSo()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("t.csv", "1\n2\n");
        Assert.Contains("too few", Assert.Throws<UserException>(() => Open(new DataConfig { Kind = "csv", Path = path }, folder)).What);
    }

    [Fact]
    public void Open_BinariseRealNumbers_IsRefused()
    {
        using var cache = new TemporaryFolder();
        var config = new DataConfig { Kind = "synthetic/pca", Count = 50, Binarise = BinariseKind.Threshold };
        Assert.Contains("minMax", Assert.Throws<UserException>(() => Open(config, cache)).Mend);
    }

    [Fact]
    public void Open_KnownSetThatIsAbsent_SaysHowToGetIt()
    {
        using var cache = new TemporaryFolder();
        Assert.Equal("elbow data get mnist", Assert.Throws<UserException>(() => Open(new DataConfig { Kind = "mnist" }, cache)).Mend);
    }

    [Fact]
    public void Open_Idx_UsesTheLabelsBesideIt()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("my-images-idx3-ubyte", Some.Written(stream => Idx.Write(stream, new byte[20], 20, 1, 1)));
        folder.Write("my-labels-idx1-ubyte", Some.Written(stream => Idx.Write(stream, new byte[20], 20)));
        using var data = Open(new DataConfig { Kind = "idx", Path = path }, folder);
        Assert.Equal(16, data.Train.Labels[0].Codes.Length);
    }

    [Theory]
    [InlineData("mnist", 50000, 10000, 10000)]
    [InlineData("fashion-mnist", 50000, 10000, 10000)]
    [InlineData("binarized-mnist", 50000, 10000, 10000)]
    [InlineData("frey-faces", 1565, 200, 200)]
    [InlineData("olivetti", 320, 40, 40)]
    [InlineData("cifar10", 8000, 2000, 10000)]
    public void Open_KnownSet_HasItsOwnSplit(string kind, int train, int validation, int test)
    {
        Assert.SkipWhen(DataLocator.Default().Find(KnownData.Find(kind)!) is not { } found || (kind == "cifar10" && found.Paths.Count == 6), $"{kind} is not here");
        using var data = DataSource.Open(new DataConfig { Kind = kind }, 1);
        Assert.Equal((train, validation, test), (data.Train.Count, data.Validation!.Count, data.Test!.Count));
        var row = new float[data.Test.Shape.Size];
        data.Test.Read([test - 1], row);
        Assert.Contains(row, value => value > 0);
        Assert.All(row, value => Assert.InRange(value, data.Test.Range.Lower, data.Test.Range.Upper));
    }

    private static DataSplits Open(DataConfig config, TemporaryFolder cache, long seed = 1) =>
        DataSource.Open(config, seed, null, new DataLocator([], cache.Path));
}
