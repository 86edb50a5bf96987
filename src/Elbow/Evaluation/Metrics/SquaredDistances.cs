using Elbow.Torch;

namespace Elbow.Evaluation.Metrics;

/// <summary>Squared Euclidean distances in float64 by matrix products, in tiles that fit into memory.</summary>
internal static class SquaredDistances
{
    private const long NumbersAtOnce = 1 << 22;
    private const double Unit = 2.220446049250313e-16;

    /// <summary>‖x_i − y_j‖². <c>x (P, D)</c>, <c>y (R, D)</c> → <c>(P, R)</c>. Rows that are one but for rounding have distance 0.</summary>
    internal static Tensor Between(Tensor x, Tensor y)
    {
        var lengths = x.Square().Sum(1, keep: true) + y.Square().Sum(1, keep: true).T;
        var squares = lengths - 2 * x.Matmul(y.T);
        // The product of D terms is off by some √D units in the last place of the lengths: below that, equal rows would be as far apart as chance has it.
        var floor = 4 * Math.Sqrt(x.Shape[1]) * Unit;
        return Tensor.Where(squares > lengths * floor, squares, 0.0);
    }

    /// <summary>The squared distance of each row to its k-th nearest other row. <c>x (N, D)</c> → <c>(N)</c>.</summary>
    internal static Tensor ToNeighbour(Tensor x, int k)
    {
        var parts = new List<Tensor>();
        foreach (var (first, rows) in Tiles(x.Shape[0], x.Shape[0]))
        {
            using var scope = TensorScope.Open();
            // The nearest of all is the row itself.
            parts.Add(scope.Keep(Between(x.Narrow(0, first, rows), x).TopK(k + 1, 1, largest: false).Values.Select(1, k).Clone()));
        }
        return Tensor.Cat(0, [.. parts]);
    }

    /// <summary>Runs of rows of which the distances to <paramref name="others"/> fit into memory.</summary>
    internal static IEnumerable<(long First, long Rows)> Tiles(long count, long others)
    {
        var rows = Math.Clamp(NumbersAtOnce / others, 1, count);
        for (var first = 0L; first < count; first += rows) yield return (first, Math.Min(rows, count - first));
    }
}
