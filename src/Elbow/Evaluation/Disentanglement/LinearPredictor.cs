namespace Elbow.Evaluation.Disentanglement;

/// <summary>Lasso for numbers, penalised softmax regression for classes; importance is the absolute weight on standardised codes.</summary>
internal sealed class LinearPredictor : IPredictor
{
    private static readonly double[] Penalties = [0.1, 0.03, 0.01, 0.003, 0.001];

    public string Name => "lasso (penalty by three-fold cross-validation) for ordered and continuous factors, softmax regression with an absolute penalty for nominal ones";

    public (double[] Importance, double Score) Run(FactoredCodes fit, FactoredCodes test, int k, int seed)
    {
        var L = fit.LatentDim;
        var units = new Standardised(fit.Codes, L);
        var (x, xTest) = (units.Of(fit.Codes), units.Of(test.Codes));
        var (y, yTest) = (fit.Factors[k], test.Factors[k]);
        return y.Kind == FactorKind.Nominal ? Classes(x, xTest, L, y, yTest) : Numbers(x, xTest, L, y.Values, yTest.Values);
    }

    private static (double[] Importance, double Score) Numbers(double[] x, double[] xTest, int L, double[] y, double[] yTest)
    {
        var units = new Standardised(y, 1);
        var w = Lasso.FitBest(x, L, units.Of(y));
        return ([.. w.Select(Math.Abs)], Fit.R2(units.Of(yTest), Lasso.Predict(xTest, L, w)));
    }

    private static (double[] Importance, double Score) Classes(double[] x, double[] xTest, int L, Factor y, Factor yTest)
    {
        // The penalty that does best on a third of the rows, then a fit to all of them.
        var third = y.Levels.Length / 3 * L;
        var (inner, outer) = (y.Levels[(third / L)..], y.Levels[..(third / L)]);
        var best = Penalties.MaxBy(penalty => SoftmaxRegression.Fit(x[third..], L, inner, y.LevelCount, penalty).Accuracy(x[..third], outer));
        var model = SoftmaxRegression.Fit(x, L, y.Levels, y.LevelCount, best);
        return (model.Importance(), model.Accuracy(xTest, yTest.Levels));
    }
}
