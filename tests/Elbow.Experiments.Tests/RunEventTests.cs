using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Elbow.Experiments.Tests.Support;

namespace Elbow.Experiments.Tests;

public sealed class RunEventTests
{
    public static TheoryData<RunEvent> Events { get; } = [.. Some.OfEachKind];

    [Theory]
    [MemberData(nameof(Events))]
    public void Json_EveryKind_ComesBackTheSame(RunEvent e)
    {
        var line = JsonSerializer.Serialize(e, ElbowJson.Line);

        var back = JsonSerializer.Deserialize<RunEvent>(line, ElbowJson.Line);

        Assert.IsType(e.GetType(), back);
        Assert.Equivalent(e, back, strict: true);
        Assert.DoesNotContain('\n', line);
    }

    [Fact]
    public void Kinds_AreSealedRegisteredAndTested()
    {
        var kinds = typeof(RunEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(RunEvent))).ToHashSet();

        Assert.All(kinds, kind => Assert.True(kind.IsSealed, kind.Name));
        Assert.Equal(kinds, typeof(RunEvent).GetCustomAttributes<JsonDerivedTypeAttribute>().Select(a => a.DerivedType).ToHashSet());
        Assert.Equal(kinds, Some.OfEachKind.Select(e => e.GetType()).ToHashSet());
    }

    [Theory]
    [InlineData(double.NaN, "\"NaN\"")]
    [InlineData(double.PositiveInfinity, "\"Infinity\"")]
    [InlineData(double.NegativeInfinity, "\"-Infinity\"")]
    [InlineData(0.1 + 0.2, "0.30000000000000004")]
    [InlineData(double.Epsilon, "5E-324")]
    public void Json_NumberOfATerm_SurvivesExactly(double value, string text)
    {
        var line = JsonSerializer.Serialize<RunEvent>(
            new StepLogged(Some.Moment, 1, 1, new Dictionary<string, double> { ["kl"] = value }), ElbowJson.Line);

        Assert.Contains($"\"kl\":{text}", line);
        Assert.Equal(value, ((StepLogged)JsonSerializer.Deserialize<RunEvent>(line, ElbowJson.Line)!).Terms["kl"]);
    }

    [Fact]
    public void Json_NameOfATerm_IsKeptAsItIs() =>
        Assert.Contains(
            "\"logPx_z\":1",
            JsonSerializer.Serialize<RunEvent>(
                new StepLogged(Some.Moment, 1, 1, new Dictionary<string, double> { ["logPx_z"] = 1 }), ElbowJson.Line));
}
