namespace Elbow;

/// <summary>The shape of one example; a vector of D numbers is (1, 1, D). Stored channel by channel, rows top to bottom.</summary>
/// <param name="Channels">C: 1 for grey pictures and vectors, 3 for colour.</param>
/// <param name="Height">H: 1 for vectors.</param>
/// <param name="Width">W: D for vectors.</param>
public readonly record struct DataShape(int Channels, int Height, int Width)
{
    /// <summary>D: numbers in one example, C·H·W.</summary>
    public int Size => Channels * Height * Width;

    /// <summary>Whether examples are vectors rather than pictures.</summary>
    public bool IsVector => Channels == 1 && Height == 1;

    /// <summary>Whether examples can be shown as pictures: rows and columns, one channel or three.</summary>
    public bool IsImage => Height > 1 && Width > 1 && Channels is 1 or 3;

    /// <summary>The shape of vectors of <paramref name="size"/> numbers.</summary>
    public static DataShape Vector(int size) => new(1, 1, size);

    /// <summary><c>64</c> for vectors, <c>28 x 28</c> for grey pictures, <c>3 x 32 x 32</c> for colour.</summary>
    public override string ToString() =>
        IsVector ? $"{Width}" : Channels == 1 ? $"{Height} x {Width}" : $"{Channels} x {Height} x {Width}";
}
