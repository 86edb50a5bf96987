namespace Elbow.Evaluation.Disentanglement;

/// <summary>A linear classifier for several classes, with an optional penalty on absolute weights.</summary>
/// <remarks>
/// <para><b>Equation:</b> max (1/n) Σ log softmax(W x + b)_y − λ Σ|W|; accelerated proximal gradient (Beck, Teboulle, A fast iterative shrinkage-thresholding
/// algorithm, 2009) with the step 2/(λ_max(XᵀX/n) + 1): the curvature of the log of a softmax is at most ½.</para>
/// <para><b>Shapes:</b> X <c>(n, L)</c> standardised, y <c>(n)</c> in 0..C−1 → W <c>(C, L)</c>, b <c>(C)</c>. Offsets are not penalised.</para>
/// </remarks>
internal sealed class SoftmaxRegression
{
    private readonly int L;
    private readonly int classes;
    // Row c: the weights of class c, then its offset.
    private double[] weights;

    private SoftmaxRegression(int L, int classes) => (this.L, this.classes, weights) = (L, classes, new double[classes * (L + 1)]);

    public static SoftmaxRegression Fit(double[] x, int L, int[] y, int classes, double penalty, int iterations = 200)
    {
        var model = new SoftmaxRegression(L, classes);
        var step = 2 / (1.05 * LargestEigenvalue(x, L) + 1);
        var (at, momentum) = ((double[])model.weights.Clone(), 1.0);
        for (var iteration = 0; iteration < iterations; iteration++)
        {
            var gradient = model.Gradient(at, x, y);
            var next = new double[at.Length];
            for (var i = 0; i < at.Length; i++)
            {
                var moved = at[i] + step * gradient[i];
                next[i] = i % (L + 1) == L ? moved : Math.Sign(moved) * Math.Max(0, Math.Abs(moved) - step * penalty);
            }
            var nextMomentum = (1 + Math.Sqrt(1 + 4 * momentum * momentum)) / 2;
            for (var i = 0; i < at.Length; i++) at[i] = next[i] + (momentum - 1) / nextMomentum * (next[i] - model.weights[i]);
            (model.weights, momentum) = (next, nextMomentum);
        }
        return model;
    }

    /// <summary>Σ over classes of |W|, one for each column.</summary>
    public double[] Importance() => [.. Enumerable.Range(0, L).Select(j => Enumerable.Range(0, classes).Sum(c => Math.Abs(weights[c * (L + 1) + j])))];

    /// <summary>Share of the rows whose likeliest class is theirs.</summary>
    public double Accuracy(double[] x, int[] y)
    {
        var (right, scores) = (0, new double[classes]);
        for (var n = 0; n < y.Length; n++)
        {
            Scores(weights, x, n, scores);
            if (Array.IndexOf(scores, scores.Max()) == y[n]) right++;
        }
        return (double)right / y.Length;
    }

    /// <summary>log softmax(W x + b)_y of each row, in nats.</summary>
    public double[] LogLikelihood(double[] x, int[] y)
    {
        var (values, scores) = (new double[y.Length], new double[classes]);
        for (var n = 0; n < y.Length; n++)
        {
            Scores(weights, x, n, scores);
            var most = scores.Max();
            values[n] = scores[y[n]] - most - Math.Log(scores.Sum(score => Math.Exp(score - most)));
        }
        return values;
    }

    // Of the mean log-likelihood, upwards.
    private double[] Gradient(double[] w, double[] x, int[] y)
    {
        var (gradient, scores) = (new double[w.Length], new double[classes]);
        for (var n = 0; n < y.Length; n++)
        {
            Scores(w, x, n, scores);
            var most = scores.Max();
            var sum = 0.0;
            for (var c = 0; c < classes; c++) sum += scores[c] = Math.Exp(scores[c] - most);
            for (var c = 0; c < classes; c++)
            {
                var residual = ((c == y[n] ? 1 : 0) - scores[c] / sum) / y.Length;
                var row = c * (L + 1);
                for (var j = 0; j < L; j++) gradient[row + j] += residual * x[n * L + j];
                gradient[row + L] += residual;
            }
        }
        return gradient;
    }

    private void Scores(double[] w, double[] x, int n, double[] scores)
    {
        for (var c = 0; c < classes; c++)
        {
            var row = c * (L + 1);
            var sum = w[row + L];
            for (var j = 0; j < L; j++) sum += w[row + j] * x[n * L + j];
            scores[c] = sum;
        }
    }

    private static double LargestEigenvalue(double[] x, int L)
    {
        var (v, value) = (Enumerable.Range(0, L).Select(j => 1.0 + 0.1 * j).ToArray(), 0.0);
        for (var turn = 0; turn < 30; turn++)
        {
            var next = new double[L];
            for (var n = 0; n < x.Length / L; n++)
            {
                var along = 0.0;
                for (var j = 0; j < L; j++) along += x[n * L + j] * v[j];
                for (var j = 0; j < L; j++) next[j] += along * x[n * L + j] * L / x.Length;
            }
            value = Math.Sqrt(next.Sum(c => c * c));
            if (value == 0) return 0;
            v = [.. next.Select(c => c / value)];
        }
        return value;
    }
}
