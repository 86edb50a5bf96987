using Elbow.Distributions;
using Elbow.Models;

namespace Elbow.Objectives;

/// <summary>An objective under which new data are decoded from something else than the prior.</summary>
public interface IHasSamplingDensity : IObjective
{
    /// <summary>What to draw z from, events (L).</summary>
    IDistribution SamplingDensity(LatentVariableModel model);
}
