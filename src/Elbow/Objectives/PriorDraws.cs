using Elbow.Distributions;
using Elbow.Torch;

namespace Elbow.Objectives;

/// <summary>A batch of codes beside as many draws from the prior.</summary>
internal static class PriorDraws
{
    /// <summary>MMD² of the codes and draws, attributed to pairs. <c>z (B, L)</c> → <c>(B)</c>.</summary>
    /// <remarks>The last batch of an epoch may hold one example, for which the U-statistic has no pairs: there it is the V-statistic.</remarks>
    internal static Tensor Compared(Mmd mmd, Tensor z, IDistribution pz, MmdStatistic statistic, Generator generator) =>
        mmd.PerExample(z, Of(pz, z, generator), z.Shape[0] < 2 ? MmdStatistic.Biased : statistic);

    /// <summary>B draws from the prior, from which no gradient reaches it. → <c>(B, L)</c>.</summary>
    internal static Tensor Of(IDistribution pz, Tensor z, Generator generator) => pz.Sample(generator, z.Shape[0]).Detach();
}
