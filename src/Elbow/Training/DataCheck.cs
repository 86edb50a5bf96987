using Elbow.Data;
using Elbow.Experiments;
using Elbow.Networks;

namespace Elbow.Training;

/// <summary>Whether a likelihood can explain the data at all: asked before training, not after hours of infinite losses.</summary>
public static class DataCheck
{
    /// <summary>Compares the range of the data with the support of the likelihood.</summary>
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
                    "set data.binarise to dynamic, static or threshold; or choose continuousBernoulli; or model.likelihood.allowGrey=true for a cross-entropy that is not a likelihood");
            case Support.UnitInterval when range.Kind is not (RangeKind.Binary or RangeKind.Unit):
                throw new UserException($"the data are {range}, a {kind} likelihood explains only numbers from 0 to 1", "set data.scale to unit or minMax");
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
    }

    private static int Levels(DataRange range) => range.Kind == RangeKind.Binary ? 2 : range.LevelCount;
}
