using Elbow.Data;
using Elbow.Networks;

namespace Elbow.Training;

/// <summary>Which groups of runs may stand in one ranking: likelihoods of different data, or of different kinds, are numbers of different things.</summary>
/// <param name="Classes">Groups that compare with each other, in the order of their first.</param>
/// <param name="Reasons">Why classes do not compare, by the names of groups: one sentence each.</param>
internal sealed record Comparability(IReadOnlyList<IReadOnlyList<RunGroup>> Classes, IReadOnlyList<string> Reasons)
{
    internal static Comparability Of(IReadOnlyList<RunGroup> groups)
    {
        var classes = groups.GroupBy(Basis.Of).Select(alike => (Basis: alike.Key, Groups: alike.ToArray())).ToArray();
        return new([.. classes.Select(alike => alike.Groups)], [.. classes.Skip(1).Select(other => $"{Names(other.Groups)} and {Names(classes[0].Groups)} do not compare: {Basis.Why(other.Basis, classes[0].Basis)}")]);
    }

    /// <summary>Whether two groups are in one class.</summary>
    internal bool Compare(RunGroup a, RunGroup b) => Classes.Any(alike => alike.Contains(a) && alike.Contains(b));

    private static string Names(IEnumerable<RunGroup> groups) => string.Join(", ", groups.Select(group => group.Name));

    // Of one group all but the data is the same; data may have a recipe for each seed.
    private sealed record Basis(string Data, ScaleKind Scale, BinariseKind Binarise, string Likelihood)
    {
        internal static Basis Of(RunGroup group)
        {
            var config = group.Runs[0].Config;
            return new(
                string.Join(' ', group.Runs.Select(run => run.DataSha256).Distinct().Order(StringComparer.Ordinal)), config.Data.Scale, config.Data.Binarise, Kind(config.Model.Likelihood));
        }

        internal static string Why(Basis a, Basis b) => string.Join("; ", Reasons(a, b));

        private static IEnumerable<string> Reasons(Basis a, Basis b)
        {
            if (a.Data != b.Data) yield return "they were evaluated on different data";
            if (a.Scale != b.Scale) yield return $"data.scale is {Word(a.Scale)} in the former and {Word(b.Scale)} in the latter";
            if (a.Binarise != b.Binarise) yield return $"data.binarise is {Word(a.Binarise)} in the former and {Word(b.Binarise)} in the latter";
            if (a.Likelihood != b.Likelihood) yield return $"the likelihood of the former is {a.Likelihood}, that of the latter {b.Likelihood}";
        }

        // Two densities over the same numbers compare, whatever their family, and so do two probabilities of the same levels.
        private static string Kind(LikelihoodConfig likelihood) => likelihood switch
        {
            BernoulliLikelihood.Config { AllowGrey: true } => "a cross-entropy of grey values, which is no likelihood",
            { DiscreteLevels: { } levels } => $"a probability of {levels} levels",
            _ => "a density",
        };

        private static string Word<T>(T value) where T : struct, Enum => value.ToString() is var name ? char.ToLowerInvariant(name[0]) + name[1..] : "";
    }
}
