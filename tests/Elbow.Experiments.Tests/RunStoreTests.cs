using Elbow.Experiments.Tests.Support;

namespace Elbow.Experiments.Tests;

public sealed class RunStoreTests : IDisposable
{
    private readonly TempFolder temp = new();
    private readonly ManualTime time = new();

    private RunStore Store => new(temp["runs"], time);

    public void Dispose() => temp.Dispose();

    [Fact]
    public void Create_FirstRun_HoldsConfigEnvironmentAndFolders()
    {
        using var run = Store.Create("beta-4", """{"a":1}""", Some.Environment(time));

        Assert.Equal(temp["runs/20260131-123456-beta-4"], run.Folder.Root);
        Assert.Equal("""{"a":1}""", File.ReadAllText(run.Folder.ConfigPath));
        Assert.Equal(
            ["checkpoints", "latent", "recon", "samples", "tensorboard"],
            Directory.GetDirectories(run.Folder.Root).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Create_SameSecond_AddsANumber()
    {
        var names = Enumerable.Range(0, 3).Select(_ =>
        {
            using var run = Store.Create("a", "{}", Some.Environment());
            return run.Folder.Name;
        });

        Assert.Equal(["20260131-123456-a", "20260131-123456-a-2", "20260131-123456-a-3"], names);
    }

    [Fact]
    public async Task Create_ManyAtOnce_EachGetsItsOwnFolder()
    {
        var runs = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Store.Create("a", "{}", Some.Environment()))));

        Assert.Equal(8, runs.Select(run => run.Folder.Root).Distinct().Count());
        Array.ForEach(runs, run => run.Dispose());
    }

    [Theory]
    [InlineData("")]
    [InlineData("../up")]
    [InlineData("a b")]
    [InlineData("a\nb")]
    public void Create_NameThatIsNoFileName_IsAUserError(string name) =>
        Assert.Contains("letters", Assert.Throws<UserException>(() => Store.Create(name, "{}", Some.Environment())).Mend);

    [Fact]
    public void Create_StoreIsAFile_IsAUserError()
    {
        File.WriteAllText(temp["runs"], "");

        Assert.Contains(temp["runs"], Assert.Throws<UserException>(() => Store.Create("a", "{}", Some.Environment())).What);
    }

    [Fact]
    public void List_BrokenFolderBetweenRuns_IsSkippedWithAReason()
    {
        Store.Create("a", "{}", Some.Environment()).Dispose();
        Store.Create("b", "{}", Some.Environment()).Dispose();
        Directory.CreateDirectory(temp["runs/notes"]);
        Directory.CreateDirectory(temp["runs/.hidden"]);

        var list = Store.List();

        Assert.Equal(["20260131-123456-a", "20260131-123456-b"], list.Runs.Select(run => run.Name));
        Assert.Contains("config.json and environment.json missing", Assert.Single(list.Skipped).Reason);
    }

    [Fact]
    public void List_StoreMissing_IsAUserError() => Assert.Contains("does not exist", Assert.Throws<UserException>(Store.List).What);
}
