using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Elbow.Training;

/// <summary>Factor γ^⌊epoch/every⌋.</summary>
public sealed class StepSchedule(StepSchedule.Config config) : ISchedule
{
    /// <summary>Configuration of a rate that falls at equal intervals.</summary>
    [Description("falls at equal intervals")]
    public sealed record Config : ScheduleConfig
    {
        /// <summary>Epochs between falls.</summary>
        [Description("epochs between falls"), Range(1, 1_000_000)]
        public int Every { get; init; } = 30;

        /// <summary>γ.</summary>
        [Description("factor of each fall"), Range(0.0, 1.0)]
        public double Gamma { get; init; } = 0.1;

        /// <inheritdoc/>
        public override ISchedule Build(int epochs) => new StepSchedule(this);
    }

    /// <inheritdoc/>
    public double Factor(int epoch) => Math.Pow(config.Gamma, epoch / config.Every);
}
