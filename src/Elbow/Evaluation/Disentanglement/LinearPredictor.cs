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
        // The greatest penalty whose likelihood on a third of the rows is within one standard error of the best (Breiman, Friedman, Olshen, Stone, Classification and Regression Trees, 1984), then a fit
        // to all rows. Not the accuracy there: a large penalty may leave two classes apart by a hair, right on the third and wrong after the fit to all.
        var third = y.Levels.Length / 3 * L;
        var (inner, outer) = (y.Levels[(third / L)..], y.Levels[..(third / L)]);
        Estimate[] held = [.. Penalties.Select(penalty => Estimate.Of(SoftmaxRegression.Fit(x[third..], L, inner, y.LevelCount, penalty).LogLikelihood(x[..third], outer)))];
        var best = held.MaxBy(likelihood => likelihood.Value);
        var chosen = Penalties[Array.FindIndex(held, likelihood => likelihood.Value >= best.Value - best.StandardError)];
        var model = SoftmaxRegression.Fit(x, L, y.Levels, y.LevelCount, chosen);
        return (model.Importance(), model.Accuracy(xTest, yTest.Levels));
    }
}
