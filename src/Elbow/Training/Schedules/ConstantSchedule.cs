using System.ComponentModel;

namespace Elbow.Training;

/// <summary>Factor 1.</summary>
public sealed class ConstantSchedule : ISchedule
{
    /// <summary>Configuration of a constant rate.</summary>
    [Description("the same rate throughout")]
    public sealed record Config : ScheduleConfig
    {
        /// <inheritdoc/>
        public override ISchedule Build(int epochs) => new ConstantSchedule();
    }

    /// <inheritdoc/>
    public double Factor(int epoch) => 1;
}
