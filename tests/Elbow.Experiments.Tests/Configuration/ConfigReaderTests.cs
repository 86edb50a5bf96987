using Elbow.Experiments.Configuration;

namespace Elbow.Experiments.Tests.Configuration;

public sealed class ConfigReaderTests
{
    [Fact]
    public void Read_SmallestConfig_FillsInDefaults()
    {
        var config = ConfigReader.Read<SampleConfig>(SampleConfig.Smallest);

        Assert.Equal(2, config.LatentDim);
        Assert.Equal(new Elbo { Beta = 1 }, config.Objective);
        Assert.Equal([64], Assert.IsType<Mlp>(config.Encoder).Hidden);
        Assert.Equal(new SplitConfig(), config.Split);
        Assert.Null(config.EarlyStopping);
        Assert.Equal(["nll"], config.Metrics);
    }

    [Fact]
    public void Read_EveryKeyGiven_TakesEachValue()
    {
        var config = ConfigReader.Read<SampleConfig>("""
            {
              "$schema": "elbow.schema.json", // editors want it
              "encoder": { "kernels": [[7], []], "stride": 4, "activation": "swish-1", "kind": "conv" },
              "latentDim": 32, "objective": { "inner": { "kind": "elbo", "beta": 4 }, "kind": "annealed", "epochs": 3 },
              "split": { "validation": 0, "test": 0.5 }, "earlyStopping": { "patience": 1e2 }, "path": null,
              "seed": 18446744073709551615, "offset": -9223372036854775808, "scale": 1, "binarise": true, "clip": 5.0,
              "metrics": [], "weights": [null, 1.5], /* trailing commas too */
              "tags": [{ "name": "ab", "pinned": true, },], "device": "cuda",
            }
            """);

        var conv = Assert.IsType<Conv>(config.Encoder);
        Assert.Equal((4, Activation.Swish), (conv.Stride, conv.Activation));
        Assert.Equal([[7], []], conv.Kernels);
        Assert.Equal(new Annealed { Epochs = 3, Inner = new Elbo { Beta = 4 } }, config.Objective);
        Assert.Equal(new SplitConfig { Validation = 0, Test = 0.5 }, config.Split);
        Assert.Equal(new StoppingConfig { Patience = 100 }, config.EarlyStopping);
        Assert.Equal((ulong.MaxValue, long.MinValue, 1f, true, 5.0), (config.Seed, config.Offset, config.Scale, config.Binarise, config.Clip));
        Assert.Empty(config.Metrics);
        Assert.Equal([null, 1.5], config.Weights);
        Assert.Equal([new TagConfig { Name = "ab", Pinned = true }], config.Tags);
        Assert.Equal("cuda", config.Device);
    }

