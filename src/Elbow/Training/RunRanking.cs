using Elbow.Experiments.Comparison;

namespace Elbow.Training;

/// <summary>One place in a ranking.</summary>
/// <param name="Rank">1 + the number of groups that are better by more than two standard errors: what is not told apart shares a rank.</param>
/// <param name="Group">Its name.</param>
/// <param name="Value">Over its runs.</param>
/// <param name="ToBest">Its difference to the group with the best mean; null for that one.</param>
/// <param name="TiedWith">Groups that differ from it by no more than two standard errors, or by an unknown number of them.</param>
public sealed record RankedGroup(int Rank, string Group, SeedSpread Value, Difference? ToBest, IReadOnlyList<string> TiedWith);

/// <summary>Groups that compare, by one value, from the best mean to the worst.</summary>
/// <param name="By">elbo, entropySum, nll, bic, bicAuthors, bicEntropySum or bicEntropySumAuthors.</param>
/// <param name="HigherIsBetter">Whether the largest comes first.</param>
/// <param name="Groups">At least two.</param>
public sealed record RunRanking(string By, bool HigherIsBetter, IReadOnlyList<RankedGroup> Groups)
{
    /// <summary>What can be ranked by, in the order of the table.</summary>
    public static IReadOnlyList<string> Criteria { get; } = ["elbo", "entropySum", "nll", "bic", "bicAuthors", "bicEntropySum", "bicEntropySumAuthors"];

    /// <summary>Ranks groups that compare with each other.</summary>
    /// <returns>Null when fewer than two have the value.</returns>
    internal static RunRanking? Of(IReadOnlyList<RunGroup> groups, string by)
    {
        var higher = by is "elbo" or "entropySum";
        RunGroup[] ranked = [.. groups.Where(group => group.Values.ContainsKey(by)).OrderBy(group => (higher ? -1 : 1) * group.Values[by].Mean)];
        if (ranked.Length < 2) return null;
        return new RunRanking(by, higher, [.. ranked.Select(group =>
        {
            var others = ranked.Where(other => other != group).Select(other => (other.Name, Difference: RunDifference.Between(group.Runs, other.Runs, by))).ToArray();
            return new RankedGroup(
                1 + others.Count(other => other.Difference.Stands && (higher ? other.Difference.Value < 0 : other.Difference.Value > 0)),
                group.Name, group.Values[by], group == ranked[0] ? null : others[0].Difference, [.. others.Where(other => !other.Difference.Stands).Select(other => other.Name)]);
        })]);
    }
}
