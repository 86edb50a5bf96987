using Elbow.Experiments.TensorBoard;

namespace Elbow.Experiments.Tests.TensorBoard;

/// <summary>Vectors of RFC 3720, appendix B.4, and the usual check value.</summary>
public sealed class Crc32CTests
{
    public static TheoryData<byte[], uint> Vectors { get; } = new()
    {
        { [], 0x00000000 },
        { "123456789"u8.ToArray(), 0xE3069283 },
        { new byte[32], 0x8A9136AA },
        { Enumerable.Repeat((byte)0xFF, 32).ToArray(), 0x62A8AB43 },
        { Enumerable.Range(0, 32).Select(i => (byte)i).ToArray(), 0x46DD794E },
        { Enumerable.Range(0, 32).Select(i => (byte)(31 - i)).ToArray(), 0x113FDB5C },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Of_PublishedVector_GivesItsChecksum(byte[] bytes, uint expected) => Assert.Equal(expected, Crc32C.Of(bytes));
}
