namespace Elbow.Distributions;

/// <summary>Eigenvalues and orthonormal eigenvectors of a small symmetric matrix.</summary>
/// <remarks>Cyclic Jacobi rotations (Golub, Van Loan, Matrix computations, 8.5): slow beyond a few hundred rows, accurate to the last digits.</remarks>
internal static class SymmetricEigen
{
    private const int MostSweeps = 60;

    /// <param name="matrix"><c>(L, L)</c>, symmetric.</param>
    /// <returns>Ascending values, and vectors whose column i belongs to value i.</returns>
    public static (double[] Values, double[,] Vectors) Of(double[,] matrix)
    {
        var L = matrix.GetLength(0);
        var (a, v) = ((double[,])matrix.Clone(), new double[L, L]);
        for (var i = 0; i < L; i++) v[i, i] = 1;
        for (var sweep = 0; sweep < MostSweeps && OffDiagonal(a) > 0; sweep++)
        {
            for (var p = 0; p < L; p++)
            {
                for (var q = p + 1; q < L; q++) Rotate(a, v, p, q);
            }
        }
        var order = Enumerable.Range(0, L).OrderBy(i => a[i, i]).ToArray();
        var vectors = new double[L, L];
        for (var i = 0; i < L; i++)
        {
            for (var row = 0; row < L; row++) vectors[row, i] = v[row, order[i]];
        }
        return ([.. order.Select(i => a[i, i])], vectors);
    }

    private static void Rotate(double[,] a, double[,] v, int p, int q)
    {
        // What no longer changes either diagonal element is 0.
        if (Math.Abs(a[p, q]) <= 1e-17 * Math.Sqrt(Math.Abs(a[p, p] * a[q, q]))) a[p, q] = a[q, p] = 0;
        if (a[p, q] == 0) return;
        var theta = (a[q, q] - a[p, p]) / (2 * a[p, q]);
        var t = (theta < 0 ? -1 : 1) / (Math.Abs(theta) + Math.Sqrt(theta * theta + 1));
        var c = 1 / Math.Sqrt(t * t + 1);
        var s = t * c;
        for (var i = 0; i < a.GetLength(0); i++) (a[i, p], a[i, q]) = (c * a[i, p] - s * a[i, q], s * a[i, p] + c * a[i, q]);
        for (var i = 0; i < a.GetLength(0); i++) (a[p, i], a[q, i]) = (c * a[p, i] - s * a[q, i], s * a[p, i] + c * a[q, i]);
        a[p, q] = a[q, p] = 0;
        for (var i = 0; i < a.GetLength(0); i++) (v[i, p], v[i, q]) = (c * v[i, p] - s * v[i, q], s * v[i, p] + c * v[i, q]);
    }

    private static double OffDiagonal(double[,] a)
    {
        var sum = 0.0;
        for (var p = 0; p < a.GetLength(0); p++)
        {
            for (var q = p + 1; q < a.GetLength(0); q++) sum += Math.Abs(a[p, q]);
        }
        return sum;
    }
}
