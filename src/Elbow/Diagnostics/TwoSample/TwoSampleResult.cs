namespace Elbow.Diagnostics;

/// <summary>What a test says of two samples: how far apart they are, and how far two samples of one distribution would be.</summary>
/// <param name="Test">Which test.</param>
/// <param name="Statistic">The number it looks at; large where the samples differ.</param>
/// <param name="NullMean">Its mean when both samples are of one distribution.</param>
/// <param name="NullDeviation">Its standard deviation then.</param>
/// <param name="PValue">How often a value at least as large comes about then.</param>
/// <param name="FromQ">Points of the first sample.</param>
/// <param name="FromP">Points of the second; 0 where the test compares with a density.</param>
/// <param name="Question">What is tested, in words.</param>
public sealed record TwoSampleResult(string Test, double Statistic, double NullMean, double NullDeviation, double PValue, int FromQ, int FromP, string Question)
{
    /// <summary>Standard deviations above what one distribution would show.</summary>
    public double Z => (Statistic - NullMean) / NullDeviation;
}
