using Elbow.Experiments.Comparison;

namespace Elbow.Training;

/// <summary>Over what a difference has its standard error.</summary>
public enum DifferenceOver
{
    /// <summary>One run each, on examples that are not known to be the same: there is no standard error.</summary>
    Nothing,
    /// <summary>Examples that both were judged by, pairwise; how much another seed of training would change is not in it.</summary>
    Examples,
    /// <summary>Runs with equal seeds, pairwise.</summary>
    Seeds,
    /// <summary>Runs of different seeds, not paired.</summary>
    UnpairedSeeds,
    /// <summary>Both: the squares of the two standard errors are added, which counts what they share twice and errs to the large side.</summary>
    ExamplesAndSeeds,
}

/// <summary>A difference of two groups of runs.</summary>
/// <param name="Value">The group's mean − the other's.</param>
/// <param name="StandardError">NaN when there is none.</param>
/// <param name="Over">What the standard error is over.</param>
public readonly record struct Difference(double Value, double StandardError, DifferenceOver Over)
{
    /// <summary>Whether it is more than two standard errors; never without one.</summary>
    public bool Stands => Math.Abs(Value) > 2 * StandardError;
}

/// <summary>Differences of groups in the way that leaves the least noise.</summary>
/// <remarks>
/// <para><b>Equation:</b> with d_si the difference of example i between the runs of seed s: value mean_s mean_i d_si. Over seeds: sd_s(mean_i d_si)/√S. Over
/// examples, when all runs were judged by the same n: sd_i(mean_s d_si)/√n. Without common seeds √(sd²/S + sd'²/S'), where a single
/// seed is taken to scatter as those of the other group do. Equal seeds share data order, split and first weights where they can, and what
/// runs share cancels. When each seed has examples of its own, the deviation over seeds holds theirs too.</para>
/// </remarks>
internal static class RunDifference
{
    /// <summary>group − other.</summary>
    /// <param name="group">Runs that have the value.</param>
    /// <param name="other">Runs that have the value.</param>
    /// <param name="value">Its name.</param>
    internal static Difference Between(IReadOnlyList<RunScore> group, IReadOnlyList<RunScore> other, string value)
    {
        long[] seeds = [.. CommonSeeds(group, other)];
        if (seeds.Length == 0) return Unpaired(group, other, value);
        RunScore[] ours = [.. group.Where(run => seeds.Contains(run.Seed))], theirs = [.. other.Where(run => seeds.Contains(run.Seed))];
        var overSeeds = SeedSpread.Of(SeedGroups.Differences(Seeded(ours), Seeded(theirs)));
        return With(overSeeds.Mean, overSeeds.StandardError, DifferenceOver.Seeds, OverExamples(ours, theirs, value));

        (long, double)[] Seeded(RunScore[] runs) => [.. runs.Select(run => (run.Seed, run.Values[value].Value))];
    }

    /// <summary>Seeds that both have.</summary>
    internal static IEnumerable<long> CommonSeeds(IReadOnlyList<RunScore> group, IReadOnlyList<RunScore> other) =>
        group.Select(run => run.Seed).Intersect(other.Select(run => run.Seed));

    private static Difference Unpaired(IReadOnlyList<RunScore> group, IReadOnlyList<RunScore> other, string value)
    {
        var (ours, theirs) = (OverSeeds(group, value), OverSeeds(other, value));
        return With(ours.Mean - theirs.Mean, double.Hypot(Error(ours, theirs), Error(theirs, ours)), DifferenceOver.UnpairedSeeds, OverExamples(group, other, value));

        // Of one seed nothing is known but that others scatter: as those of the other group do, rather than not at all.
        static double Error(SeedSpread spread, SeedSpread other) => spread.Runs > 1 ? spread.StandardError : other.Deviation;
    }

    /// <summary>A value over the seeds of a group. A seed that was run twice counts once, by its mean: the same run again is no other seed.</summary>
    internal static SeedSpread OverSeeds(IReadOnlyList<RunScore> runs, string value) =>
        SeedSpread.Of([.. runs.GroupBy(run => run.Seed).Select(seed => seed.Average(run => run.Values[value].Value))]);

    private static Difference With(double value, double overSeeds, DifferenceOver seeds, double overExamples) => (double.IsNaN(overSeeds), double.IsNaN(overExamples)) switch
    {
        (true, true) => new(value, double.NaN, DifferenceOver.Nothing),
        (true, false) => new(value, overExamples, DifferenceOver.Examples),
        (false, true) => new(value, overSeeds, seeds),
        _ => new(value, double.Hypot(overSeeds, overExamples), DifferenceOver.ExamplesAndSeeds),
    };

    // NaN when some run was judged by other examples, or what they scored was not kept.
    private static double OverExamples(IReadOnlyList<RunScore> group, IReadOnlyList<RunScore> other, string value)
    {
        double[][] Columns(IReadOnlyList<RunScore> runs) => [.. runs.Select(run => run.Examples?.Columns.GetValueOrDefault(value)).OfType<double[]>()];
        var (ours, theirs) = (Columns(group), Columns(other));
        if (ours.Length < group.Count || theirs.Length < other.Count) return double.NaN;
        if (group.Concat(other).Select(run => run.Examples!.Sha256).Distinct().Count() > 1) return double.NaN;
        return Estimate.Of([.. Enumerable.Range(0, ours[0].Length).Select(i => ours.Average(column => column[i]) - theirs.Average(column => column[i]))]).StandardError;
    }
}
