using System.Text.Json.Nodes;
using Elbow.Experiments.Configuration;

namespace Elbow.Experiments.Tests.Configuration;

public sealed class ConfigDiffTests
{
    private static readonly SampleConfig s_config = new() { LatentDim = 2, Objective = new Elbo() };

    [Fact]
    public void Between_Changes_AreListedByPathInOrder()
    {
        var other = s_config with
        {
            Seed = 2,
            Encoder = new Mlp { Hidden = [64, 32] },
            Objective = new Annealed { Inner = new Elbo() },
            EarlyStopping = new StoppingConfig(),
        };

        Assert.Equal(
            [
                new("encoder.hidden", "[64]", "[64,32]"),
                new("objective.kind", "\"elbo\"", "\"annealed\""),
                new("objective.beta", "1", null),
                new("earlyStopping", "null", null),
                new("seed", "1", "2"),
                new("objective.epochs", null, "10"),
                new("objective.inner.kind", null, "\"elbo\""),
                new("objective.inner.beta", null, "1"),
                new("earlyStopping.patience", null, "20"),
                new("earlyStopping.minDelta", null, "0.0001"),
            ],
            ConfigDiff.Between(s_config, other));
    }

    [Fact]
    public void Between_Copies_IsEmptyAlthoughListsAreOtherObjects()
    {
        var random = new Random(2);
        for (var i = 0; i < 50; i++)
        {
            var config = SampleConfig.Draw(random);
            Assert.Empty(ConfigDiff.Between(config, ConfigReader.Read<SampleConfig>(ConfigWriter.Write(config))));
        }
    }

    [Fact]
    public void Between_SidesSwapped_SwapsLeftAndRight()
    {
        var random = new Random(3);
        for (var i = 0; i < 50; i++)
        {
            var (a, b) = (SampleConfig.Draw(random), SampleConfig.Draw(random));
            var forth = ConfigDiff.Between(a, b);

            Assert.NotEmpty(forth);
            Assert.Equal(
                forth.OrderBy(d => d.Path, StringComparer.Ordinal),
                ConfigDiff.Between(b, a).Select(d => new ConfigDifference(d.Path, d.Right, d.Left)).OrderBy(d => d.Path, StringComparer.Ordinal));
        }
    }

    [Fact]
    public void Between_TreesOfUnknownType_Compares() => Assert.Equal(
        [new ConfigDifference("a[1].b", "2", "3")],
        ConfigDiff.Between(JsonNode.Parse("""{ "a": [1, { "b": 2 }] }"""), JsonNode.Parse("""{ "a": [1, { "b": 3 }] }""")));
}
