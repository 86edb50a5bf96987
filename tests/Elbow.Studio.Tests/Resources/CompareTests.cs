using System.Net;
using System.Text.Json.Nodes;
using Elbow.Studio.Tests.Support;

namespace Elbow.Studio.Tests.Resources;

public sealed class CompareTests : IDisposable
{
    private readonly TempRuns runs = new();

    public void Dispose() => runs.Dispose();

    // Objectives of the last of 3 epochs: −97 + shift.
    [Fact]
    public async Task Compare_OfTwoConfigurations_GroupsSeedsAndPairsThem()
    {
        double[] elbo = [0, 2, 4], beta = [1, 2, 6];
        for (var seed = 1; seed <= 3; seed++)
        {
            runs.AddTrained($"e{seed}", seed: seed, shift: elbo[seed - 1]);
            runs.AddTrained($"b{seed}", seed: seed, objective: "beta", shift: beta[seed - 1]);
        }
        runs.AddTrained("b9", seed: 9, objective: "beta", shift: 100);
        await using var studio = await LiveStudio.Start(runs.Root);
        var compared = await studio.Get("api/compare?ids=e1,b1,e2,b2,e3,b3,b9");
        var groups = compared["groups"]!;
        Assert.Equal(["elbo", "beta"], groups.AsArray().Select(group => (string)group!["label"]!));
        Assert.Equal("beta", (string)groups[1]!["settings"]!["objective.kind"]!);
        Assert.Equal(["e1", "e2", "e3"], groups[0]!["ids"]!.AsArray().Select(id => (string)id!));
        Assert.Equal(["b1", "b2", "b3", "b9"], groups[1]!["ids"]!.AsArray().Select(id => (string)id!));
        var value = groups[0]!["values"]!["validation/objective"]!;
        Assert.Equal((-95.0, 2.0, 3), ((double)value["mean"]!, (double)value["sd"]!, (int)value["n"]!));
        Assert.Equal([-97, -95, -93], value["values"]!.AsArray().Select(one => (double)one!));
        var pair = compared["pairs"]!.AsArray().Single(pair => (string)pair!["metric"]! == "validation/objective")!;
        // Differences 1, 0, 2 over the seeds that both have: mean 1, sd 1, standard error 1/√3.
        Assert.Equal(("beta", "elbo", 3), ((string)pair["a"]!, (string)pair["b"]!, (int)pair["n"]!));
        Assert.Equal(1, (double)pair["difference"]!, 1e-12);
        Assert.Equal(1 / Math.Sqrt(3), (double)pair["se"]!, 1e-12);
        Assert.Contains("validation/objective", compared["metrics"]!.AsArray().Select(name => (string)name!));
    }

    [Fact]
    public async Task Compare_OfOneSeedEach_HasNoSpread()
    {
        runs.AddTrained("a", objective: "elbo");
        runs.AddTrained("b", objective: "beta", shift: 2);
        await using var studio = await LiveStudio.Start(runs.Root);
        var compared = await studio.Get("api/compare?ids=a,b");
        Assert.Null(compared["groups"]![0]!["values"]!["validation/objective"]!["sd"]);
        var pair = compared["pairs"]!.AsArray().Single(pair => (string)pair!["metric"]! == "validation/objective")!;
        Assert.Equal((2, 1), ((double)pair["difference"]!, (int)pair["n"]!));
        Assert.Null(pair["se"]);
    }

    [Fact]
    public async Task Compare_WithoutCommonSeeds_HasNoPairs()
    {
        runs.AddTrained("a", seed: 1);
        runs.AddTrained("b", seed: 2, objective: "beta");
        await using var studio = await LiveStudio.Start(runs.Root);
        Assert.Empty((await studio.Get("api/compare?ids=a,b"))["pairs"]!.AsArray());
    }

    [Fact]
    public async Task Compare_WithConfigurationsThatCannotBeRead_KeepsThemApart()
    {
        foreach (var id in new[] { "a", "b", "c" }) runs.AddTrained(id);
        File.WriteAllText(runs["b", "config.json"], "{ no json");
        File.WriteAllText(runs["c", "config.json"], """{ "objective": 1, "objective": 2 }""");
        await using var studio = await LiveStudio.Start(runs.Root);
        var groups = (await studio.Get("api/compare?ids=a,b,c"))["groups"]!.AsArray();
        Assert.Equal(3, groups.Count);
        Assert.Equal(3, groups.Select(group => (string)group!["label"]!).Distinct().Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData("?ids=")]
    [InlineData("?ids=,,")]
    public async Task Compare_OfNothing_IsRefused(string query)
    {
        await using var studio = await LiveStudio.Start(runs.Root);
        Assert.Equal(HttpStatusCode.BadRequest, (await studio.Refused($"api/compare{query}")).Status);
    }
}
