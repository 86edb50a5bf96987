namespace Elbow.Data;

/// <summary>The truth behind the <c>one-factor</c> data: three variables that share one cause, x_i = y + ε_i with y and ε_i from N(0, 1).</summary>
/// <remarks>Covariance 1 + [i = j], correlation ½ between any two. Source: methods/corex-anchorvae.md 8, whose golden values it has.</remarks>
public static class OneFactor
{
    private const int D = 3;

    /// <summary>TC(x) = −½ log det Corr(x) = ½ log 2, in nats: what an optimal code explains.</summary>
    public static double TotalCorrelation => 0.5 * Math.Log(2);

    /// <summary>Σ_i H(x_i) = (3/2) log(2πe · 2), in nats.</summary>
    public static double SumOfEntropies => D / 2.0 * Math.Log(4 * Math.PI * Math.E);

    internal static IDataset Draw(int count, StableRandom random)
    {
        var values = new float[checked(count * D)];
        for (var row = 0; row < count; row++)
        {
            var y = random.NextNormal();
            for (var d = 0; d < D; d++) values[(row * D) + d] = (float)(y + random.NextNormal());
        }

        return new ArrayDataset("one-factor", DataShape.Vector(D), values, DataRange.Real);
    }
}
