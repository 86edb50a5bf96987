using Elbow.Experiments;

namespace Elbow.Data;

/// <summary>Divides rows into training, validation and test rows.</summary>
internal static class DataSplitting
{
    /// <summary>The three splits (the last two null when empty) and how they came about, in words.</summary>
    public static (IDataset?[] Splits, string Words) Split(DataConfig config, long seed, KnownParts parts)
    {
        var (splits, words) = parts.Test is null ? ByShares(config, seed, parts.Training) : Own(config, parts);
        if (config.TrainingRows is not { } most || splits[0] is not { } training || most >= training.Count) return (splits, words);
        splits[0] = Pick(training, Permutation.Of(training.Count, seed, FewerStream).AsSpan(0, most));
        return (splits, $"{words}; {most} of the training rows, drawn with seed {seed}");
    }

    private static (IDataset?[] Splits, string Words) Own(DataConfig config, KnownParts parts)
    {
        var (training, validation) = (parts.Training, parts.Validation);
        if (config.Validation == 0)
        {
            training = validation is null ? training : new Concatenated(training.Name, training, validation);
            validation = null;
        }
        else if (validation is null)
        {
            validation = Subset.Slice(training, training.Count - parts.HeldOut, parts.HeldOut);
            training = Subset.Slice(training, 0, training.Count - parts.HeldOut);
        }

        return ([training, validation, parts.Test], $"own split: {Counts(training, validation, parts.Test)}");
    }

    private static (IDataset?[] Splits, string Words) ByShares(DataConfig config, long seed, IDataset data)
    {
        // Negated so that NaN is refused as well.
        if (!(config.Validation >= 0 && config.Test >= 0 && config.Validation + config.Test < 1))
        {
            throw new UserException(
                $"data.validation {config.Validation} and data.test {config.Test} leave no training rows",
                "both must be at least 0 and their sum below 1");
        }

        if (config.Validation == 0 && config.Test == 0)
        {
            return ([data, null, null], $"all {data.Count} rows train");
        }

        // Any share above 0 gets at least one row.
        var validation = Rows(config.Validation, data.Count);
        var test = Rows(config.Test, data.Count);
        var training = data.Count - validation - test;
        if (training < 1)
        {
            throw new UserException(
                $"{data.Name}: {data.Count} rows are too few for {validation} validation and {test} test rows",
                "set data.validation and data.test to 0, or use more data");
        }

        var order = Permutation.Of(data.Count, seed, SplitStream);
        var splits = new IDataset?[]
        {
            Pick(data, order.AsSpan(0, training)), Pick(data, order.AsSpan(training, validation)),
            Pick(data, order.AsSpan(training + validation)),
        };
        return (splits, $"split with seed {seed}: {Counts(splits[0], splits[1], splits[2])}");
    }

    // Sets the split apart from the order of epochs, which has the same seed.
    private const long SplitStream = -1;
    private const long FewerStream = -2;

    private static int Rows(double share, int count) => share == 0 ? 0 : Math.Max(1, (int)Math.Round(share * count));

    // Rows stay in stored order within a split: faster to read, and easier to compare with the file.
    private static Subset? Pick(IDataset data, Span<int> rows)
    {
        rows.Sort();
        return rows.IsEmpty ? null : new Subset(data, rows);
    }

    private static string Counts(IDataset? training, IDataset? validation, IDataset? test) =>
        $"{training!.Count} train, {validation?.Count ?? 0} validation, {test?.Count ?? 0} test";
}
