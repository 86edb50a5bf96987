namespace Elbow.Diagnostics;

/// <summary>The lower triangular factors S_n of N covariances Σ_n = S_n S_nᵀ, packed row by row without what is 0.</summary>
/// <remarks><b>Shapes:</b> given as <c>(N, L, L)</c>. Nothing here ever forms Σ or its inverse: both would lose half of the digits.</remarks>
internal sealed class CholeskyFactors
{
    private readonly double[] packed;

    private CholeskyFactors(double[] packed, int latentDim) => (this.packed, LatentDim) = (packed, latentDim);

    /// <summary>L.</summary>
    internal int LatentDim { get; }

    /// <summary>Numbers of one factor.</summary>
    private int Size => LatentDim * (LatentDim + 1) / 2;

    /// <summary>S_n: the numbers of row j start at j(j + 1)/2.</summary>
    internal ReadOnlySpan<double> this[int n] => packed.AsSpan(n * Size, Size);

    /// <summary>Checks and packs.</summary>
    /// <exception cref="ArgumentException">A number is not finite, above the diagonal and not 0, or on the diagonal and not positive.</exception>
    internal static CholeskyFactors From(ReadOnlySpan<double> scale, int L)
    {
        var N = scale.Length / (L * L);
        var packed = new double[checked(N * (L * (L + 1) / 2))];
        var to = 0;
        for (var i = 0; i < scale.Length; i++)
        {
            var (n, row, column) = (i / (L * L), i / L % L, i % L);
            var value = scale[i];
            if (!double.IsFinite(value) || (column > row && value != 0) || (column == row && !(value > 1e-130 && value < 1e130)))
                throw new ArgumentException($"scale of example {n}, row {row}, column {column} is {value}: expected lower triangular factors with a positive diagonal", nameof(scale));
            if (column <= row) packed[to++] = value;
        }
        return new CholeskyFactors(packed, L);
    }

    /// <summary>The factors of some of the examples.</summary>
    internal CholeskyFactors Of(ReadOnlySpan<int> codes)
    {
        var some = new double[codes.Length * Size];
        for (var i = 0; i < codes.Length; i++) this[codes[i]].CopyTo(some.AsSpan(i * Size));
        return new CholeskyFactors(some, LatentDim);
    }

    /// <summary>log Σ_n,jj, the variances of the marginals: sums of squares of the rows. → <c>(N, L)</c>.</summary>
    internal double[] MarginalLogVar()
    {
        var logVar = new double[packed.Length / Size * LatentDim];
        for (var i = 0; i < logVar.Length; i++)
        {
            var (n, j) = (i / LatentDim, i % LatentDim);
            var own = this[n][Start(j) + j];
            var ratio = 0.0;
            foreach (var value in this[n].Slice(Start(j), j)) ratio += value / own * (value / own);
            logVar[i] = 2 * Math.Log(own) + Math.Log(1 + ratio);
        }
        return logVar;
    }

    /// <summary>Σ_j log S_n,jj = ½ log det Σ_n.</summary>
    internal double LogDet(int n)
    {
        var sum = 0.0;
        for (var j = 0; j < LatentDim; j++) sum += Math.Log(this[n][Start(j) + j]);
        return sum;
    }

    /// <summary>S_n ε. <c>(L)</c> → <c>(L)</c>.</summary>
    internal void Apply(int n, ReadOnlySpan<double> eps, Span<double> to)
    {
        var factor = this[n];
        for (var j = 0; j < LatentDim; j++)
        {
            to[j] = 0;
            for (var k = 0; k <= j; k++) to[j] += factor[Start(j) + k] * eps[k];
        }
    }

    /// <summary>S_n⁻¹ d in place, by forward substitution. <c>(L)</c>.</summary>
    internal void Solve(int n, Span<double> d)
    {
        var factor = this[n];
        for (var j = 0; j < LatentDim; j++)
        {
            for (var k = 0; k < j; k++) d[j] -= factor[Start(j) + k] * d[k];
            d[j] /= factor[Start(j) + j];
        }
    }

    internal static int Start(int row) => row * (row + 1) / 2;
}
