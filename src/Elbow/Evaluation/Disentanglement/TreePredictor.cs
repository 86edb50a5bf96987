using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.FastTree;

namespace Elbow.Evaluation.Disentanglement;

/// <summary>Boosted trees or a forest; importance is the sum of what all splits at a latent gain.</summary>
/// <remarks>
/// Classes are predicted as one indicator each, by least squares, whose gain is that of the Gini index. One thread and a seed: the same trees each time. Among equal splits the library takes the
/// first column, so everything is grown twice, with the columns in both orders, and averaged: two equal latents then share their importance.
/// </remarks>
internal sealed class TreePredictor(bool boosted) : IPredictor
{
    private const int Trees = 40, Leaves = 8, LeastRows = 5;
    private const double Rate = 0.2;

    public string Name => boosted
        ? $"{Trees} boosted trees of {Leaves} leaves, rate {Rate}"
        : $"forest of {Trees} bagged trees of up to {4 * Leaves} leaves";

    public (double[] Importance, double Score) Run(FactoredCodes fit, FactoredCodes test, int k, int seed)
    {
        var (factor, tested) = (fit.Factors[k], test.Factors[k]);
        if (factor.Kind != FactorKind.Nominal)
        {
            // Trees work in single precision: standardised values keep their digits.
            var units = new Standardised(factor.Values, 1);
            var (importance, predicted) = Grow(fit, test, units.Of(factor.Values), seed);
            return (importance, Fit.R2(units.Of(tested.Values), predicted));
        }
        var (sum, scores) = (new double[fit.LatentDim], new double[factor.LevelCount][]);
        for (var level = 0; level < factor.LevelCount; level++)
        {
            (var importance, scores[level]) = Grow(fit, test, [.. factor.Levels.Select(own => own == level ? 1.0 : 0.0)], seed);
            for (var j = 0; j < sum.Length; j++) sum[j] += importance[j];
        }
        var right = Enumerable.Range(0, test.Count).Count(n => Enumerable.Range(0, factor.LevelCount).MaxBy(level => scores[level][n]) == tested.Levels[n]);
        return (sum, (double)right / test.Count);
    }

    private (double[] Importance, double[] Predicted) Grow(FactoredCodes fit, FactoredCodes test, double[] y, int seed)
    {
        var importance = new double[fit.LatentDim];
        // Nothing to learn, or nothing to learn from: the library has no trees without a split.
        var moments = Moments.Of(y);
        if (moments.Variance == 0 || fit.Spread().Max() == 0) return (importance, [.. Enumerable.Repeat(moments.Mean, test.Count)]);
        var predicted = new double[test.Count];
        foreach (var reversed in new[] { false, true })
        {
            var (gains, scores) = Grow(fit, test, y, reversed, seed);
            for (var j = 0; j < importance.Length; j++) importance[j] += gains[j] / 2;
            for (var n = 0; n < predicted.Length; n++) predicted[n] += scores[n] / 2;
        }
        return (importance, predicted);
    }

    private (double[] Gains, double[] Predicted) Grow(FactoredCodes fit, FactoredCodes test, double[] y, bool reversed, int seed)
    {
        var (context, L) = (new MLContext(seed), fit.LatentDim);
        var (rows, tests) = (Rows(context, fit, y, reversed), Rows(context, test, null, reversed));
        TreeEnsembleModelParameters ensemble;
        IDataView scored;
        if (boosted)
        {
            var model = context.Regression.Trainers.FastTree(new FastTreeRegressionTrainer.Options
            {
                NumberOfTrees = Trees, NumberOfLeaves = Leaves, LearningRate = Rate, MinimumExampleCountPerLeaf = LeastRows, NumberOfThreads = 1, Seed = seed, FeatureSelectionSeed = seed,
            }).Fit(rows);
            (ensemble, scored) = (model.Model, model.Transform(tests));
        }
        else
        {
            var model = context.Regression.Trainers.FastForest(new FastForestRegressionTrainer.Options
            {
                NumberOfTrees = Trees, NumberOfLeaves = 4 * Leaves, MinimumExampleCountPerLeaf = LeastRows, NumberOfThreads = 1, Seed = seed, FeatureSelectionSeed = seed, FeatureFraction = 1, FeatureFractionPerSplit = 1,
            }).Fit(rows);
            (ensemble, scored) = (model.Model, model.Transform(tests));
        }
        var gains = new double[L];
        foreach (var tree in Ensemble(ensemble))
        {
            for (var split = 0; split < tree.SplitGains.Count; split++)
            {
                var column = tree.NumericalSplitFeatureIndexes[split];
                gains[reversed ? L - 1 - column : column] += Math.Max(0, tree.SplitGains[split]);
            }
        }
        return (gains, [.. scored.GetColumn<float>("Score").Select(score => (double)score)]);
    }

    private static IEnumerable<RegressionTreeBase> Ensemble(TreeEnsembleModelParameters parameters) => parameters switch
    {
        FastTreeRegressionModelParameters regression => regression.TrainedTreeEnsemble.Trees,
        FastForestRegressionModelParameters forest => forest.TrainedTreeEnsemble.Trees,
        _ => throw new InvalidOperationException($"trees of an unexpected kind: {parameters.GetType().Name}"),
    };

    private static IDataView Rows(MLContext context, FactoredCodes data, double[]? y, bool reversed)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, data.LatentDim);
        var L = data.LatentDim;
        var rows = new Row[data.Count];
        for (var n = 0; n < rows.Length; n++)
        {
            var features = new float[L];
            for (var j = 0; j < L; j++) features[reversed ? L - 1 - j : j] = (float)data.Codes[n * L + j];
            rows[n] = new Row { Features = features, Label = (float)(y?[n] ?? 0) };
        }
        return context.Data.LoadFromEnumerable(rows, schema);
    }

    private sealed class Row
    {
        public float[] Features { get; set; } = [];

        public float Label { get; set; }
    }
}
