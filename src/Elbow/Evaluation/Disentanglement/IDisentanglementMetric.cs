namespace Elbow.Evaluation.Disentanglement;

/// <summary>A measure of how factors of variation lie in the latents of a code, 0 to 1. <see cref="Scoring"/> adds errors and the level of chance.</summary>
public interface IDisentanglementMetric
{
    /// <summary>What <c>--metrics</c> calls it.</summary>
    string Name { get; }

    /// <summary>How its error is found.</summary>
    ErrorSource Error { get; }

    /// <summary>In which direction it errs, in words.</summary>
    string Bias { get; }

    /// <summary>Sample counts, bins and the like.</summary>
    IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>Measures once.</summary>
    /// <param name="data">Codes with their factors.</param>
    /// <param name="seed">Of what is drawn.</param>
    IReadOnlyList<Reading> Read(FactoredCodes data, int seed);
}

/// <summary>Where the standard error of a score comes from.</summary>
public enum ErrorSource
{
    /// <summary>Rows drawn anew with replacement; their standard deviation.</summary>
    Bootstrap,
    /// <summary>Random halves to fit and to test; their standard deviation s over D splits, s·√(1/D + 1).</summary>
    Splits,
    /// <summary>Other draws of votes from the same rows; s/√D. The error that comes from having only N rows is not in it.</summary>
    Draws,
}

/// <summary>One number that a measure gives.</summary>
/// <param name="Name">Its name in results.</param>
/// <param name="Value">0 to 1.</param>
public sealed record Reading(string Name, double Value)
{
    /// <summary>The value with its known bias taken out; null where no correction is known.</summary>
    public double? Corrected { get; init; }

    /// <summary>What each factor contributes; empty when it is no mean over factors.</summary>
    public IReadOnlyList<double> PerFactor { get; init; } = [];

    /// <summary>What each latent contributes; NaN for latents that do not count.</summary>
    public IReadOnlyList<double> PerLatent { get; init; } = [];
}
