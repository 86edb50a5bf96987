using Elbow.Experiments;

namespace Elbow.Data;

/// <summary>What data looks like, and what that suggests.</summary>
public sealed record DataSummary
{
    /// <summary>What was looked at.</summary>
    public required string Name { get; init; }

    /// <summary>The <c>data.kind</c> under which the path opens; null when it was no path.</summary>
    public string? Kind { get; init; }

    /// <summary>N: rows.</summary>
    public required int Count { get; init; }

    /// <summary>The shape of one row.</summary>
    public required DataShape Shape { get; init; }

    /// <summary>Which values occur.</summary>
    public required DataRange Range { get; init; }

    /// <summary>Smallest value.</summary>
    public required double Least { get; init; }

    /// <summary>Largest value.</summary>
    public required double Most { get; init; }

    /// <summary>Mean of all values.</summary>
    public required double Mean { get; init; }

    /// <summary>Standard deviation of all values.</summary>
    public required double Deviation { get; init; }

    /// <summary>Share of values that are exactly 0.</summary>
    public required double Zeros { get; init; }

    /// <summary>Share of values that are exactly 1.</summary>
    public required double Ones { get; init; }

    /// <summary>Number of distinct values; null when more than 1024.</summary>
    public required int? DistinctValues { get; init; }

    /// <summary>Columns that never change.</summary>
    public required int ConstantColumns { get; init; }

    /// <summary>Rows per class, for each label column.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> Labels { get; init; }

    /// <summary>Likelihoods that fit such values, the first choice first (names as in the configuration).</summary>
    public required IReadOnlyList<string> SuggestedLikelihoods { get; init; }

    /// <summary>The <c>data.scale</c> that goes with the first of them.</summary>
    public required ScaleKind SuggestedScale { get; init; }

    /// <summary>Opens whatever is at the path and looks at all of it.</summary>
    /// <param name="path">idx, npy, npz, CSV, CIFAR binary (told by their first bytes) or a folder of images.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="labelColumn">As <see cref="DataConfig.LabelColumn"/>.</param>
    /// <exception cref="UserException">Missing, damaged, or no kind of data that is known; a value is not finite.</exception>
    public static DataSummary OfPath(string path, IProgress<DataProgress>? progress = null, string? labelColumn = null)
    {
        var kind = DataFiles.Guess(path);
        var data = DataFiles.Open(new DataConfig { Kind = kind, Path = path, LabelColumn = labelColumn }, path, progress);
        using var open = data as IDisposable;
        return Of(data, progress) with { Kind = kind };
    }

    /// <summary>Looks at all values.</summary>
    /// <exception cref="UserException">A value is not finite; row and column are named.</exception>
    public static DataSummary Of(IDataset data, IProgress<DataProgress>? progress = null)
    {
        var range = data.Range.Kind == RangeKind.Real ? DataScan.RangeOf(data, progress) : data.Range;
        var distinct = new HashSet<float>();
        var (zeros, ones) = (0L, 0L);
        Rows.ForEachBlock(data, (_, values) =>
        {
            foreach (var value in values)
            {
                zeros += value == 0 ? 1 : 0;
                ones += value == 1 ? 1 : 0;
                if (distinct.Count <= 1024)
                {
                    distinct.Add(value);
                }
            }
        });
        var statistics = ColumnStatistics.Of(data);
        var (mean, deviation, least, most) = statistics.Pooled(0, data.Shape.Size);
        var total = (double)data.Count * data.Shape.Size;
        var (likelihoods, scale) = Suggest(range);
        return new DataSummary
        {
            Name = data.Name,
            Count = data.Count,
            Shape = data.Shape,
            Range = range,
            Least = least,
            Most = most,
            Mean = mean,
            Deviation = deviation,
            Zeros = zeros / total,
            Ones = ones / total,
            DistinctValues = distinct.Count <= 1024 ? distinct.Count : null,
            ConstantColumns = Enumerable.Range(0, data.Shape.Size)
                .Count(column => statistics.Pooled(column, 1) is var one && one.Least == one.Most),
            Labels = data.Labels.ToDictionary(column => column.Name, Histogram),
            SuggestedLikelihoods = likelihoods,
            SuggestedScale = scale,
        };
    }

    private static IReadOnlyDictionary<string, int> Histogram(LabelColumn column)
    {
        var counts = new int[column.Classes.Count];
        foreach (var code in column.Codes)
        {
            counts[code]++;
        }

        return column.Classes.Select((name, code) => (name, counts[code])).ToDictionary(pair => pair.name, pair => pair.Item2);
    }

    private static (IReadOnlyList<string> Likelihoods, ScaleKind Scale) Suggest(DataRange range) => range switch
    {
        { Kind: RangeKind.Binary } => (["bernoulli"], ScaleKind.None),
        { Kind: RangeKind.Levels, LevelCount: <= 32 } => (["categorical", "discretisedLogistic"], ScaleKind.None),
        { Kind: RangeKind.Levels } => (["discretisedLogistic", "normal"], ScaleKind.Unit),
        { Kind: RangeKind.Unit } => (["continuousBernoulli", "normal"], ScaleKind.None),
        { Kind: RangeKind.Symmetric } => (["normal", "laplace"], ScaleKind.None),
        _ => (["normal", "laplace"], ScaleKind.Standardise),
    };
}
