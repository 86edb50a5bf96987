using Elbow.Distributions;
using Elbow.Torch;

namespace Elbow.Objectives;

/// <summary>Information between data and latents, from the distances between the posteriors of a batch.</summary>
/// <remarks>
/// <para><b>Equation:</b> I ≈ mean_b [ −log (1/B) Σ_c exp(−d(b, c)) ] for the mixture (1/B) Σ_b q(z|x_b). With d = KL(q(z|x_b) ‖ q(z|x_c)) this is an
/// upper bound, with the Bhattacharyya distance d = ¼ (ν_b − ν_c)²/(τ_b² + τ_c²) + ½ log[(τ_b² + τ_c²)/(2 τ_b τ_c)] a lower bound, both of the
/// information of that mixture. Jointly, d is summed over the latents before the exponential.</para>
/// <para><b>Shapes:</b> posteriors with batch <c>(B)</c> and events <c>(L)</c> → <c>(B, L)</c> for each latent, <c>(B)</c> jointly; what is given for
/// example b is its own share of the mean over the batch. Gradients flow through both roles of each example. <b>Units:</b> nats.</para>
/// <para><b>Special cases:</b> 0 for equal posteriors, log B for posteriors far apart: never more. The mixture of a batch has at most log B of
/// information, however much the data set has.</para>
/// <para><b>Source:</b> Kolchinsky and Tracey 2017, Estimating mixture entropy with pairwise distances, arXiv 1706.02419;
/// methods/corex-anchorvae.md 2.7.</para>
/// </remarks>
public static class MixtureInformation
{
    /// <summary>Upper bound of I(z_j:x) for each latent. → <c>(B, L)</c>.</summary>
    public static Tensor UpperOfEach(Normal posteriors) => Information(Divergences(posteriors));

    /// <summary>Upper bound of I(z:x). → <c>(B)</c>.</summary>
    public static Tensor Upper(Normal posteriors) => Information(Divergences(posteriors).Sum(-1L));

    /// <summary>Lower bound of I(z_j:x) for each latent. → <c>(B, L)</c>.</summary>
    public static Tensor LowerOfEach(Normal posteriors) => Information(Bhattacharyya(posteriors));

    /// <summary>Lower bound of I(z:x). → <c>(B)</c>.</summary>
    public static Tensor Lower(Normal posteriors) => Information(Bhattacharyya(posteriors).Sum(-1L));

    /// <summary>Upper bound of the total correlation of the mixture, Σ_j I(z_j:x) − I(z:x) for independent latents given x. → <c>(B)</c>.</summary>
    public static Tensor TotalCorrelation(Normal posteriors) => UpperOfEach(posteriors).Sum(-1L) - Lower(posteriors);

    // (B, B, …) → (B, …): the first axis stays, the second is the sum over c.
    private static Tensor Information(Tensor distances) => Math.Log(distances.Shape[1]) - (-distances).LogSumExp(1);

    private static Tensor Divergences(Normal posteriors)
    {
        var (nu, logVar) = Parameters(posteriors);
        var delta = logVar.Unsqueeze(1) - logVar.Unsqueeze(0);
        return 0.5 * ((nu.Unsqueeze(1) - nu.Unsqueeze(0)).Square() * (-logVar).Exp().Unsqueeze(0) + (delta.Expm1() - delta));
    }

    private static Tensor Bhattacharyya(Normal posteriors)
    {
        var (nu, logVar) = Parameters(posteriors);
        var (b, c) = (logVar.Unsqueeze(1), logVar.Unsqueeze(0));
        var logSum = b.Logaddexp(c);
        return 0.25 * (nu.Unsqueeze(1) - nu.Unsqueeze(0)).Square() * (-logSum).Exp() + 0.5 * (logSum - Math.Log(2) - 0.5 * (b + c));
    }

    private static (Tensor Nu, Tensor LogVar) Parameters(Normal posteriors)
    {
        ArgumentNullException.ThrowIfNull(posteriors);
        var nu = posteriors.Mean;
        if (nu.Rank != 2) throw new ShapeException($"posteriors: expected a batch of vectors [B, L], got {nu.Shape}");
        return (nu, posteriors.LogVar.Expand(nu.Shape));
    }
}
