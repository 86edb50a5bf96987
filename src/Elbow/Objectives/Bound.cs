using Elbow.Distributions;
using Elbow.Torch;

namespace Elbow.Objectives;

/// <summary>The terms by which runs of different objectives compare, of a model at given samples: the same for every objective.</summary>
internal static class Bound
{
    /// <summary>KL(q(z|x) ‖ p(z)) <c>(B)</c>: in closed form where there is one, else at the sample <c>z (B, L)</c>; null for a deterministic encoder.</summary>
    internal static Tensor? Kl(IDistribution qz_x, IDistribution pz, Tensor z) =>
        qz_x is Point ? null : Distributions.Kl.Exact(qz_x, pz) ?? qz_x.LogProb(z) - pz.LogProb(z);

    /// <summary>The terms of an objective, followed by <c>kl</c> and <c>elbo</c> where these exist.</summary>
    internal static Term[] With(Tensor? kl, Tensor reconstruction, params IEnumerable<Term> own)
    {
        IEnumerable<Term> terms = [new("reconstruction", reconstruction), .. own];
        return [.. kl is null ? terms : [.. terms, new("kl", kl), new("elbo", reconstruction - kl)]];
    }
}
