using Elbow.Torch;

namespace Elbow.Evaluation.Metrics;

/// <summary>Compares two sets of examples by a number or a few. Computed in float64.</summary>
public interface IMetric
{
    /// <summary>What a person types: <c>fid</c>.</summary>
    string Name { get; }

    /// <summary>What it measures, in one line.</summary>
    string Summary { get; }

    /// <summary>Whether it looks at pictures <c>(N, C, H, W)</c> with values in [0, 1] instead of features <c>(N, D)</c>.</summary>
    bool OfPictures => false;

    /// <summary>Measures how far one set is from another.</summary>
    /// <param name="real">The set to be matched, float64.</param>
    /// <param name="fake">The set that should match it, float64.</param>
    /// <param name="options">Settings; a metric uses those that concern it.</param>
    /// <exception cref="Experiments.UserException">Too few rows, different numbers of features, values that are not finite.</exception>
    MetricResult Compare(Tensor real, Tensor fake, MetricOptions options);
}
