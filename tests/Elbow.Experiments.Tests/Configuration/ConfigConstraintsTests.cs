using System.ComponentModel.DataAnnotations;
using Elbow.Experiments.Configuration;

namespace Elbow.Experiments.Tests.Configuration;

public sealed class ConfigConstraintsTests
{
    [Theory]
    [InlineData("rate", "0.1")]
    [InlineData("rate", "0")]
    [InlineData("count", "4294967295")]
    [InlineData("code", "\"😀😀😀\"")]
    [InlineData("sizes", "[1, 4]")]
    [InlineData("sizes", "[]")]
    [InlineData("function", "\"relu\"")]
    public void Read_ValueAtItsLimit_IsTaken(string key, string value) => Assert.NotNull(Read(key, value));

    [Theory]
    [InlineData("rate", "0.1000001", "rate", "give a number from 0 to 0.1")]
    [InlineData("rate", "-1e-9", "rate", "give a number from 0 to 0.1")]
    [InlineData("count", "-1", "count", "give a whole number of at least 0")]
    [InlineData("code", "\"😀\"", "code", "give text (2 to 3 characters)")]
    [InlineData("code", "\"abcd\"", "code", "give text (2 to 3 characters)")]
    [InlineData("sizes", "[1, 1, 1]", "sizes", "give a list (at most 2 items), each one of 1, 4")]
    [InlineData("sizes", "[1, 2]", "sizes[1]", "give one of 1, 4")]
    [InlineData("function", "\"leakyRelu\"", "function", "give one of relu, swish-1")]
    public void Read_ValueBeyondItsLimit_IsRefusedWithTheLimit(string key, string value, string path, string mend)
    {
        var error = Assert.Single(Assert.Throws<ConfigException>(() => Read(key, value)).Errors);

        Assert.Equal((path, mend), (error.Path, error.Mend));
    }

    private static LimitedConfig Read(string key, string value) => ConfigReader.Read<LimitedConfig>($$"""{ "{{key}}": {{value}} }""");

    public sealed record LimitedConfig
    {
        [Range(0, 0.1)]
        public float Rate { get; init; }

        [Range(0, double.MaxValue)]
        public uint Count { get; init; }

        [MinLength(2), MaxLength(3)]
        public string Code { get; init; } = "ab";

        [MaxLength(2), AllowedValues(1, 4)]
        public IReadOnlyList<int> Sizes { get; init; } = [];

        [AllowedValues(Activation.Relu, Activation.Swish)]
        public Activation Function { get; init; }
    }
}
