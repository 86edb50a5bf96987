namespace Elbow.Diagnostics;

/// <summary>Log-densities at z_i ~ q(z|x_i): of the example's own posterior, of the aggregated posterior with it, and of the aggregated posterior without it.</summary>
/// <remarks>
/// <para><b>Equation:</b> own ℓ_i = log q(z_i|x_i); without s_i = log (1/(N − 1)) Σ_{n≠i} q(z_i|x_n); with it log (1/N)[exp ℓ_i + (N − 1) exp s_i]. The own term
/// is never subtracted from a sum that it dominates.</para>
/// <para><b>Shapes:</b> M points of L latents: <c>(M)</c> jointly, <c>(M, L)</c> for each latent. <b>Units:</b> nats.</para>
/// </remarks>
/// <param name="Codes">i: the example that each point was drawn for <c>(M)</c>.</param>
/// <param name="Samples">z <c>(M, L)</c>.</param>
/// <param name="Own">log q(z_i|x_i) <c>(M)</c>.</param>
/// <param name="OwnOfEach">log q(z_ij|x_i) <c>(M, L)</c>.</param>
/// <param name="With">log q(z_i), own posterior in the mixture <c>(M)</c>.</param>
/// <param name="WithOfEach">log q(z_ij), own posterior in the mixture <c>(M, L)</c>.</param>
/// <param name="Without">log q(z_i), own posterior left out <c>(M)</c>.</param>
/// <param name="WithoutOfEach">log q(z_ij), own posterior left out <c>(M, L)</c>.</param>
public sealed record OwnDensities(int[] Codes, double[] Samples, double[] Own, double[] OwnOfEach, double[] With, double[] WithOfEach, double[] Without, double[] WithoutOfEach)
{
    // joint and each: log-sum-exp over all other components, not yet divided by their number; taken over.
    internal static OwnDensities Of(AggregatePosterior aggregate, int[] codes, double[] z, double[] joint, double[] each)
    {
        var ownOfEach = aggregate.LogPosteriorOfEach(codes, z);
        var own = aggregate.LogPosterior(codes, z, ownOfEach);
        var (logN, logOthers) = (Math.Log(aggregate.Count), Math.Log(aggregate.Count - 1));
        return new OwnDensities(codes, z, own, ownOfEach, With(own, joint), With(ownOfEach, each), Without(joint), Without(each));

        double[] With(double[] own, double[] others) => [.. own.Zip(others, (a, b) => Math.Max(a, b) + Log1PExp(-Math.Abs(a - b)) - logN)];

        double[] Without(double[] others)
        {
            for (var i = 0; i < others.Length; i++) others[i] -= logOthers;
            return others;
        }
    }

    internal static double[] SumOfRows(double[] values, int L)
    {
        var sums = new double[values.Length / L];
        for (var i = 0; i < values.Length; i++) sums[i / L] += values[i];
        return sums;
    }

    // log(1 + eˣ) for x ≤ 0.
    private static double Log1PExp(double x)
    {
        var e = Math.Exp(x);
        return e < 1e-5 ? e - 0.5 * e * e : Math.Log(1 + e);
    }
}
