using Elbow.Experiments;
using Elbow.Experiments.Configuration;

namespace Elbow.Evaluation.Metrics;

/// <summary>Every metric by its name. To add one, write its class and add it here.</summary>
public static class MetricCatalogue
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<IMetric> All { get; } = [new FrechetDistance(), new KernelDistance(), new Prdc(), new PrecisionRecall(), new GaussianMmd(), new SlicedWasserstein(), new Sharpness()];

    /// <summary>The metric of a name.</summary>
    /// <exception cref="UserException">There is none; the message guesses which was meant.</exception>
    public static IMetric Find(string name)
    {
        var names = All.Select(metric => metric.Name).ToArray();
        return All.FirstOrDefault(metric => metric.Name == name) ?? throw new UserException(
            $"there is no metric '{name}'{(DidYouMean.Closest(name, names) is { } guess ? $"; did you mean {guess}?" : "")}", $"use one of {string.Join(", ", names)}");
    }
}
