using Elbow.Data;
using Elbow.Experiments;
using Elbow.Training;

namespace Elbow.Cli;

/// <summary>Finds a split by the name a person types, and rows in it.</summary>
internal static class Splits
{
    internal static IDataset Find(DataSplits data, string name) => name switch
    {
        "train" => data.Train,
        "validation" => data.Validation ?? throw Empty(name),
        "test" => data.Test ?? throw Empty(name),
        _ => throw new UserException($"there is no split '{name}'", "use --split train, validation or test"),
    };

    /// <summary>Evenly spaced rows, all when there are not so many.</summary>
    internal static int[] Spread(IDataset data, int count)
    {
        count = Math.Min(count, data.Count);
        return [.. Enumerable.Range(0, count).Select(n => (int)((long)n * data.Count / count))];
    }

    internal static float[] Read(IDataset data, ReadOnlySpan<int> rows)
    {
        var values = new float[rows.Length * data.Shape.Size];
        data.Read(rows, values);
        return values;
    }

    /// <summary>The posterior mean of one row.</summary>
    internal static float[] Code(TrainedModel trained, string split, int row, string option)
    {
        var data = Find(trained.Experiment.Data, split);
        return row >= 0 && row < data.Count
            ? trained.Arrays.Encode(Read(data, [row])).Mean
            : throw new UserException($"{option} {row}: the {split} split has no such row", $"use a row from 0 to {data.Count - 1}");
    }

    private static UserException Empty(string name) => new($"the run held out no {name} data", $"use --split train, or train with data.{name} above 0");
}
