namespace Elbow.Torch;

/// <summary>The sizes of a tensor, outermost first. Unpack it to check the rank: <c>var (B, D) = x.Shape;</c>.</summary>
public readonly struct Shape : IEquatable<Shape>
{
    private readonly long[]? sizes;

    /// <summary>A shape with the given sizes.</summary>
    public Shape(params ReadOnlySpan<long> sizes) => this.sizes = sizes.ToArray();

    internal Shape(long[] sizes) => this.sizes = sizes;

    /// <summary>Number of axes.</summary>
    public int Rank => sizes?.Length ?? 0;

    /// <summary>Number of elements.</summary>
    public long Count
    {
        get
        {
            var count = 1L;
            foreach (var size in AsSpan()) count *= size;
            return count;
        }
    }

    /// <summary>Size along an axis; negative axes count from the end.</summary>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public long this[int axis]
    {
        get
        {
            var at = axis < 0 ? Rank + axis : axis;
            return (uint)at < (uint)Rank ? AsSpan()[at] : throw new ShapeException($"there is no axis {axis} in {this}");
        }
    }

    /// <summary>The sizes as a span.</summary>
    public ReadOnlySpan<long> AsSpan() => sizes;

    /// <summary>The sizes as a new array.</summary>
    public long[] ToArray() => AsSpan().ToArray();

    /// <summary>The axes from <paramref name="from"/> on; negative counts from the end.</summary>
    public Shape Tail(int from) => new(AsSpan()[(from < 0 ? Rank + from : from)..].ToArray());

    /// <summary>The first <paramref name="count"/> axes; negative leaves out that many at the end.</summary>
    public Shape Head(int count) => new(AsSpan()[..(count < 0 ? Rank + count : count)].ToArray());

    /// <summary>This shape followed by more axes.</summary>
    public Shape Append(params ReadOnlySpan<long> more) => new([.. AsSpan(), .. more]);

    /// <summary>Unpacks two axes; throws <see cref="ShapeException"/> on another rank.</summary>
    public void Deconstruct(out long a, out long b)
    {
        var s = Expect(2);
        (a, b) = (s[0], s[1]);
    }

    /// <summary>Unpacks three axes; throws <see cref="ShapeException"/> on another rank.</summary>
    public void Deconstruct(out long a, out long b, out long c)
    {
        var s = Expect(3);
        (a, b, c) = (s[0], s[1], s[2]);
    }

    /// <summary>Unpacks four axes; throws <see cref="ShapeException"/> on another rank.</summary>
    public void Deconstruct(out long a, out long b, out long c, out long d)
    {
        var s = Expect(4);
        (a, b, c, d) = (s[0], s[1], s[2], s[3]);
    }

    /// <inheritdoc/>
    public bool Equals(Shape other) => AsSpan().SequenceEqual(other.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var size in AsSpan()) hash.Add(size);
        return hash.ToHashCode();
    }

    /// <summary>Whether two shapes are the same.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Whether two shapes differ.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    /// <summary>For example <c>[128, 784]</c>.</summary>
    public override string ToString() => "[" + string.Join(", ", AsSpan().ToArray()) + "]";

    private ReadOnlySpan<long> Expect(int rank) => Rank == rank
        ? AsSpan()
        : throw new ShapeException($"expected {rank} axes, got {Rank}: {this}");
}