    [Theory]
    [InlineData("latentDim", "1.5", "1.5 is not a whole number", "a whole number from 1 to 512")]
    [InlineData("latentDim", "1e-30", "is not a whole number", "from 1 to 512")]
    [InlineData("latentDim", "0", "0 is out of range", "from 1 to 512")]
    [InlineData("latentDim", "513", "513 is out of range", "from 1 to 512")]
    [InlineData("latentDim", "99999999999999999999999999999999", "is out of range", "from 1 to 512")]
    [InlineData("latentDim", "1e400", "1e400 is out of range", "from 1 to 512")]
    [InlineData("latentDim", "\"2\"", "got the text \"2\"", "give a whole number from 1 to 512")]
    [InlineData("latentDim", "null", "null is not allowed", "give a whole number from 1 to 512")]
    [InlineData("latentDim", "[2]", "got a list", "give a whole number")]
    [InlineData("seed", "-1", "-1 is out of range", "from 0 to 18446744073709551615")]
    [InlineData("seed", "18446744073709551616", "is out of range", "from 0 to 18446744073709551615")]
    [InlineData("offset", "9223372036854775808", "is out of range", "from -9223372036854775808 to 9223372036854775807")]
    [InlineData("scale", "1e39", "1e39 is too large", "give a number")]
    [InlineData("clip", "-1e999", "-1e999 is too large", "give null or a number")]
    [InlineData("clip", "true", "got true", "give null or a number")]
    [InlineData("binarise", "\"true\"", "got the text \"true\"", "give true or false")]
    [InlineData("binarise", "1", "got 1", "give true or false")]
    [InlineData("path", "5", "got 5", "give null or text")]
    [InlineData("device", "\"gpu\"", "\"gpu\" is out of range", "one of \"cpu\", \"cuda\"")]
    [InlineData("device", "null", "null is not allowed", "one of \"cpu\", \"cuda\"")]
    [InlineData("metrics", "\"nll\"", "got the text \"nll\"", "give a list, each text")]
    [InlineData("metrics", "null", "null is not allowed", "give a list")]
    [InlineData("split", "[]", "got a list", "an object with the keys validation, test")]
    [InlineData("encoder", "\"mlp\"", "got the text \"mlp\"", "an object whose \"kind\" is one of mlp, conv, identity")]
    [InlineData("encoder", "null", "null is not allowed", "one of mlp, conv, identity")]
    public void Read_WrongValue_SaysWhatCameAndWhatIsAllowed(string key, string value, string what, string mend)
    {
        var error = OnlyError(With(key, value));

        Assert.Equal(key, error.Path);
        Assert.Contains(what, error.What, StringComparison.Ordinal);
        Assert.Contains(mend, error.Mend, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("metrics", "[\"a\", null]", "metrics[1]", "null is not allowed")]
    [InlineData("metrics", "[1]", "metrics[0]", "got 1")]
    [InlineData("encoder", """{ "kind": "mlp", "hidden": [] }""", "encoder.hidden", "got a list of 0")]
    [InlineData("encoder", """{ "kind": "mlp", "hidden": [1, 0] }""", "encoder.hidden[1]", "0 is out of range")]
    [InlineData("encoder", """{ "kind": "mlp", "activation": "Relu" }""", "encoder.activation", "got the text \"Relu\"")]
    [InlineData("encoder", """{ "kind": "mlp", "activation": 1 }""", "encoder.activation", "got 1")]
    [InlineData("encoder", """{ "kind": "mlp", "stride": 2 }""", "encoder.stride", "there is no such key")]
    [InlineData("encoder", """{ "kind": "conv", "stride": 3 }""", "encoder.stride", "3 is out of range")]
    [InlineData("encoder", """{ "kind": "conv", "kernels": [[3], [3, 32]] }""", "encoder.kernels[1][1]", "32 is out of range")]
    [InlineData("encoder", """{ "kind": "MLP" }""", "encoder.kind", "there is no kind \"MLP\"")]
    [InlineData("encoder", """{ "kind": null }""", "encoder.kind", "got null")]
    [InlineData("encoder", """{ "hidden": [8] }""", "encoder.kind", "this key is missing")]
    [InlineData("encoder", "{}", "encoder.kind", "this key is missing")]
    [InlineData("earlyStopping", """{ "kind": "x" }""", "earlyStopping.kind", "there is no such key")]
    [InlineData("tags", """[{ "name": "ok" }, {}]""", "tags[1].name", "this key is missing")]
    [InlineData("tags", """[{ "name": "x" }]""", "tags[0].name", "\"x\" is out of range")]
    [InlineData("twice", "4", "twice", "there is no such key")]
    [InlineData("a.b c", "4", "[\"a.b c\"]", "there is no such key")]
    [InlineData("$schema", "4", "$schema", "there is no such key")]
    public void Read_FaultInside_HasFullPath(string key, string value, string path, string what)
    {
        var error = OnlyError(With(key, value));

        Assert.Equal(path, error.Path);
        Assert.Contains(what, error.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("epochs", 0)]
    [InlineData("epochs", -5)]
    public void Read_RangeWithoutUpperEnd_NamesTheLowerEnd(string key, int value)
    {
        var error = OnlyError(With("objective", $$"""{ "kind": "annealed", "{{key}}": {{value}}, "inner": { "kind": "elbo" } }"""));

        Assert.Equal($"objective.{key}", error.Path);
        Assert.Equal("give a whole number of at least 1", error.Mend);
    }

    [Fact]
    public void Read_ExclusiveBound_IsRefusedAndWorded()
    {
        var error = OnlyError(With("objective", """{ "kind": "elbo", "beta": 0 }"""));

        Assert.Equal(new ConfigError("objective.beta", "0 is out of range", "give a number above 0 and of at most 1000"), error);
    }

    [Theory]
    [InlineData("latentdim", "latentDim")]
    [InlineData("latent_dim", "latentDim")]
    [InlineData("ltaentDim", "latentDim")]
    public void Read_MisspeltRequiredKey_IsOneErrorWithTheRightName(string key, string meant)
    {
        var error = OnlyError($$"""{ "{{key}}": 2, "objective": { "kind": "elbo" } }""");

        Assert.Equal(key, error.Path);
        Assert.StartsWith($"did you mean \"{meant}\"? allowed keys: latentDim, encoder, ", error.Mend, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_KindMissing_ListsTheKindsAndTheKeyThatLooksLikeIt()
    {
        var error = OnlyError(With("encoder", """{ "Kind": "mlp" }"""));

        Assert.Equal(new ConfigError("encoder.kind", "this key is missing", "rename \"Kind\", give one of mlp, conv, identity"), error);
    }

    [Fact]
    public void Read_UnknownKind_SuggestsTheNearest()
    {
        var error = OnlyError(With("encoder", """{ "kind": "cnov", "anything": 1 }"""));

        Assert.Equal("did you mean \"conv\"? give one of mlp, conv, identity", error.Mend);
    }

    [Fact]
    public void Read_CrossFieldRule_IsReportedWithThePathOfItsObject()
    {
        var error = OnlyError(With("split", """{ "validation": 0.5, "test": 0.5 }"""));

        Assert.Equal("split.validation", error.Path);
        Assert.Equal("let both sum to less than 1", error.Mend);
    }

    [Fact]
    public void Read_SeveralFaults_AreReportedTogether()
    {
        var error = Fails("""
            { "latentDim": 0, "encoder": { "kind": "mlp", "hidden": [0, 64, "x"], "dropout": 1 }, "latentDim": 3,
              "objective": { "kind": "iwae" }, "split": { "validation": 0.6, "test": 0.6 }, "tags": [{ "pinned": 1 }] }
            """);

        Assert.Equal(
            ["latentDim", "latentDim", "encoder.dropout", "encoder.hidden[0]", "encoder.hidden[2]", "objective.kind", "split.validation",
                "tags[0].name", "tags[0].pinned"],
            error.Errors.Select(e => e.Path));
        Assert.Equal(9, error.Message.Split(Environment.NewLine).Length);
        Assert.Equal(error.Message, error.What);
        Assert.All(error.What.Split(Environment.NewLine), line => Assert.StartsWith("run.json: ", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Read_OneFault_IsOneLineWhatAndOneLineMend()
    {
        var error = Assert.IsType<IUserError>(Fails(With("latentDim", "0")), exactMatch: false);

        Assert.Equal("run.json: latentDim: 0 is out of range", error.What);
        Assert.Equal("give a whole number from 1 to 512", error.Mend);
    }

    [Fact]
    public void Read_DuplicateKeys_AreReportedAtEveryDepth()
    {
        var error = Fails("""
            { "latentDim": 2, "objective": { "kind": "elbo", "kind": "elbo" }, "tags": [{ "name": "ab", "name": "ab" }], "objective": 1 }
            """);

        Assert.Equal(["objective.kind", "tags[0].name", "objective"], error.Errors.Select(e => e.Path));
        Assert.All(error.Errors, e => Assert.Equal("this key is given more than once", e.What));
    }

    [Theory]
    [InlineData("", "line 1, column 1")]
    [InlineData("{\n  \"é\" 5 }", "line 2, column 7")]
    [InlineData("{\r\n\"latentDim\": 2\r\n\"seed\": 1 }", "line 3, column 1")]
    [InlineData("{ \"latentDim\": 2", "line 1, column 17")]
    [InlineData("{} {}", "line 1, column 4")]
    [InlineData("{ 'a': 1 }", "line 1, column 3")]
    [InlineData("{ \"latentDim\": 01 }", "line 1, column 17")]
    [InlineData("{ \"latentDim\": NaN }", "line 1, column 16")]
    [InlineData("{ \"path\": \"a", "line 1, column 13")]
    public void Read_MalformedJson_SaysLineAndColumn(string json, string place)
    {
        var error = OnlyError(json);

        Assert.Equal("", error.Path);
        Assert.StartsWith($"not valid JSON at {place}: ", error.What, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", error.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "path": "\uD800" }""")]
    [InlineData("""{ "\uDC00": 1 }""")]
    public void Read_HalfSurrogate_IsMalformed(string json) =>
        Assert.Contains("surrogate", OnlyError(json).What, StringComparison.Ordinal);

    [Theory]
    [InlineData("null", "null is not allowed here")]
    [InlineData("[]", "got a list")]
    [InlineData("5", "got 5")]
    public void Read_RootIsNoObject_IsRefused(string json, string what) => Assert.Equal(what, OnlyError(json).What);

    [Fact]
    public void Read_NestedTooDeep_IsAnErrorAndNoCrash()
    {
        var json = string.Concat(Enumerable.Repeat("{\"objective\":", 100_000));

        Assert.Contains("depth of 64", OnlyError(json).What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2.0")]
    [InlineData("0.2e1")]
    [InlineData("20e-1")]
    public void Read_WholeNumberInAnotherNotation_IsTaken(string value) =>
        Assert.Equal(2, ConfigReader.Read<SampleConfig>(With("latentDim", value)).LatentDim);

    [Fact]
    public void Read_ByteOrderMark_IsSkipped() =>
        Assert.Equal(2, ConfigReader.Read<SampleConfig>("\uFEFF" + SampleConfig.Smallest).LatentDim);

    [Fact]
    public void Read_PolymorphicRoot_SelectsTheKind() =>
        Assert.Equal(new Elbo { Beta = 2 }, ConfigReader.Read<ObjectiveConfig>("""{ "$schema": "s", "beta": 2, "kind": "elbo" }"""));

    /// <summary>The smallest config with one key more or replaced.</summary>
    private static string With(string key, string value) => key switch
    {
        "latentDim" => $$"""{ "latentDim": {{value}}, "objective": { "kind": "elbo" } }""",
        "objective" => $$"""{ "latentDim": 2, "objective": {{value}} }""",
        _ => $$"""{ "latentDim": 2, "objective": { "kind": "elbo" }, "{{key}}": {{value}} }""",
    };

    private static ConfigException Fails(string json) =>
        Assert.Throws<ConfigException>(() => ConfigReader.Read<SampleConfig>(json, sourceName: "run.json"));

    private static ConfigError OnlyError(string json) => Assert.Single(Fails(json).Errors);
}
