using Elbow.Experiments;

namespace Elbow.Data;

/// <summary>Scaling and binarisation, fitted on the training rows (or, when asked for, on all) and then applied to every split.</summary>
internal sealed class Preparation
{
    private readonly DataConfig config;
    private readonly long seed;
    private readonly Func<IDataset, IDataset> scale;

    private Preparation(DataConfig config, long seed, Func<IDataset, IDataset> scale, string words) =>
        (this.config, this.seed, this.scale, Words) = (config, seed, scale, words);

    /// <summary>What is done, with its seeds.</summary>
    public string Words { get; }

    /// <summary>Fits to the training rows, the first split.</summary>
    /// <exception cref="UserException">The data has no bounds that the configuration needs, or the rows to fit on make no difference.</exception>
    public static Preparation Fit(DataConfig config, long seed, IReadOnlyList<IDataset?> splits)
    {
        var (kind, training) = (config.Scale, splits[0]!);
        var all = config.ScaleRows == ScaleRows.All;
        if (all && kind is not (ScaleKind.Standardise or ScaleKind.MinMax))
            throw new UserException($"data.scaleRows all has no effect: data.scale {Lower(kind)} is fitted on no rows", "set data.scale to minMax or standardise, or leave data.scaleRows out");
        if (config.Binarise != BinariseKind.None)
        {
            // Grey levels are probabilities only after division by the highest level.
            kind = kind == ScaleKind.None && training.Range.Kind == RangeKind.Levels ? ScaleKind.Unit : kind;
            var range = kind == ScaleKind.None ? training.Range.Kind : kind is ScaleKind.Unit or ScaleKind.MinMax ? RangeKind.Unit
                : RangeKind.Real;
            if (range is not (RangeKind.Binary or RangeKind.Unit))
            {
                throw new UserException(
                    $"data.binarise needs values in [0, 1]; {training.Name} holds {training.Range} and data.scale is {Lower(kind)}",
                    training.Range.Kind == RangeKind.Real ? "set data.scale to minMax" : "set data.scale to unit");
            }
        }

        var words = $"scale {Lower(kind)}{(all ? " fitted on the rows of all splits" : "")}, binarise {Lower(config.Binarise)}" + config.Binarise switch
        {
            BinariseKind.Static => $" (seed {config.ResampleSeed})",
            BinariseKind.Dynamic => $" (training rows: seed {seed} and epoch; held-out rows: seed {config.ResampleSeed})",
            _ => "",
        };
        var rows = all ? new Concatenated(training.Name, [.. splits.OfType<IDataset>()]) : training;
        return new Preparation(config, seed, Scaled.Fit(kind, rows, all), words);
    }

    /// <summary>The prepared split.</summary>
    /// <param name="data">Rows as stored.</param>
    /// <param name="split">0 training, 1 validation, 2 test: splits with equal row numbers get different draws.</param>
    public IDataset Apply(IDataset data, int split)
    {
        var scaled = scale(data);
        return config.Binarise switch
        {
            BinariseKind.None => scaled,
            BinariseKind.Dynamic when split == 0 => new Binarised(scaled, BinariseKind.Dynamic, seed),
            BinariseKind.Dynamic => new Binarised(scaled, BinariseKind.Static, Drawn(split)),
            var kind => new Binarised(scaled, kind, Drawn(split)),
        };
    }

    /// <summary>As <see cref="Apply"/> for a split that may be empty.</summary>
    public IDataset? Held(IDataset? data, int split) => data is null ? null : Apply(data, split);

    private long Drawn(int split) => (long)CounterHash.Key(config.ResampleSeed, split);

    private static string Lower<T>(T value)
        where T : struct, Enum => char.ToLowerInvariant($"{value}"[0]) + $"{value}"[1..];
}
