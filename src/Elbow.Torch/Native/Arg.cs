using System.Text;

namespace Elbow.Torch.Native;

internal enum Tag
{
    None, Tensor, Int, Double, Bool, String, Device, IntList, DoubleList, TensorList, OptionalTensorList, Generator, BoolList,
}

/// <summary>One argument of a boxed call. Converts implicitly from whatever an operator takes, so that calls read as in libtorch.</summary>
internal readonly struct Arg
{
    private readonly object? reference;
    private readonly long bits;
    private readonly Tag tag;

    private Arg(Tag tag, long bits = 0, object? reference = null) => (this.tag, this.bits, this.reference) = (tag, bits, reference);

    internal static readonly Arg None;

    public static implicit operator Arg(Tensor? value) => value is null ? None : new(Tag.Tensor, 0, value);
    public static implicit operator Arg(long value) => new(Tag.Int, value);
    public static implicit operator Arg(long? value) => value is { } v ? new(Tag.Int, v) : None;
    public static implicit operator Arg(double value) => new(Tag.Double, BitConverter.DoubleToInt64Bits(value));
    public static implicit operator Arg(double? value) => value is { } v ? (Arg)v : None;
    public static implicit operator Arg(bool value) => new(Tag.Bool, value ? 1 : 0);
    public static implicit operator Arg(string? value) => value is null ? None : new(Tag.String, 0, Encoding.UTF8.GetBytes(value));
    public static implicit operator Arg(Device value) => new(Tag.Device, value.Code);
    public static implicit operator Arg(DType value) => new(Tag.Int, (long)value);
    public static implicit operator Arg(DType? value) => value is { } v ? (Arg)v : None;
    public static implicit operator Arg(long[]? value) => value is null ? None : new(Tag.IntList, 0, value);
    public static implicit operator Arg(bool[] value) => new(Tag.BoolList, 0, value);
    public static implicit operator Arg(Tensor[] value) => new(Tag.TensorList, 0, value);
    public static implicit operator Arg(Generator value) => new(Tag.Generator, 0, value ?? throw new ArgumentNullException(nameof(value), "everything random takes a generator"));

    internal static Arg Optional(Tensor?[] value) => new(Tag.OptionalTensorList, 0, value);

    /// <summary>How many 8-byte words of scratch space the argument's list or string needs.</summary>
    internal int Words => reference switch
    {
        null or Tensor => 0,
        byte[] text => (text.Length + 7) / 8,
        Array list => list.Length,
        _ => 0,
    };

    /// <summary>Writes the native value; lists go to <paramref name="scratch"/>, which the caller has pinned.</summary>
    internal unsafe NativeValue Write(long* scratch)
    {
        var value = new NativeValue { Tag = (int)tag, Bits = bits };
        switch (reference)
        {
            case null:
                break;
            case Tensor tensor:
                value.Bits = tensor.Pointer;
                break;
            case Generator generator:
                value.Bits = generator.Pointer;
                break;
            case byte[] text:
                text.CopyTo(new Span<byte>(scratch, text.Length));
                (value.Bits, value.Count) = ((long)scratch, text.Length);
                break;
            case long[] list:
                list.CopyTo(new Span<long>(scratch, list.Length));
                (value.Bits, value.Count) = ((long)scratch, list.Length);
                break;
            case bool[] list:
                for (var k = 0; k < list.Length; k++) scratch[k] = list[k] ? 1 : 0;
                (value.Bits, value.Count) = ((long)scratch, list.Length);
                break;
            case Tensor?[] list:
                for (var k = 0; k < list.Length; k++) scratch[k] = list[k]?.Pointer ?? 0;
                (value.Bits, value.Count) = ((long)scratch, list.Length);
                break;
        }
        return value;
    }

    /// <summary>The shapes an error message shows.</summary>
    internal string? Describe() => reference switch
    {
        Tensor tensor => tensor.Shape.ToString(),
        Tensor?[] list => "(" + string.Join(", ", list.Select(t => t is null ? "none" : t.Shape.ToString())) + ")",
        _ => null,
    };

    /// <summary>What was converted, as a trace shows it: integers as long, types and truth values among them.</summary>
    internal object? Value => reference is byte[] text ? Encoding.UTF8.GetString(text) : reference ?? tag switch
    {
        Tag.Int or Tag.Bool or Tag.Device => bits,
        Tag.Double => BitConverter.Int64BitsToDouble(bits),
        _ => null,
    };

    internal static object?[] Values(ReadOnlySpan<Arg> args)
    {
        var values = new object?[args.Length];
        for (var k = 0; k < values.Length; k++) values[k] = args[k].Value;
        return values;
    }

    internal void KeepAlive() => GC.KeepAlive(reference);
}
