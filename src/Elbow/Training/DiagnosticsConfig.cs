using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Elbow.Training;

/// <summary>What is measured while training: the <c>diagnostics</c> part of a configuration.</summary>
public sealed record DiagnosticsConfig
{
    /// <summary>Epochs between looks at the ELBO's anatomy; 0 for none.</summary>
    [Description("epochs between looks at the anatomy of the ELBO: its information quantities, and what each latent does; 0 for none"), Range(0, 1_000_000)]
    public int AnatomyEvery { get; init; } = 1;

    /// <summary>Rows of the validation (else the training) data that are looked at, the same every time; null for as many as cost little beside an epoch of training.</summary>
    [Description("rows that are looked at, the same each time; null for as many as cost little beside an epoch of training"), Range(2, 10_000_000)]
    public int? AnatomyRows { get; init; }

    /// <summary>Whether the end of training writes what the latent explorer shows.</summary>
    [Description("whether the end of training writes explorer/, what the latent explorer of the studio shows")]
    public bool Explorer { get; init; } = true;
}
