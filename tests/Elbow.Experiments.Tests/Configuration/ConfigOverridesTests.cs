using Elbow.Experiments.Configuration;

namespace Elbow.Experiments.Tests.Configuration;

public sealed class ConfigOverridesTests
{
    private const string Json = """
        { "latentDim": 2, "objective": { "kind": "annealed", "inner": { "kind": "elbo", "beta": 2 } }, "tags": [{ "name": "ab" }],
          "encoder": { "kind": "conv", "stride": 4, "activation": "swish-1" } }
        """;

    [Fact]
    public void Set_Paths_ReachKeysItemsAndWholeLists()
    {
        var config = Read("objective.inner.beta=4e0", "tags[0].pinned=true", "metrics=[\"fid\", \"kid\"]", "metrics[1]=prdc", " latentDim =7");

        Assert.Equal(new Annealed { Inner = new Elbo { Beta = 4 } }, config.Objective);
        Assert.True(config.Tags[0].Pinned);
        Assert.Equal(["fid", "prdc"], config.Metrics);
        Assert.Equal(7, config.LatentDim);
    }

    [Theory]
    [InlineData("path=a=b", "a=b")]
    [InlineData("path=", "")]
    [InlineData("path=//server/share", "//server/share")]
    [InlineData("path=\"5\"", "5")]
    [InlineData("path={oops", "{oops")]
    [InlineData("path=null", null)]
    [InlineData("path=5", "5")]
    [InlineData("path=007", "007")]
    [InlineData("path=true", "true")]
    [InlineData("path=1e3", "1e3")]
    public void Set_Value_IsJsonOrElseText(string text, string? expected) => Assert.Equal(expected, Read(text).Path);

    [Fact]
    public void Set_SameKeyTwice_LastWins() => Assert.Equal(9, Read("latentDim=8", "latentDim=9").LatentDim);

    [Fact]
    public void Set_InsideAnObjectLeftOut_KeepsTheRestOfItsDefault()
    {
        var config = ConfigReader.Read<SampleConfig>(SampleConfig.Smallest, ["encoder.activation=relu", "split.test=0.3"]);

        var mlp = Assert.IsType<Mlp>(config.Encoder);
        Assert.Equal(Activation.Relu, mlp.Activation);
        Assert.Equal([64], mlp.Hidden);
        Assert.Equal(new SplitConfig { Test = 0.3 }, config.Split);
    }

    [Fact]
    public void Set_ItemOfAListLeftOut_ChangesItsDefault() =>
        Assert.Equal([32], Assert.IsType<Mlp>(ConfigReader.Read<SampleConfig>(SampleConfig.Smallest, ["encoder.hidden[0]=32"]).Encoder).Hidden);

    [Fact]
    public void Set_InsideAnObjectThatIsNull_MakesIt() =>
        Assert.Equal(new StoppingConfig { Patience = 3 }, Read("earlyStopping=null", "earlyStopping.patience=3").EarlyStopping);

    [Fact]
    public void Set_AnotherKind_DropsTheKeysOfTheOldAndKeepsTheShared()
    {
        var mlp = Assert.IsType<Mlp>(Read("encoder.kind=mlp").Encoder);

        Assert.Equal(Activation.Swish, mlp.Activation);
        Assert.Equal([256, 256], mlp.Hidden);
    }

    [Fact]
    public void Set_TheSameKind_ChangesNothing() => Assert.Equal(4, Assert.IsType<Conv>(Read("encoder.kind=conv").Encoder).Stride);

    [Theory]
    [InlineData("mlp", 64)]
    [InlineData("conv", null)]
    public void Set_KindOfAnObjectLeftOut_KeepsTheDefaultOnlyOfThatKind(string kind, int? width)
    {
        var encoder = ConfigReader.Read<SampleConfig>(SampleConfig.Smallest, ["encoder.kind=" + kind]).Encoder;

        Assert.Equal(width, (encoder as Mlp)?.Hidden.Single());
        Assert.Equal(kind == "mlp" ? Activation.LeakyRelu : Activation.Relu, encoder is Mlp m ? m.Activation : ((Conv)encoder).Activation);
    }

    [Fact]
    public void Set_KindThenItsKeys_BuildsARequiredObjectFromNothing()
    {
        var config = ConfigReader.Read<SampleConfig>("{}", ["latentDim=2", "objective.kind=elbo", "objective.beta=3"]);

        Assert.Equal(new Elbo { Beta = 3 }, config.Objective);
    }

    [Fact]
    public void Set_KindOfTheRoot_Switches() =>
        Assert.Equal(new Elbo(), ConfigReader.Read<ObjectiveConfig>("""{ "kind": "annealed", "epochs": 3 }""", ["kind=elbo"]));

    [Theory]
    [InlineData("objective.inner.bta=4", "objective.inner.bta", "did you mean \"beta\"?")]
    [InlineData("encodr.stride=2", "encodr", "did you mean \"encoder\"?")]
    [InlineData("encoder.hidden=[8]", "encoder.hidden", "allowed keys: kind, stride, kernels, activation")]
    [InlineData("latentDim=0", "latentDim", "from 1 to 512")]
    [InlineData("latentDim=abc", "latentDim", "give a whole number")]
    [InlineData("encoder.kind=cnn", "encoder.kind", "give one of mlp, conv, identity")]
    [InlineData("encoder={}", "encoder.kind", "give one of mlp, conv, identity")]
    [InlineData("tags[1].name=x", "tags", "its items are [0] to [0]")]
    [InlineData("tags.name=x", "tags", "its items are [0] to [0]")]
    [InlineData("tags[0]={\"name\":\"ab\",\"name\":\"ab\"}", "tags[0].name", "keep one of them")]
    [InlineData("latentDim.x=1", "latentDim", "set it as a whole")]
    [InlineData("earlyStopping[0]=1", "earlyStopping", "set it as a whole")]
    [InlineData("latentDim", "", "write path.to.key=value")]
    [InlineData("=5", "", "write path.to.key=value")]
    [InlineData("a..b=5", "", "write path.to.key=value")]
    [InlineData("tags[x]=5", "", "write path.to.key=value")]
    [InlineData("tags[0]name=5", "", "write path.to.key=value")]
    [InlineData("", "", "write path.to.key=value")]
    public void Set_Wrong_IsReportedWithTheOverride(string text, string path, string mend)
    {
        var error = Assert.Single(Assert.Throws<ConfigException>(() => Read(text)).Errors);

        Assert.Equal(path, error.Path);
        Assert.EndsWith($"(from --set {text})", error.What, StringComparison.Ordinal);
        Assert.Contains(mend, error.Mend, StringComparison.Ordinal);
    }

    [Fact]
    public void Set_PathDeeperThanAnyConfig_IsRefused()
    {
        var text = string.Concat(Enumerable.Repeat("objective.", 100_000)) + "beta=1";

        Assert.Equal("", Assert.Single(Assert.Throws<ConfigException>(() => Read(text)).Errors).Path);
    }

    [Fact]
    public void Set_FaultsOfFileAndOverrides_AreReportedTogether()
    {
        var error = Assert.Throws<ConfigException>(() =>
            ConfigReader.Read<SampleConfig>("""{ "latentDim": 0, "objective": { "kind": "elbo" } }""", ["nothing", "seed=-1"]));

        Assert.Equal(["", "latentDim", "seed"], error.Errors.Select(e => e.Path));
        Assert.Equal([true, false, true], error.Errors.Select(e => e.What.Contains("--set", StringComparison.Ordinal)));
    }

    private static SampleConfig Read(params string[] overrides) => ConfigReader.Read<SampleConfig>(Json, overrides);
}
