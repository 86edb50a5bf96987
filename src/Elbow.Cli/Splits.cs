using Elbow.Data;
using Elbow.Experiments;

namespace Elbow.Cli;

/// <summary>Finds a split by the name a person types.</summary>
internal static class Splits
{
    internal static IDataset Find(DataSplits data, string name) => name switch
    {
        "train" => data.Train,
        "validation" => data.Validation ?? throw Empty(name),
        "test" => data.Test ?? throw Empty(name),
        _ => throw new UserException($"there is no split '{name}'", "use --split train, validation or test"),
    };

    private static UserException Empty(string name) => new($"the run held out no {name} data", $"use --split train, or train with data.{name} above 0");
}
