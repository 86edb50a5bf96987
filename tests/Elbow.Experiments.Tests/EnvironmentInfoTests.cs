using System.Text.Json;
using Elbow.Experiments.Tests.Support;

namespace Elbow.Experiments.Tests;

public sealed class EnvironmentInfoTests
{
    [Fact]
    public void Capture_ThisMachine_KnowsIt()
    {
        var info = Some.Environment(new ManualTime { Now = Some.Moment });

        Assert.Equal(RunFolder.Format, info.Format);
        Assert.Matches(@"^\d+\.\d+\.\d+", info.ElbowVersion);
        Assert.Contains(Environment.Version.ToString(), info.DotNet);
        Assert.Equal(Environment.ProcessorCount, info.Cores);
        Assert.True(info.MemoryBytes > 1 << 20);
        Assert.Matches(@"^\S.* \(\w+\)$", info.Cpu);
        Assert.Equal(Some.Moment, info.CreatedAt);
    }

    [Fact]
    public void Json_Record_ComesBackTheSame()
    {
        var info = Some.Environment();

        var text = JsonSerializer.Serialize(info, ElbowJson.Document);

        Assert.StartsWith("{\n  \"format\": 1,", text);
        Assert.Equivalent(info, JsonSerializer.Deserialize<EnvironmentInfo>(text, ElbowJson.Document), strict: true);
    }

    [Theory]
    [InlineData("1.2.3+abc", "1.2.3", "abc")]
    [InlineData("1.2.3-rc+a+b", "1.2.3-rc", "a+b")]
    [InlineData("1.2.3", "1.2.3", null)]
    public void SplitVersion_InformationalVersion_SeparatesTheCommit(string text, string version, string? commit) =>
        Assert.Equal((version, commit), EnvironmentInfo.SplitVersion(text));
}
