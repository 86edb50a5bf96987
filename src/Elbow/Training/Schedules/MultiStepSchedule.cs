using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Elbow.Training;

/// <summary>Factor γ^(milestones passed).</summary>
public sealed class MultiStepSchedule(MultiStepSchedule.Config config) : ISchedule
{
    /// <summary>Configuration of a rate that falls at given epochs.</summary>
    [Description("falls at given epochs")]
    public sealed record Config : ScheduleConfig
    {
        /// <summary>The epochs, counted from 0, at which the rate falls.</summary>
        [Description("epochs, counted from 0, at which the rate falls"), MinLength(1)]
        public required IReadOnlyList<int> Milestones { get; init; }

        /// <summary>γ.</summary>
        [Description("factor of each fall"), Range(0.0, 1.0)]
        public double Gamma { get; init; } = 0.1;

        /// <inheritdoc/>
        public override ISchedule Build(int epochs) => new MultiStepSchedule(this);
    }

    /// <inheritdoc/>
    public double Factor(int epoch) => Math.Pow(config.Gamma, config.Milestones.Count(milestone => milestone <= epoch));
}
