using Elbow.Experiments.Configuration;

namespace Elbow.Training;

/// <summary>What one run scored on a split.</summary>
/// <param name="Run">Name of the run folder.</param>
/// <param name="Config">Its configuration.</param>
/// <param name="DataSha256">Which data it was evaluated on.</param>
/// <param name="Checkpoint">Which of its checkpoints was evaluated.</param>
/// <param name="NllSamples">K of the NLL, 0 without one.</param>
/// <param name="Values">By the names of <c>evaluate</c>: elbo, reconstruction, kl, nll, bitsPerDim, mse; a run may lack some.</param>
public sealed record RunScore(string Run, ExperimentConfig Config, string DataSha256, string Checkpoint, long NllSamples, IReadOnlyDictionary<string, Estimate> Values)
{
    /// <summary>The seed of the run.</summary>
    public long Seed => Config.Training.Seed;
}

/// <summary>A value over the seeds of a group.</summary>
/// <param name="Mean">Mean over the runs.</param>
/// <param name="Deviation">Sample standard deviation over the runs; NaN for one.</param>
/// <param name="Runs">Number of runs.</param>
public readonly record struct SeedSpread(double Mean, double Deviation, int Runs);

/// <summary>Runs that differ in nothing but the seed.</summary>
/// <param name="Name">A, B, C, ...</param>
/// <param name="Runs">In the order of their seeds.</param>
/// <param name="Values">Every value that all of them have.</param>
public sealed record RunGroup(string Name, IReadOnlyList<RunScore> Runs, IReadOnlyDictionary<string, SeedSpread> Values);

/// <summary>How a group differs from the first one, seed by seed.</summary>
/// <param name="Group">The group.</param>
/// <param name="Against">The first group.</param>
/// <param name="Seeds">Seeds that both have.</param>
/// <param name="Values">
/// Mean over those seeds of the group's value − the first group's, with its standard error: equal seeds share data order, split and first
/// weights where they can, and what they share cancels. NaN for one seed.
/// </param>
public sealed record PairedDifference(string Group, string Against, IReadOnlyList<long> Seeds, IReadOnlyDictionary<string, Estimate> Values);

/// <summary>A key in which groups differ.</summary>
/// <param name="Path">As <c>objective.beta</c>.</param>
/// <param name="Values">Its JSON in each group, null where it is not there.</param>
public sealed record ConfigColumn(string Path, IReadOnlyList<string?> Values);

/// <summary>Several runs side by side: seeds grouped, groups compared.</summary>
/// <param name="Groups">In the order in which their first run was named.</param>
/// <param name="Differences">Each group against the first.</param>
/// <param name="Config">Keys in which groups differ, the seed excepted.</param>
/// <param name="Warnings">Why numbers may not compare.</param>
public sealed record RunComparison(
    IReadOnlyList<RunGroup> Groups, IReadOnlyList<PairedDifference> Differences, IReadOnlyList<ConfigColumn> Config, IReadOnlyList<string> Warnings)
{
    private const string SeedPath = "training.seed";

    /// <summary>Groups and compares.</summary>
    /// <param name="runs">At least one.</param>
    public static RunComparison Of(IReadOnlyList<RunScore> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        var members = new List<List<RunScore>>();
        foreach (var run in runs)
        {
            var same = members.Find(group => Differing(group[0].Config, run.Config).Count == 0);
            if (same is null) members.Add([run]);
            else same.Add(run);
        }
        RunGroup[] groups = [.. members.Select((group, n) => Group(Letters(n), [.. group.OrderBy(run => run.Seed)]))];
        return new RunComparison(groups, [.. groups.Skip(1).Select(group => Compare(group, groups[0]))], Columns(groups), [.. Doubts(runs)]);
    }

    private static IReadOnlyList<ConfigDifference> Differing(ExperimentConfig a, ExperimentConfig b) =>
        [.. ConfigDiff.Between(a, b).Where(difference => difference.Path != SeedPath)];

    private static RunGroup Group(string name, IReadOnlyList<RunScore> runs) => new(name, runs, Shared(runs).ToDictionary(value => value, value =>
    {
        double[] scores = [.. runs.Select(run => run.Values[value].Value)];
        var estimate = Estimate.Of(scores);
        return new SeedSpread(estimate.Value, estimate.StandardError * Math.Sqrt(scores.Length), scores.Length);
    }));

    private static PairedDifference Compare(RunGroup group, RunGroup first)
    {
        long[] seeds = [.. group.Runs.Select(run => run.Seed).Intersect(first.Runs.Select(run => run.Seed))];
        if (seeds.Length == 0) return new PairedDifference(group.Name, first.Name, seeds, new Dictionary<string, Estimate>());
        // A seed that was run twice counts once, by its mean.
        double Score(RunGroup of, long seed, string value) => of.Runs.Where(run => run.Seed == seed).Average(run => run.Values[value].Value);
        return new PairedDifference(group.Name, first.Name, seeds, Shared([.. group.Runs, .. first.Runs]).ToDictionary(
            value => value,
            value => Estimate.Of([.. seeds.Select(seed => Score(group, seed, value) - Score(first, seed, value))])));
    }

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

    private static IEnumerable<string> Doubts(IReadOnlyList<RunScore> runs)
    {
        if (runs.Select(run => run.DataSha256).Distinct().Count() > 1) yield return "the runs were evaluated on different data: their numbers do not compare";
        var data = runs[0].Config.Data;
        if (runs.Any(run => run.Config.Data.Scale != data.Scale || run.Config.Data.Binarise != data.Binarise)) yield return "the runs scale or binarise their data differently: their numbers do not compare";
        if (runs.Select(run => run.Checkpoint.StartsWith("epoch-", StringComparison.Ordinal) ? "epoch-N" : run.Checkpoint).Distinct().Count() > 1)
            yield return $"different checkpoints were evaluated ({string.Join(", ", runs.Select(run => run.Checkpoint).Distinct())}): best was chosen on the validation data, the others were not";
        long[] samples = [.. runs.Select(run => run.NllSamples).Where(k => k > 0).Distinct().Order()];
        if (samples.Length > 1) yield return $"NLLs with {string.Join(", ", samples)} importance samples: more samples give a lower NLL for the same model";
    }

    private static string Letters(int n) => n < 26 ? $"{(char)('A' + n)}" : Letters(n / 26 - 1) + (char)('A' + n % 26);
}
