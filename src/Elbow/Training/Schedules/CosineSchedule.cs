using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Elbow.Training;

/// <summary>Factor floor + (1 − floor)·½(1 + cos π·epoch/epochs).</summary>
/// <remarks><b>Source:</b> Loshchilov and Hutter 2017, arXiv 1608.03983, equation 5, without restarts.</remarks>
public sealed class CosineSchedule(CosineSchedule.Config config, int epochs) : ISchedule
{
    /// <summary>Configuration of a rate that falls along half a cosine.</summary>
    [Description("falls along half a cosine over the whole run")]
    public sealed record Config : ScheduleConfig
    {
        /// <summary>The factor at the end.</summary>
        [Description("factor at the end"), Range(0.0, 1.0)]
        public double Floor { get; init; }

        /// <inheritdoc/>
        public override ISchedule Build(int epochs) => new CosineSchedule(this, epochs);
    }

    /// <inheritdoc/>
    public double Factor(int epoch) => config.Floor + (1 - config.Floor) * 0.5 * (1 + Math.Cos(Math.PI * Math.Min(1, (double)epoch / epochs)));
}
