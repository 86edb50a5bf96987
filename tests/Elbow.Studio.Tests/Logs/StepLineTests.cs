using System.Text;
using System.Text.Json;
using Elbow.Experiments;
using Elbow.Studio.Logs;

namespace Elbow.Studio.Tests.Logs;

public sealed class StepLineTests
{
    private static readonly StepLine Reader = new();

    private static string Written(DateTimeOffset time, long step, int epoch, params (string, double)[] terms) => JsonSerializer.Serialize<RunEvent>(
        new StepLogged(time, step, epoch, terms.ToDictionary(term => term.Item1, term => term.Item2)), ElbowJson.Line);

    public static TheoryData<string> Lines =>
    [
        Written(new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero), 1, 1, ("kl", 1)),
        Written(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero).AddTicks(1), 123_456_789_012, 12, ("kl", -1.2345678901234567e-300), ("objective", double.MaxValue)),
        Written(new DateTimeOffset(2026, 12, 31, 23, 59, 59, TimeSpan.Zero).AddTicks(1_230_000), 7, 3, ("kl", 0.1), ("objective", double.Epsilon), ("β", -0.0)),
        Written(new(2026, 1, 31, 12, 0, 0, TimeSpan.FromHours(2)), 1, 1, ("kl", 1)),
        Written(new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero), 1, 1, ("kl", double.NaN), ("objective", double.PositiveInfinity), ("x", double.NegativeInfinity)),
        Written(new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero), 1, 1, ("a\"b\\", 1), ("", 2)),
        Written(new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero), 1, 1),
        """{"kind":"stepLogged", "timestamp":"2026-01-31T12:00:00Z", "epoch":2, "terms": {"kl": 1 }, "step":5, "new": [1] }""",
    ];

    // Read twice: the second time the names are known, and the short way is taken where it can be.
    [Theory, MemberData(nameof(Lines))]
    public void TryRead_OfALine_SaysWhatTheSerialiserSays(string line)
    {
        var expected = (StepLogged)JsonSerializer.Deserialize<RunEvent>(line, ElbowJson.Line)!;
        for (var pass = 0; pass < 2; pass++)
        {
            Assert.True(Reader.TryRead(Encoding.UTF8.GetBytes(line)));
            Assert.Equal((expected.Timestamp, expected.Step, expected.Epoch), (Reader.Timestamp, Reader.Step, Reader.Epoch));
            Assert.Equal(expected.Terms.Select(term => (term.Key, BitConverter.DoubleToInt64Bits(term.Value))), Reader.Terms.Select(term => (term.Name, BitConverter.DoubleToInt64Bits(term.Value))));
        }
    }

    [Theory]
    [InlineData("""{"kind":"stepLogged","timestamp":"2026-01-31T12:00:00.1234567+00:00","step":1,"epoch":1,"terms":{"kl":1}""")]
    [InlineData("""{"kind":"stepLogged","timestamp":"2026-01-31T12:00:00.1234567+00:00","step":1,"epoch":1,"terms":{"kl":1}}}""")]
    [InlineData("""{"kind":"stepLogged","timestamp":"2026-01-31T12:00:00.1234567+00:00","step":1,"epoch":1,"terms":{"kl":1-}}""")]
    [InlineData("""{"kind":"stepLogged","timestamp":"2026-01-31T12:00:00.1234567+00:00","step":1,"epoch":1,"terms":{"kl":NaN}}""")]
    [InlineData("""{"kind":"stepLogged","timestamp":"2026-01-31T12:00:00.1234567+00:00","step":1,"epoch":1,"terms":{"kl":01}}""")]
    [InlineData("""{"kind":"stepLogged","timestamp":"2026-02-31T12:00:00.1234567+00:00","step":1,"epoch":1,"terms":{"kl":1}}""")]
    [InlineData("""{"kind":"stepLogged","timestamp":"2026-01-31T12:00:00.1234567+00:00","step":0,"epoch":1,"terms":{"kl":1}}""")]
    public void TryRead_OfADamagedLine_IsFalseAlsoWhenTheNamesAreKnown(string line)
    {
        var reader = new StepLine();
        Assert.True(reader.TryRead(Encoding.UTF8.GetBytes(Written(new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero), 1, 1, ("kl", 1)))));
        Assert.False(reader.TryRead(Encoding.UTF8.GetBytes(line)));
    }
}
