using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Elbow.Training;

/// <summary>What is measured while training: the <c>diagnostics</c> part of a configuration.</summary>
public sealed record DiagnosticsConfig
{
    /// <summary>Epochs between looks at the posterior (divergence, entropy and activity of each latent); 0 for none.</summary>
    [Description("epochs between looks at the posterior: divergence, entropy and activity of each latent; 0 for none"), Range(0, 1_000_000)]
    public int AnatomyEvery { get; init; } = 1;
}
