namespace Elbow.Evaluation.Disentanglement;

/// <summary>A score with its error, and what unrelated codes would have scored.</summary>
/// <param name="Metric">The measure.</param>
/// <param name="Reading">The value, corrected value and parts.</param>
/// <param name="StandardError">See <see cref="ErrorSource"/>.</param>
/// <param name="Chance">The same measure after the codes were shuffled among the rows: its level without any relation.</param>
/// <param name="Error">Where the error comes from, and from how many repetitions.</param>
/// <param name="Bias">Direction of bias.</param>
/// <param name="Settings">Sample counts, bins and the like.</param>
public sealed record DisentanglementScore(
    string Metric, Reading Reading, double StandardError, double Chance, string Error, string Bias, IReadOnlyDictionary<string, string> Settings);
