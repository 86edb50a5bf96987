using Elbow.Torch.Native;

namespace Elbow.Torch;

public sealed partial class Tensor
{
    /// <summary>Filled with one value.</summary>
    public static Tensor Full(double value, ReadOnlySpan<long> shape, DType type = DType.Float32, Device? device = null) =>
        Aten.Full.Call(shape.ToArray(), value, type, Arg.None, device ?? Device.Cpu);

    /// <summary>Filled with zeros.</summary>
    public static Tensor Zeros(ReadOnlySpan<long> shape, DType type = DType.Float32, Device? device = null) => Full(0, shape, type, device);

    /// <summary>Filled with ones.</summary>
    public static Tensor Ones(ReadOnlySpan<long> shape, DType type = DType.Float32, Device? device = null) => Full(1, shape, type, device);

    /// <summary>Zeros like this tensor: shape, type, device and memory order.</summary>
    public Tensor ZerosLike() => Aten.ZerosLike.Call(this);

    /// <summary>One number, with this tensor's type and device.</summary>
    public Tensor Scalar(double value) => Full(value, [], DType, Device);

    /// <summary>start, start + 1, …, below end.</summary>
    public static Tensor Arange(long start, long end, DType type = DType.Int64, Device? device = null) => Aten.Arange.Call(start, end, type, Arg.None, device ?? Device.Cpu);

    /// <summary>Evenly spaced values, both ends included.</summary>
    public static Tensor Linspace(double start, double end, long steps, DType type = DType.Float32, Device? device = null) =>
        Aten.Linspace.Call(start, end, steps, type, Arg.None, device ?? Device.Cpu);

    /// <summary>The identity matrix.</summary>
    public static Tensor Eye(long size, DType type = DType.Float32, Device? device = null) => Aten.Eye.Call(size, type, Arg.None, device ?? Device.Cpu);

    /// <summary>Independent N(0, 1) values on the generator's device.</summary>
    public static Tensor Randn(ReadOnlySpan<long> shape, Generator generator, DType type = DType.Float32) =>
        Aten.Randn.Call(shape.ToArray(), generator, type, Arg.None, generator.Device);

    /// <summary>Independent values uniform on [0, 1) on the generator's device.</summary>
    public static Tensor Rand(ReadOnlySpan<long> shape, Generator generator, DType type = DType.Float32) =>
        Aten.Rand.Call(shape.ToArray(), generator, type, Arg.None, generator.Device);

    /// <summary>N(0, 1) values with this tensor's shape and type.</summary>
    public Tensor RandnLike(Generator generator) => Randn(Shape.AsSpan(), generator, DType);

    /// <summary>Uniform values on [0, 1) with this tensor's shape and type.</summary>
    public Tensor RandLike(Generator generator) => Rand(Shape.AsSpan(), generator, DType);

    /// <summary>Ones with this tensor's elements as probabilities, else zeros.</summary>
    public Tensor Bernoulli(Generator generator) => Aten.Bernoulli.Call(this, generator);

    /// <summary>Uniform integers in [low, high).</summary>
    public static Tensor RandInt(long low, long high, ReadOnlySpan<long> shape, Generator generator) =>
        Aten.RandInt.Call(low, high, shape.ToArray(), generator, DType.Int64, Arg.None, generator.Device);

    /// <summary>A random order of 0 … n − 1.</summary>
    public static Tensor RandPerm(long n, Generator generator) => Aten.RandPerm.Call(n, generator, DType.Int64, Arg.None, generator.Device);

    /// <summary>Indices drawn from rows of probabilities, with replacement. <c>(…, M)</c> → <c>(…, count)</c>.</summary>
    public Tensor Multinomial(long count, Generator generator) => Aten.Multinomial.Call(this, count, true, generator);

    /// <summary>Overwrites the elements with another tensor's.</summary>
    public void CopyInPlace(Tensor source) => Aten.CopyInPlace.Run(this, source);

    /// <summary>Overwrites the elements with one value.</summary>
    public void FillInPlace(double value) => Aten.FillInPlace.Run(this, value);

    /// <summary>Adds <paramref name="alpha"/> times another tensor.</summary>
    public void AddInPlace(Tensor other, double alpha = 1) => Aten.AddInPlace.Run(this, other, alpha);

    /// <summary>Multiplies by a number.</summary>
    public void MulInPlace(double factor) => Aten.MulScalarInPlace.Run(this, factor);

    /// <summary>Multiplies by another tensor.</summary>
    public void MulInPlace(Tensor factor) => Aten.MulInPlace.Run(this, factor);

    /// <summary>this + weight (end − this).</summary>
    public void LerpInPlace(Tensor end, double weight) => Aten.LerpInPlace.Run(this, end, weight);

    /// <summary>max(x, 0). Autograd records it: what this held before must not be needed by a gradient.</summary>
    public void ReluInPlace() => Aten.ReluInPlace.Run(this);

    /// <summary>Clamps the elements.</summary>
    public void ClampInPlace(double? min, double? max) => Aten.ClampInPlace.Run(this, min, max);
}
