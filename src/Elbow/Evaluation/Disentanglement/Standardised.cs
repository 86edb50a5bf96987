namespace Elbow.Evaluation.Disentanglement;

/// <summary>Rows of numbers, each column with mean 0 and variance 1 on the rows to fit; columns that do not vary there become 0.</summary>
internal sealed class Standardised
{
    private readonly double[] mean;
    private readonly double[] scale;

    /// <param name="x">Rows to fit <c>(n, L)</c>.</param>
    /// <param name="L">Columns.</param>
    public Standardised(double[] x, int L)
    {
        (this.L, mean, scale) = (L, new double[L], new double[L]);
        var column = new double[x.Length / L];
        for (var j = 0; j < L; j++)
        {
            for (var n = 0; n < column.Length; n++) column[n] = x[n * L + j];
            var moments = Moments.Of(column);
            (mean[j], scale[j]) = (moments.Mean, moments.Variance > 0 ? 1 / Math.Sqrt(moments.Variance) : 0);
        }
    }

    public int L { get; }

    /// <summary>Any rows in these units.</summary>
    public double[] Of(double[] x)
    {
        var y = new double[x.Length];
        for (var i = 0; i < x.Length; i++) y[i] = (x[i] - mean[i % L]) * scale[i % L];
        return y;
    }
}
