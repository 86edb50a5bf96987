using Elbow.Distributions;

namespace Elbow.Evaluation.Disentanglement;

/// <summary>Linear regression with a penalty on absolute weights, which leaves out what does not help.</summary>
/// <remarks>
/// <para><b>Equation:</b> min_w ‖y − X w‖²/(2n) + λ Σ|w_j|, X and y standardised; accelerated proximal gradient on XᵀX/n (Beck, Teboulle, A fast
/// iterative shrinkage-thresholding algorithm, 2009) from w = 0, which gives equal columns equal weights where coordinate descent would give all to the first.</para>
/// <para><b>Shapes:</b> X <c>(n, L)</c>, y <c>(n)</c> → w <c>(L)</c>.</para>
/// </remarks>
internal static class Lasso
{
    private const int Folds = 3, MostSteps = 5000;
    private const double Settled = 1e-10;

    /// <summary>The penalties that cross-validation tries, as shares of the least one that leaves no weight.</summary>
    private static readonly double[] Shares = [.. Enumerable.Range(0, 16).Select(k => Math.Pow(10, -k / 4.0))];

    /// <summary>Weights at a given penalty.</summary>
    public static double[] Fit(double[] x, int L, double[] y, double penalty)
    {
        var (gram, moment) = Sums(x, L, y, _ => true);
        return Descend(gram, moment, penalty, new double[L]);
    }

    /// <summary>Weights at the penalty that predicts left-out thirds best.</summary>
    public static double[] FitBest(double[] x, int L, double[] y)
    {
        var (gram, moment) = Sums(x, L, y, _ => true);
        var most = moment.Max(Math.Abs);
        if (most == 0) return new double[L];
        var errors = new double[Shares.Length];
        for (var fold = 0; fold < Folds; fold++)
        {
            var left = fold;
            var (foldGram, foldMoment) = Sums(x, L, y, n => n % Folds != left);
            var w = new double[L];
            for (var k = 0; k < Shares.Length; k++)
            {
                w = Descend(foldGram, foldMoment, Shares[k] * most, w);
                errors[k] += Error(x, L, y, w, n => n % Folds == left);
            }
        }
        var best = Shares[Array.IndexOf(errors, errors.Min())] * most;
        return Descend(gram, moment, best, new double[L]);
    }

    /// <summary>X w.</summary>
    public static double[] Predict(double[] x, int L, double[] w) => [.. Enumerable.Range(0, x.Length / L).Select(n => Dot(x, n * L, w))];

    private static double[] Descend(double[,] gram, double[] moment, double penalty, double[] start)
    {
        var (w, at, momentum) = ((double[])start.Clone(), (double[])start.Clone(), 1.0);
        var curvature = SymmetricEigen.Of(gram).Values[^1];
        for (var step = 0; step < MostSteps && curvature > 0; step++)
        {
            var (next, moved) = (new double[w.Length], 0.0);
            for (var j = 0; j < w.Length; j++)
            {
                var slope = moment[j];
                for (var i = 0; i < w.Length; i++) slope -= gram[j, i] * at[i];
                var target = at[j] + slope / curvature;
                next[j] = Math.Sign(target) * Math.Max(0, Math.Abs(target) - penalty / curvature);
                moved = Math.Max(moved, Math.Abs(next[j] - w[j]));
            }
            var nextMomentum = (1 + Math.Sqrt(1 + 4 * momentum * momentum)) / 2;
            for (var j = 0; j < w.Length; j++) at[j] = next[j] + (momentum - 1) / nextMomentum * (next[j] - w[j]);
            (w, momentum) = (next, nextMomentum);
            if (moved < Settled) break;
        }
        return w;
    }

    private static (double[,] Gram, double[] Moment) Sums(double[] x, int L, double[] y, Func<int, bool> takes)
    {
        var (gram, moment, count) = (new double[L, L], new double[L], 0);
        for (var n = 0; n < y.Length; n++)
        {
            if (!takes(n)) continue;
            count++;
            for (var j = 0; j < L; j++)
            {
                moment[j] += x[n * L + j] * y[n];
                for (var i = 0; i <= j; i++) gram[j, i] += x[n * L + j] * x[n * L + i];
            }
        }
        for (var j = 0; j < L; j++)
        {
            moment[j] /= count;
            for (var i = 0; i <= j; i++) gram[i, j] = gram[j, i] /= count;
        }
        return (gram, moment);
    }

    private static double Error(double[] x, int L, double[] y, double[] w, Func<int, bool> takes)
    {
        var sum = 0.0;
        for (var n = 0; n < y.Length; n++)
        {
            if (takes(n)) sum += Math.Pow(y[n] - Dot(x, n * L, w), 2);
        }
        return sum;
    }

    private static double Dot(double[] x, int at, double[] w)
    {
        var sum = 0.0;
        for (var j = 0; j < w.Length; j++) sum += x[at + j] * w[j];
        return sum;
    }
}
