using System.Security.Cryptography;
using System.Text;
using Elbow.Experiments;

namespace Elbow.Data;

/// <summary>From the <c>data</c> part of a configuration to prepared, split data.</summary>
public static class DataSource
{
    private const string Synthetic = "synthetic/";

    /// <summary>All values of <c>data.kind</c>.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
        [.. KnownData.All.Select(set => set.Kind), "sprites", .. DataFiles.Kinds, .. SyntheticData.Names.Select(name => Synthetic + name)];

    /// <summary>The kind under which whatever is at a path opens: by its first bytes, unpacked if gzipped; a folder is one of images.</summary>
    /// <exception cref="UserException">Nothing there, or nothing that is known.</exception>
    public static string KindOf(string path) => DataFiles.Guess(path);

    /// <summary>Opens, splits, scales and binarises.</summary>
    /// <param name="config">What to open and how to prepare it.</param>
    /// <param name="seed">Of random splits, of dynamic binarisation, and of synthetic data without a seed of its own.</param>
    /// <param name="progress">Told how far long loads are.</param>
    /// <param name="locator">Finds known sets; null: <see cref="DataLocator.Default"/>.</param>
    /// <exception cref="UserException">Anything the user can mend: unknown kind, damaged file, no training rows left.</exception>
    public static DataSplits Open(DataConfig config, long seed, IProgress<DataProgress>? progress = null, DataLocator? locator = null)
    {
        locator ??= DataLocator.Default();
        if (DataFiles.Kinds.Contains(config.Kind))
        {
            var path = config.Path ?? throw new UserException($"data.kind {config.Kind} needs data.path",
                "set data.path to the file or folder");
            var data = DataFiles.Open(config, path, progress);
            var hash = DataFiles.Sha256(data, path, new DataHash(locator.Cache), progress);
            return Prepare(config, seed, new KnownParts(data, null, null, 0), hash, $"{data.Name} ({config.Kind}): {Words(data)}");
        }

        if (config.Path is not null)
        {
            throw new UserException($"data.path is set, but data.kind {config.Kind} reads no path",
                $"remove data.path, or set data.kind to one of {string.Join(", ", DataFiles.Kinds)}");
        }

        if (KnownData.Find(config.Kind) is { } set)
        {
            return OpenKnown(config, seed, set, locator, progress);
        }

        var (generated, recipe) = Generate(config, seed);
        return Prepare(config, seed, new KnownParts(generated, null, null, 0),
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(recipe))),
            $"{recipe}: {Words(generated)}");
    }

    private static DataSplits OpenKnown(DataConfig config, long seed, KnownSet set, DataLocator locator, IProgress<DataProgress>? progress)
    {
        if (set.IsBundled)
        {
            var (parts, bundledHash) = BundledDigits.Open(set);
            return Prepare(config, seed, parts, bundledHash, $"{set.Title}: {set.Contents}");
        }

        var (edition, paths, hash) = locator.Require(set, progress);
        return Prepare(config, seed, edition.Open(paths), hash, $"{set.Title}: {set.Contents}; {edition.Note}");
    }

    private static (IDataset Data, string Recipe) Generate(DataConfig config, long seed)
    {
        if (config.Kind == "sprites")
        {
            return (new Sprites(), "sprites 2");
        }

        var name = config.Kind.StartsWith(Synthetic, StringComparison.Ordinal) ? config.Kind[Synthetic.Length..] : null;
        if (name is null || !SyntheticData.Names.Contains(name))
        {
            throw new UserException(
                $"data.kind {config.Kind} is not known",
                $"use one of {string.Join(", ", Kinds)}");
        }

        var drawn = config.Seed ?? seed;
        return (SyntheticData.Create(name, config.Count, drawn), $"{config.Kind}, {config.Count} rows, seed {drawn}");
    }

    private static DataSplits Prepare(DataConfig config, long seed, KnownParts parts, string sha256, string description)
    {
        var source = new[] { parts.Training, parts.Validation, parts.Test }.OfType<IDataset>().ToArray();
        try
        {
            var (splits, how) = DataSplitting.Split(config, seed, parts);
            if (config.Pad > 0)
            {
                how = $"{how}; {config.Pad} pixels around every picture";
                splits = [.. splits.Select(split => split is null ? null : Pad(split, config.Pad))];
            }

            var fit = Preparation.Fit(config, seed, splits);
            return new DataSplits(fit.Apply(splits[0]!, 0), fit.Held(splits[1], 1), fit.Held(splits[2], 2), sha256, description,
                $"{how}; {fit.Words}", source);
        }
        catch
        {
            foreach (var open in source.OfType<IDisposable>())
            {
                open.Dispose();
            }

            throw;
        }
    }

    private static Padded Pad(IDataset data, int border) => !data.Shape.IsVector ? new Padded(data, border)
        : throw new UserException($"data.pad is {border}, but {data.Name} holds vectors of {data.Shape} numbers, which have no border", "set data.pad to 0");

    private static string Words(IDataset data) => $"{data.Count} rows of {data.Shape}, {data.Range}";
}
