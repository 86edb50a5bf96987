using Elbow.Experiments.Configuration;

namespace Elbow.Experiments.Tests.Configuration;

public sealed class ConfigTemplateTests
{
    [Fact]
    public void For_ConfigWithEverything_CommentsEachKey() => Assert.StartsWith(
        """
        {
          // Size of the latent code; a whole number from 1 to 512; required
          "latentDim": 1,
          // What becomes of an image
          "encoder": {
            // Fully connected layers; one of mlp, conv, identity
            "kind": "mlp",
            // Widths of the hidden layers, input side first; a list (1 or more items), each a whole number from 1 to 4096
            "hidden": [64],
            // one of relu, leakyRelu, swish-1
            "activation": "leakyRelu"
          },
          // required
          "objective": {
            // Warms another objective up.
            // Ends at its full weight; one of annealed, elbo
            "kind": "annealed",
            // a whole number of at least 1
            "epochs": 10,
            // required
            "inner": {
              // one of annealed, elbo
              "kind": "elbo",
              // Weight of the divergence; a number above 0 and of at most 1000
              "beta": 1
            }
          },
          "split": {
            // a number of at least 0 and below 1
            "validation": 0.1,
            // a number of at least 0 and below 1
            "test": 0.1
          },
          // When to stop early; null or an object with the keys patience, minDelta
          "earlyStopping": null,

        """,
        ConfigTemplate.For<SampleConfig>());

    [Fact]
    public void For_AnyType_IsReadAndMeansTheDefaults()
    {
        var config = ConfigReader.Read<SampleConfig>(ConfigTemplate.For<SampleConfig>());

        var expected = new SampleConfig { LatentDim = 1, Objective = new Annealed { Inner = new Elbo() } };
        Assert.Empty(ConfigDiff.Between(expected, config));
    }

    [Theory]
    [InlineData("encoder.kind=conv", "\"stride\": 2")]
    [InlineData("tags=[{\"name\":\"ab\"}]", "// text (2 or more characters); required")]
    public void For_Overrides_AreShownWithTheirComments(string text, string line)
    {
        var template = ConfigTemplate.For<SampleConfig>([text]);

        Assert.Contains(line, template, StringComparison.Ordinal);
        Assert.NotNull(ConfigReader.Read<SampleConfig>(template));
    }

    [Fact]
    public void For_WrongOverride_IsAUserError() =>
        Assert.Throws<ConfigException>(() => ConfigTemplate.For<SampleConfig>(["encoder.kind=nope"]));

    [Fact]
    public void For_RequiredValuesOfEveryShape_AreValid()
    {
        var config = ConfigReader.Read<ShapesConfig>(ConfigTemplate.For<ShapesConfig>());

        Assert.Equal((0.5, 11, -3, 4, "example"), (config.Between, config.Above, config.Below, config.Among, config.Text));
        Assert.Equal([true, true], new[] { config.Pair.Length == 2, config.Maybe is null });
    }

    public sealed record ShapesConfig
    {
        [System.ComponentModel.DataAnnotations.Range(0, 1, MinimumIsExclusive = true, MaximumIsExclusive = true)]
        public required double Between { get; init; }

        [System.ComponentModel.DataAnnotations.Range(10, 20, MinimumIsExclusive = true)]
        public required int Above { get; init; }

        [System.ComponentModel.DataAnnotations.Range(double.NegativeInfinity, -3)]
        public required int Below { get; init; }

        [System.ComponentModel.DataAnnotations.AllowedValues(4, 8)]
        public required int Among { get; init; }

        [System.ComponentModel.DataAnnotations.MinLength(2)]
        public required bool[] Pair { get; init; }

        public required string Text { get; init; }
        public required string? Maybe { get; init; }
    }
}
