using Elbow.Data;
using Elbow.Experiments;
using Elbow.Networks;

namespace Elbow.Training;

/// <summary>Whether a likelihood can explain the data at all: asked before training, not after hours of infinite losses.</summary>
public static class DataCheck
{
    // What float32 arithmetic of a scaling may add: to a bound, and to k of the level k/(V - 1), at most 65536 of them.
    private const float Rounding = 1e-5f;
    private const double LevelRounding = 0.02;
    private const string ForReals = "use a likelihood of real numbers (normal, laplace), or bring the data to [0, 1] by data.scale minMax";

    /// <summary>Compares the range of the data, held-out rows included, with the support of the likelihood.</summary>
    /// <exception cref="UserException">Some values have no mass or density.</exception>
    public static void Run(DataSplits data, LikelihoodConfig likelihood, Action<string> warn)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(likelihood);
        ArgumentNullException.ThrowIfNull(warn);
        var range = data.Train.Range;
        var kind = likelihood.GetType().DeclaringType!.Name.Replace("Likelihood", "", StringComparison.Ordinal);
        switch (likelihood.Support)
        {
            case Support.Binary when range.Kind != RangeKind.Binary:
                throw new UserException(
                    $"the data are {range}, a {kind} likelihood explains only 0 and 1",
                    range.Kind is RangeKind.Unit or RangeKind.Levels
                        ? "set data.binarise to dynamic, static or threshold; or choose continuousBernoulli; or model.likelihood.allowGrey=true for a cross-entropy that is not a likelihood"
                        : ForReals);
            case Support.UnitInterval when range.Kind is not (RangeKind.Binary or RangeKind.Unit):
                throw new UserException($"the data are {range}, a {kind} likelihood explains only numbers from 0 to 1", range.Kind == RangeKind.Real ? ForReals : "set data.scale to unit or minMax");
            case Support.UnitInterval when likelihood is BernoulliLikelihood.Config && range.Kind == RangeKind.Unit:
                warn("grey values under a Bernoulli likelihood: every value reported is a cross-entropy, not a log-likelihood, and compares with no other model");
                break;
            case Support.Integers when range.Kind is not (RangeKind.Levels or RangeKind.Binary) || Levels(range) > likelihood.DiscreteLevels:
                throw new UserException(
                    $"the data are {range}, a {kind} likelihood with {likelihood.DiscreteLevels} levels explains only the integers 0 to {likelihood.DiscreteLevels - 1}",
                    range.Kind == RangeKind.Levels ? $"set model.likelihood.levels to {range.LevelCount}" : "use integer data without scaling, or another likelihood");
            case Support.Levels when range.Kind is not (RangeKind.Unit or RangeKind.Binary):
                throw new UserException($"the data are {range}, a {kind} likelihood explains only levels from 0 to 1", "set data.scale to unit");
            case Support.Levels when range.Kind == RangeKind.Unit && range.LevelCount > 0 && range.LevelCount != likelihood.DiscreteLevels:
                throw new UserException(
                    $"the data are {range}, a {kind} likelihood with {likelihood.DiscreteLevels} levels has its bins elsewhere",
                    $"set model.likelihood.levels to {range.LevelCount}");
            case Support.Real when range.Kind == RangeKind.Binary:
                warn($"binary data under a {kind} likelihood: a density, which a learned scale can drive to infinity; bernoulli is the likelihood of such data");
                break;
        }
        foreach (var split in new[] { data.Train, data.Validation, data.Test }.OfType<IDataset>())
        {
            if (likelihood.Support is Support.UnitInterval or Support.Levels && split.Range.Kind is not (RangeKind.Binary or RangeKind.Unit)) MustBeInside(split, kind);
            if (likelihood.Support is Support.Levels && split.Range is { Kind: not RangeKind.Binary, LevelCount: 0 }) MustBeOnGrid(split, kind, likelihood.DiscreteLevels!.Value);
        }
    }

    // A scaling that was fitted to the training rows can leave held-out rows where the formula of the density goes on and the density does not.
    private static void MustBeInside(IDataset split, string kind)
    {
        var outside = new HashSet<int>();
        Rows.ForEachBlock(split.AtEpoch(0), (first, values) =>
        {
            for (var i = 0; i < values.Length; i++)
            {
                if (values[i] is < -Rounding or > 1 + Rounding) outside.Add(first + i / split.Shape.Size);
            }
        });
        if (outside.Count == 0) return;
        throw new UserException(
            $"{outside.Count} of {split.Count} held-out rows lie outside 0 to 1, as the bounds are those of the training rows: a {kind} likelihood gives them no density",
            "scale the data to [0, 1] by bounds that hold for all of it (data.scaleRows all, or in the file), hold out no rows (data.validation and data.test 0), or use a likelihood of real numbers");
    }

    // P(x) of a value between two levels is no probability: over such values the masses do not sum to 1.
    private static void MustBeOnGrid(IDataset split, string kind, int levels)
    {
        Rows.ForEachBlock(split.AtEpoch(0), (first, values) =>
        {
            for (var i = 0; i < values.Length; i++)
            {
                var place = values[i] * (levels - 1.0);
                if (Math.Abs(place - Math.Round(place)) < LevelRounding) continue;
                throw new UserException(
                    $"the data hold {values[i]} (row {first + i / split.Shape.Size}), a {kind} likelihood with {levels} levels explains only 0, 1/{levels - 1}, ..., 1",
                    "set model.likelihood.levels to the number of levels of the data, or use continuousBernoulli or normal");
            }
        });
    }

    private static int Levels(DataRange range) => range.Kind == RangeKind.Binary ? 2 : range.LevelCount;
}
