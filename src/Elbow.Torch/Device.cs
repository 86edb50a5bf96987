using System.Globalization;

namespace Elbow.Torch;

/// <summary>Where a tensor lives: <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>.</summary>
public readonly record struct Device
{
    private const int CudaType = 1, Current = 255;

    private readonly int cuda;

    private Device(int code) => cuda = code;

    /// <summary>The processor.</summary>
    public static Device Cpu => default;

    /// <summary>A CUDA device.</summary>
    /// <param name="index">Which one, from 0.</param>
    public static Device Cuda(int index = 0) => index is >= 0 and < Current
        ? new((CudaType << 8) | index)
        : throw new ArgumentOutOfRangeException(nameof(index), index, "CUDA devices are numbered from 0 to 254");

    /// <summary>Type and index in one number, as the shim takes it.</summary>
    internal int Code => cuda == 0 ? Current : cuda;

    internal static Device FromCode(int code) => (code >> 8) == 0 ? Cpu : new(code);

    /// <summary>Whether this is a CUDA device.</summary>
    public bool IsCuda => cuda != 0;

    /// <summary>Reads <c>cpu</c>, <c>cuda</c>, <c>cuda:N</c>.</summary>
    /// <exception cref="FormatException">The text is none of these.</exception>
    public static Device Parse(string? text) => text switch
    {
        "cpu" => Cpu,
        "cuda" => Cuda(),
        ['c', 'u', 'd', 'a', ':', .. var number] when int.TryParse(number, NumberStyles.None, null, out var index) && index < Current => Cuda(index),
        _ => throw new FormatException($"'{text}' is no device: use cpu, cuda or cuda:N"),
    };

    /// <summary>For example <c>cuda:0</c>.</summary>
    public override string ToString() => IsCuda ? $"cuda:{Code & 0xff}" : "cpu";
}

/// <summary>Element types, with libtorch's numbers.</summary>
public enum DType
{
    /// <summary>8-bit unsigned integer.</summary>
    UInt8 = 0,
    /// <summary>8-bit integer.</summary>
    Int8 = 1,
    /// <summary>16-bit integer.</summary>
    Int16 = 2,
    /// <summary>32-bit integer.</summary>
    Int32 = 3,
    /// <summary>64-bit integer.</summary>
    Int64 = 4,
    /// <summary>16-bit floating point, IEEE.</summary>
    Float16 = 5,
    /// <summary>32-bit floating point.</summary>
    Float32 = 6,
    /// <summary>64-bit floating point.</summary>
    Float64 = 7,
    /// <summary>Truth value, one byte.</summary>
    Bool = 11,
    /// <summary>16-bit floating point with the exponent of 32-bit.</summary>
    BFloat16 = 15,
}

/// <summary>How the elements of a rank-4 tensor lie in memory.</summary>
public enum MemoryFormat
{
    /// <summary>Row-major: N, C, H, W.</summary>
    Contiguous = 0,
    /// <summary>As found in the source.</summary>
    Preserve = 1,
    /// <summary>Channels innermost: N, H, W, C in memory, still N, C, H, W by index. oneDNN convolves it about twice as fast.</summary>
    ChannelsLast = 2,
}
