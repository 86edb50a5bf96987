using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Elbow.Objectives;

/// <summary>A weight that rises linearly to its final value: w(t) = start + (final − start)·min(1, t/epochs).</summary>
public sealed record WarmUp
{
    /// <summary>Epochs until the final value; 0 for none.</summary>
    [Description("epochs until the final value; 0 for none"), Range(0.0, 1e6)]
    public double Epochs { get; init; }

    /// <summary>The weight at the start.</summary>
    [Description("the weight at the start"), Range(0.0, 1e6)]
    public double Start { get; init; }

    /// <summary>The weight after some epochs (a fraction counts).</summary>
    public double At(double epoch, double final) => epoch >= Epochs ? final : Start + (final - Start) * epoch / Epochs;
}
