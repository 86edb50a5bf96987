using Elbow.Data;
using Elbow.Distributions;
using Elbow.Models;
using Elbow.Torch;

namespace Elbow.Explorer;

/// <summary>A trained model and the data it is shown with.</summary>
/// <param name="Model">In evaluation mode.</param>
/// <param name="Device">Where it lives.</param>
/// <param name="Split">The data.</param>
public sealed record ExplorerSource(LatentVariableModel Model, Device Device, IDataset Split)
{
    /// <summary>train, validation or test.</summary>
    public required string SplitName { get; init; }

    /// <summary>best, last or epoch-N.</summary>
    public required string Checkpoint { get; init; }

    /// <summary>Optimiser steps after which the checkpoint was made.</summary>
    public required long Step { get; init; }

    /// <summary>The kind of likelihood.</summary>
    public required string Likelihood { get; init; }

    /// <summary>What new data are decoded from, in a word: the kind of prior, or the objective that says otherwise.</summary>
    public required string Prior { get; init; }

    /// <summary>What new data are decoded from.</summary>
    public required Func<IDistribution> SamplingDensity { get; init; }

    /// <summary>The values that pictures show black and white.</summary>
    public required (double Low, double High) PictureBounds { get; init; }

    /// <summary>What is known already of every row of the split, by name.</summary>
    public IReadOnlyDictionary<string, double[]> Scores { get; init; } = new Dictionary<string, double[]>();

    /// <summary>Written into the graphs.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>Of every draw: the samples of posteriors and prior, and those by which holes are found.</summary>
    public ulong Seed { get; init; } = 1;
}
