namespace Elbow;

/// <summary>The shape of one example. A plain vector of D numbers is (1, 1, D).</summary>
/// <param name="Channels">1 for grey, 3 for colour.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
public readonly record struct DataShape(int Channels, int Height, int Width)
{
    /// <summary>D: numbers in one example.</summary>
    public int Size => Channels * Height * Width;

    /// <summary>Whether it can be shown as a picture: more than one row and column, one or three channels.</summary>
    public bool IsImage => Height > 1 && Width > 1 && Channels is 1 or 3;

    /// <summary>A vector of D numbers.</summary>
    public static DataShape Vector(int size) => new(1, 1, size);

    /// <summary>For example <c>1×28×28</c>.</summary>
    public override string ToString() => IsImage || Height > 1 ? $"{Channels}×{Height}×{Width}" : $"{Size}";
}
