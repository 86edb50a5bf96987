using System.Text.Json;
using System.Text.Json.Nodes;
using Elbow.Experiments.Comparison;
using Elbow.Experiments.Configuration;

namespace Elbow.Studio.Runs;

/// <summary>A value of a group: over its runs, and of each in the order of the group's ids.</summary>
internal sealed record GroupValue(double Mean, double Sd, int N, IReadOnlyList<double> Values);

/// <summary>Runs that differ only by seed; <paramref name="Settings"/> holds the keys in which the groups differ.</summary>
internal sealed record GroupColumn(string Label, IReadOnlyDictionary<string, RawJson?> Settings, IReadOnlyList<string> Ids, IReadOnlyDictionary<string, GroupValue> Values);

/// <summary>The value of group <paramref name="A"/> − that of <paramref name="B"/>, paired over the <paramref name="N"/> seeds that both have.</summary>
internal sealed record PairValue(string A, string B, string Metric, double Difference, double Se, int N);

/// <summary><c>GET /api/compare</c>. Whether numbers of other data or likelihoods compare is for <c>elbow compare</c> to say, which knows the likelihoods.</summary>
internal sealed record RunTableau(IReadOnlyList<string> Metrics, IReadOnlyList<GroupColumn> Groups, IReadOnlyList<PairValue> Pairs)
{
    // All pairs of so many groups; of more each with the first.
    private const int MostAllPairs = 12;
    private const int LongestLabel = 4;

    internal static RunTableau Of(IReadOnlyList<StudioRun> runs)
    {
        var groups = SeedGroups.Of(runs.Select(Member.Of), (a, b) => a.IsLike(b));
        var settings = Settings(groups);
        var labels = Labels(groups, settings);
        return new RunTableau(
            [.. groups.SelectMany(group => group).SelectMany(member => member.Summary.Metrics.Keys).Distinct().Order(StringComparer.Ordinal)],
            [.. groups.Select((group, n) => new GroupColumn(labels[n], settings[n].ToDictionary(pair => pair.Key, pair => Json(pair.Value)), [.. group.Select(member => member.Summary.Id)], Values(group)))],
            [.. Matches(groups).SelectMany(pair => Differences(labels[pair.A], groups[pair.A], labels[pair.B], groups[pair.B]))]);
    }

    // In which keys the groups differ, and what each has there.
    private static Dictionary<string, string?>[] Settings(IReadOnlyList<IReadOnlyList<Member>> groups)
    {
        string[] paths = [.. groups.SelectMany(group => ConfigDiff.Between(groups[0][0].Config, group[0].Config)).Select(difference => difference.Path).Where(path => path != SeedGroups.SeedPath).Distinct()];
        return [.. groups.Select(group => paths.ToDictionary(path => path, path => group[0].Config.GetValueOrDefault(path)))];
    }

    private static string[] Labels(IReadOnlyList<IReadOnlyList<Member>> groups, Dictionary<string, string?>[] settings)
    {
        string[] labels = [.. settings.Select((group, n) => group.Count == 0 ? groups[n][0].Summary.Name : Label(group))];
        return [.. labels.Select((label, n) => labels.Count(other => other == label) == 1 ? label : $"{SeedGroups.Name(n)}: {label}")];
    }

    // objective.kind, model.latentDim → "elbo, latentDim 8"
    private static string Label(Dictionary<string, string?> settings)
    {
        var words = settings.Select(setting => (Key: setting.Key.Split('.')[^1], Value: setting.Value?.Trim('"') ?? "–")).Select(word => word.Key == "kind" ? word.Value : $"{word.Key} {word.Value}").ToArray();
        return string.Join(", ", words.Take(LongestLabel)) + (words.Length > LongestLabel ? ", …" : "");
    }

    private static Dictionary<string, GroupValue> Values(IReadOnlyList<Member> group) =>
        group.SelectMany(member => member.Summary.Metrics.Keys).Distinct().ToDictionary(name => name, name =>
        {
            double[] values = [.. group.Select(member => member.Summary.Metrics.TryGetValue(name, out var value) ? value.Value : double.NaN)];
            double[] there = [.. values.Where(double.IsFinite)];
            var spread = there.Length == 0 ? new SeedSpread(double.NaN, double.NaN, 0) : SeedSpread.Of(there);
            return new GroupValue(spread.Mean, spread.Deviation, spread.Runs, values);
        });

    private static IEnumerable<(int A, int B)> Matches(IReadOnlyList<IReadOnlyList<Member>> groups) =>
        from a in Enumerable.Range(0, groups.Count)
        from b in Enumerable.Range(0, groups.Count <= MostAllPairs ? a : Math.Min(a, 1))
        select (a, b);

    private static IEnumerable<PairValue> Differences(string a, IReadOnlyList<Member> ours, string b, IReadOnlyList<Member> theirs) =>
        from metric in ours.SelectMany(member => member.Summary.Metrics.Keys).Distinct()
        let differences = SeedGroups.Differences(Seeded(ours, metric), Seeded(theirs, metric))
        where differences.Count > 0
        let spread = SeedSpread.Of([.. differences])
        select new PairValue(a, b, metric, spread.Mean, spread.StandardError, spread.Runs);

    private static (long, double)[] Seeded(IReadOnlyList<Member> members, string metric) =>
    [
        .. from member in members
           where member.Summary.Seed is not null && member.Summary.Metrics.TryGetValue(metric, out var value) && double.IsFinite(value.Value)
           select (member.Summary.Seed!.Value, member.Summary.Metrics[metric].Value),
    ];

    private static RawJson? Json(string? text) => text is null ? null : RawJson.TryParse(System.Text.Encoding.UTF8.GetBytes(text));

    private sealed record Member(Summary Summary, IReadOnlyDictionary<string, string> Config, bool IsReadable)
    {
        internal static Member Of(StudioRun run)
        {
            try
            {
                var config = run.Documents.Config is { } json ? JsonNode.Parse(json.Utf8) : null;
                return new Member(run.Summary, ConfigDiff.Flat(config), config is not null);
            }
            catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
            {
                // The same key twice: no two readers agree what that configuration is.
                return new Member(run.Summary, new Dictionary<string, string>(), IsReadable: false);
            }
        }

        internal bool IsLike(Member other) =>
            IsReadable && other.IsReadable && ConfigDiff.Between(Config, other.Config).All(difference => difference.Path == SeedGroups.SeedPath);
    }
}
