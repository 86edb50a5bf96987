using Elbow.Torch;

namespace Elbow.Distributions;

/// <summary>Uniform noise for inverse-distribution sampling.</summary>
internal static class OpenUniform
{
    /// <summary>Uniform on (0, 1). libtorch draws from [0, 1), and one 0 in 2²⁴ float32 values would be a sample at infinity.</summary>
    internal static Tensor Draw(long[] sizes, Generator generator, DType type)
    {
        var bits = type switch { DType.Float64 => 53, DType.Float32 => 24, DType.Float16 => 11, _ => 8 };
        var smallest = Math.ScaleB(1, -bits);
        return Tensor.Rand(sizes, generator, type).Clamp(smallest, 1 - smallest);
    }
}
