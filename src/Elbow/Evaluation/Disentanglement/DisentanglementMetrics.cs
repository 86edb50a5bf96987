using Elbow.Experiments;

namespace Elbow.Evaluation.Disentanglement;

/// <summary>The measures by name.</summary>
public static class DisentanglementMetrics
{
    private static readonly Dictionary<string, Func<int, IDisentanglementMetric>> Makers = new(StringComparer.Ordinal)
    {
        ["mig"] = bins => new Mig(bins),
        ["dci"] = _ => Dci.Boosted(),
        ["dci-linear"] = _ => Dci.Linear(),
        ["dci-forest"] = _ => Dci.Forest(),
        ["sap"] = _ => new Sap(),
        ["factor-vae"] = _ => new FactorVaeScore(),
        ["beta-vae"] = _ => new BetaVaeScore(),
        ["modularity"] = bins => new Modularity(bins),
        ["irs"] = _ => new Irs(),
        ["pca-factor-vae"] = _ => new InFactorBasis(new FactorVaeScore()),
        ["pca-mig"] = bins => new InFactorBasis(new Mig(bins)),
    };

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Makers.Keys];

    /// <summary>Those that are taken when none are named: all but the forest, which says what boosted trees say.</summary>
    public static IReadOnlyList<string> Usual { get; } = [.. Names.Where(name => name != "dci-forest")];

    /// <summary>One by name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="bins">Bins of codes, for those that count.</param>
    /// <exception cref="UserException">Another name.</exception>
    public static IDisentanglementMetric Of(string name, int bins = Discretisation.UsualBins) =>
        Makers.TryGetValue(name, out var make) ? make(bins) : throw new UserException($"there is no measure '{name}'", $"use some of {string.Join(", ", Names)}");
}
