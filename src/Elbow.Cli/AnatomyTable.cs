using Elbow.Diagnostics;
using Elbow.Training;

namespace Elbow.Cli;

/// <summary>An anatomy for people: the six ways to write the ELBO, the quantities, the latents.</summary>
internal static class AnatomyTable
{
    private const int MostLatents = 40;

    internal static void Print(string what, Anatomy anatomy, LatentMatch? match)
    {
        var mixture = anatomy.MixtureSize == anatomy.Examples ? "" : $", q(z) of {anatomy.MixtureSize} others";
        Console.Out.WriteLine($"{what}, {anatomy.Examples} examples, {anatomy.LatentDim} latents, {anatomy.Points} points{mixture}, nats per example");
        Console.Out.WriteLine();
        Rows(anatomy);
        Quantities(anatomy);
        Latents(anatomy);
        Entropies(anatomy);
        InfoNce(anatomy);
        if (match is not null) LatentMatchReport.Print(match);
        foreach (var warning in anatomy.Warnings) Console.Out.WriteLine($"note: {warning}");
    }

    /// <summary>The six ways alone.</summary>
    internal static void Rows(Anatomy anatomy)
    {
        var name = anatomy.Decompositions[0].Terms.Any(term => term.Name == "reconstruction") ? "ELBO" : "ELBO - E log p(x|z)";
        Output.Table(["six ways to write one number", name, "se", "terms"], anatomy.Decompositions.Select(row => (IReadOnlyList<string>)
            [row.Name, row.Sum is { } sum ? Value(sum.Value) : "", row.Sum is { } same ? Error(same.StandardError) : "", row.Terms.Count == 0 ? "not for this model" : string.Join("  ", row.Terms.Select(Term))]));
    }

    private static string Term(DecompositionTerm term) => $"{term.Name} {Math.Round(term.Value.Value, 3) + 0.0:+0.000;-0.000;0.000}";

    private static void Quantities(Anatomy anatomy)
    {
        var terms = anatomy.Terms;
        var ceiling = $"at most log {anatomy.MixtureSize} = {Math.Log(anatomy.MixtureSize):F3}" + (anatomy.Pairwise is { } bounds ? $"; of this mixture {bounds.Lower.Value:F3} to {bounds.Upper.Value:F3} by distances" : "");
        Output.Table(["quantity", "value", "se", "population from", "to", "what"],
        [
            Row("KL", terms.Kl, "KL(q(z|x) || p) = I + KL(q(z) || p)"),
            Row("H[q(z|x)]", terms.EntropyConditional, "entropy of the posteriors"),
            Row("H[q(z),p]", terms.CrossEntropy, "cross-entropy with the prior"),
            Row("H[q(z)]", terms.EntropyAggregate, "entropy of all posteriors together"),
            Row("I(x;z)", terms.MutualInformation, ceiling),
            Row("KL(q(z)||p)", terms.MarginalKl, "how far all codes are from the prior"),
            .. terms.TotalCorrelation is { } tc && terms.DimensionwiseKl is { } dimensions
                ? new[] { Row("  TC(z)", tc, "dependence between latents"), Row("  sum KL(q(z_j)||p)", dimensions, "latents one by one") }
                : [],
        ]);
    }

    private static IReadOnlyList<string> Row(string name, Quantity q, string what) =>
        [name, Value(q.Value), Error(q.StandardError), q.Lower is { } lower ? Value(lower) : "", q.Upper is { } upper ? Value(upper) : "", what];

    private static void Latents(Anatomy anatomy)
    {
        var order = anatomy.PerLatent.OrderByDescending(latent => latent.MutualInformation.Value).ToList();
        Output.Table(["latent", "I(z_j;x)", "se", "bound from", "to", "KL", "H[q(z_j|x)]", "state"], order.Take(MostLatents).Select(latent => (IReadOnlyList<string>)
        [
            $"z{latent.Index}", Value(latent.MutualInformation.Value), Error(latent.MutualInformation.StandardError),
            latent.MutualInformation.Lower is { } lower ? Value(lower) : "", latent.MutualInformation.Upper is { } upper ? Value(upper) : "",
            latent.Kl is { } kl ? Value(kl.Value) : "", Value(latent.Entropy.Value), State(latent),
        ]));
        if (order.Count > MostLatents) Console.Out.WriteLine($"and {order.Count - MostLatents} more latents with less information (--json has all)");
        if (anatomy.PerLatent.All(latent => latent.Collapsed is not null))
            Console.Out.WriteLine($"{anatomy.PerLatent.Count(latent => latent.Collapsed == false)} of {anatomy.LatentDim} latents are active by the entropy rule, {anatomy.PerLatent.Count(latent => latent.CollapsedByKl == false)} by KL");
    }

    private static string State(LatentAnatomy latent) => (latent.Collapsed, latent.CollapsedByKl) switch
    {
        (true, true) => "collapsed",
        (true, _) => "collapsed by entropy",
        (_, true) => "collapsed by KL",
        (null, null) => "",
        _ => "active",
    };

    private static void Entropies(Anatomy anatomy)
    {
        if (anatomy.ThreeEntropies is not { } e) return;
        Output.Table(["three entropies", "value", "se", "what"],
        [
            Row("sum", e.Sum, $"H[q(z|x)] {e.Encoder.Value:F3} - H[p(z)] {e.Prior:F3} - H[p(x|z)] {e.Decoder.Value:F3}"),
            Row("gap to the ELBO", e.Gap, "0 where all variances are at rest"),
            Row("  of sigma^2", e.VarianceGap, "below 0: the decoder's variance is too small"),
            Row("  of second moments", e.MomentGap, e.MomentGapOfEach.Count == 0 ? "" : $"largest: z{Largest(e.MomentGapOfEach)}"),
        ]);
    }

    private static int Largest(IReadOnlyList<Estimate> gaps) => Enumerable.Range(0, gaps.Count).MaxBy(j => Math.Abs(gaps[j].Value));

    private static IReadOnlyList<string> Row(string name, Estimate estimate, string what) => [name, Value(estimate.Value), Error(estimate.StandardError), what];

    private static void InfoNce(Anatomy anatomy)
    {
        if (anatomy.InfoNce.Count == 0) return;
        Output.Table(["InfoNCE sees", "nats", "se", "at most log B"], [
            .. anatomy.InfoNce.Select(point => (IReadOnlyList<string>)[$"B = {point.BatchSize}", Value(point.Information.Value), Error(point.Information.StandardError), Value(point.Ceiling)]),
            [$"all {anatomy.MixtureSize}", Value(anatomy.Terms.MutualInformation.Value), Error(anatomy.Terms.MutualInformation.StandardError), Value(Math.Log(anatomy.MixtureSize))],
        ]);
        Console.Out.WriteLine("errors of B rows are between batches, that of all rows between examples");
    }

    private static string Value(double value) => Math.Abs(value) >= 1e6 ? $"{value:0.###E+0}" : $"{value:F3}";

    private static string Error(double value) => double.IsNaN(value) ? "" : $"{value:F3}";
}
