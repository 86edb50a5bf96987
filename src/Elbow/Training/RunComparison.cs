using Elbow.Experiments.Comparison;
using Elbow.Experiments.Configuration;

namespace Elbow.Training;

/// <summary>Runs that differ in nothing but the seed.</summary>
/// <param name="Name">A, B, C, ...</param>
/// <param name="Runs">In the order of their seeds.</param>
/// <param name="Values">Every value that all of them have.</param>
public sealed record RunGroup(string Name, IReadOnlyList<RunScore> Runs, IReadOnlyDictionary<string, SeedSpread> Values);

/// <summary>How a group differs from the first one.</summary>
/// <param name="Group">The group.</param>
/// <param name="Against">The first group.</param>
/// <param name="Seeds">Seeds that both have.</param>
/// <param name="Values">The group's value − the first group's, with its standard error and what that is over; none for groups that do not compare.</param>
public sealed record PairedDifference(string Group, string Against, IReadOnlyList<long> Seeds, IReadOnlyDictionary<string, Difference> Values);

/// <summary>A key in which groups differ.</summary>
/// <param name="Path">As <c>objective.beta</c>.</param>
/// <param name="Values">Its JSON in each group, null where it is not there.</param>
public sealed record ConfigColumn(string Path, IReadOnlyList<string?> Values);

/// <summary>Several runs side by side: seeds grouped, groups compared.</summary>
/// <param name="Groups">In the order in which their first run was named.</param>
/// <param name="Differences">Each group against the first.</param>
/// <param name="Config">Keys in which groups differ, the seed excepted.</param>
/// <param name="Rankings">Groups that compare, by every value that can be ranked by. Groups on other data, or with another kind of likelihood, are ranked apart, or not at all.</param>
/// <param name="Warnings">Why numbers may not compare.</param>
public sealed record RunComparison(
    IReadOnlyList<RunGroup> Groups, IReadOnlyList<PairedDifference> Differences, IReadOnlyList<ConfigColumn> Config, IReadOnlyList<RunRanking> Rankings,
    IReadOnlyList<string> Warnings)
{
    /// <summary>Groups and compares.</summary>
    /// <param name="runs">At least one.</param>
    public static RunComparison Of(IReadOnlyList<RunScore> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        var members = SeedGroups.Of(runs, (a, b) => Differing(a.Config, b.Config).Count == 0);
        RunGroup[] groups = [.. members.Select((group, n) => Group(SeedGroups.Name(n), [.. group.OrderBy(run => run.Seed)]))];
        var comparable = Comparability.Of(groups);
        return new RunComparison(
            groups,
            [.. groups.Skip(1).Select(group => Compare(group, groups[0], comparable.Compare(group, groups[0])))],
            Columns(groups),
            [.. RunRanking.Criteria.SelectMany(by => comparable.Classes.Select(alike => RunRanking.Of(alike, by))).OfType<RunRanking>()],
            [.. comparable.Reasons, .. Doubts(runs, groups)]);
    }

    private static IReadOnlyList<ConfigDifference> Differing(ExperimentConfig a, ExperimentConfig b) =>
        [.. ConfigDiff.Between(a, b).Where(difference => difference.Path != SeedGroups.SeedPath)];

    private static RunGroup Group(string name, IReadOnlyList<RunScore> runs) =>
        new(name, runs, Shared(runs).ToDictionary(value => value, value => RunDifference.OverSeeds(runs, value)));

    private static PairedDifference Compare(RunGroup group, RunGroup first, bool comparable) => new(
        group.Name, first.Name, [.. RunDifference.CommonSeeds(group.Runs, first.Runs)],
        (comparable ? Shared([.. group.Runs, .. first.Runs]) : []).ToDictionary(value => value, value => RunDifference.Between(group.Runs, first.Runs, value)));

    private static IEnumerable<string> Shared(IReadOnlyList<RunScore> runs) => runs[0].Values.Keys.Where(value => runs.All(run => run.Values.ContainsKey(value)));

    private static ConfigColumn[] Columns(RunGroup[] groups)
    {
        var first = groups[0].Runs[0].Config;
        var differences = groups.Select(group => Differing(first, group.Runs[0].Config).ToDictionary(difference => difference.Path)).ToArray();
        return [.. differences.SelectMany(group => group.Keys).Distinct().Select(path =>
        {
            var left = differences.Select(group => group.GetValueOrDefault(path)).First(difference => difference is not null)!.Left;
            return new ConfigColumn(path, [.. differences.Select(group => group.TryGetValue(path, out var difference) ? difference.Right : left)]);
        })];
    }

    private static IEnumerable<string> Doubts(IReadOnlyList<RunScore> runs, IReadOnlyList<RunGroup> groups)
    {
        if (groups.Where(group => group.Runs.DistinctBy(run => run.Seed).Count() < group.Runs.Count).Select(group => group.Name).ToArray() is { Length: > 0 } again)
            yield return $"{string.Join(", ", again)}: a seed is there more than once; it counts once, by its mean";
        if (runs.Select(run => run.Checkpoint.StartsWith("epoch-", StringComparison.Ordinal) ? "epoch-N" : run.Checkpoint).Distinct().Count() > 1)
            yield return $"different checkpoints were evaluated ({string.Join(", ", runs.Select(run => run.Checkpoint).Distinct())}): best was chosen on the validation data, the others were not";
        if (runs.Where(run => run.Count > 0).Select(run => run.Count).Distinct().Count() > 1) yield return "the runs were evaluated on different numbers of examples: BIC, a sum over them, does not compare";
        long[] samples = [.. runs.Select(run => run.NllSamples).Where(k => k > 0).Distinct().Order()];
        if (samples.Length > 1) yield return $"NLLs with {string.Join(", ", samples)} importance samples: more samples give a lower NLL for the same model";
    }
}
