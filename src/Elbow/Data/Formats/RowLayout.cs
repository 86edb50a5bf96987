namespace Elbow.Data.Formats;

/// <summary>Where rows lie in a file.</summary>
/// <param name="Offset">First byte of row 0.</param>
/// <param name="Stride">Bytes from one row to the next.</param>
/// <param name="Count">Number of rows.</param>
/// <param name="Shape">The shape of one row.</param>
/// <param name="Format">How one number is stored.</param>
internal sealed record RowLayout(long Offset, int Stride, int Count, DataShape Shape, NumberFormat Format);
