namespace Elbow.Evaluation.Disentanglement;

/// <summary>Predicts a factor from all latents and says how much each of them mattered.</summary>
internal interface IPredictor
{
    /// <summary>In results, with its settings.</summary>
    string Name { get; }

    /// <summary>Fits on one half, tests on the other.</summary>
    /// <param name="fit">Rows to fit.</param>
    /// <param name="test">Rows to test.</param>
    /// <param name="k">Which factor.</param>
    /// <param name="seed">Of what is drawn.</param>
    /// <returns>Importance of each latent, at least 0, and the score on the test rows: accuracy for a nominal factor, else R², at least 0.</returns>
    (double[] Importance, double Score) Run(FactoredCodes fit, FactoredCodes test, int k, int seed);
}

/// <summary>How well numbers are predicted.</summary>
internal static class Fit
{
    /// <summary>1 − Σ(y − ŷ)²/Σ(y − ȳ)², at least 0.</summary>
    public static double R2(double[] y, double[] predicted)
    {
        var residual = 0.0;
        for (var n = 0; n < y.Length; n++) residual += Math.Pow(y[n] - predicted[n], 2);
        var variance = Moments.Of(y).Variance;
        return variance > 0 ? Math.Max(0, 1 - residual / (variance * y.Length)) : 0;
    }
}
