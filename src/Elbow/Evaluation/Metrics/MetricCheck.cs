using Elbow.Experiments;
using Elbow.Torch;

namespace Elbow.Evaluation.Metrics;

/// <summary>What every metric wants of its two sets.</summary>
internal static class MetricCheck
{
    /// <summary>The number of features of two sets of rows that can be compared.</summary>
    /// <param name="metric">Named in messages.</param>
    /// <param name="real"><c>(N, D)</c>.</param>
    /// <param name="fake"><c>(M, D)</c>.</param>
    /// <param name="least">Rows that each needs.</param>
    /// <param name="why">Why so many, and what to do: the second line of the message.</param>
    internal static long Features(string metric, Tensor real, Tensor fake, long least, string why = "bring more rows")
    {
        ArgumentNullException.ThrowIfNull(real);
        ArgumentNullException.ThrowIfNull(fake);
        var D = real.MustBe([-1, -1]).Shape[1];
        fake.MustBe([-1, -1]);
        if (fake.Shape[1] != D) throw new UserException($"{metric}: the real rows have {D} features, the fake ones {fake.Shape[1]}", "compare features of one extractor");
        Finite(metric, real, "real");
        Finite(metric, fake, "fake");
        foreach (var (rows, name) in new[] { (real.Shape[0], "real"), (fake.Shape[0], "fake") })
        {
            if (rows < least) throw new UserException($"{metric} needs at least {least} {name} rows, there are {rows}", why);
        }
        return D;
    }

    internal static void Finite(string metric, Tensor values, string name)
    {
        using var scope = TensorScope.Open();
        if (!values.IsFinite().All()) throw new UserException($"{metric}: some of the {name} values are NaN or infinite", "remove or mend these rows");
    }
}
