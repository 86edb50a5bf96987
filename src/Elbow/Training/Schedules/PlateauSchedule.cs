using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;

namespace Elbow.Training;

/// <summary>The factor falls when the validation objective has not improved for some epochs.</summary>
public sealed class PlateauSchedule(PlateauSchedule.Config config) : IAdaptiveSchedule
{
    private double factor = 1;
    private double best = double.NegativeInfinity;
    private int waited;

    /// <summary>Configuration of a rate that falls when progress stops.</summary>
    [Description("falls when the validation objective stops improving")]
    public sealed record Config : ScheduleConfig
    {
        /// <summary>Epochs without improvement before a fall.</summary>
        [Description("epochs without improvement before a fall"), Range(0, 1_000_000)]
        public int Patience { get; init; } = 10;

        /// <summary>γ.</summary>
        [Description("factor of each fall"), Range(0.0, 1.0)]
        public double Gamma { get; init; } = 0.5;

        /// <summary>What counts as improvement, as a share of the best value's size.</summary>
        [Description("smallest improvement that counts, relative to the best value"), Range(0.0, 1.0)]
        public double Threshold { get; init; } = 1e-4;

        /// <summary>What counts as improvement, in the unit of the objective; it adds to the threshold.</summary>
        [Description("smallest improvement that counts, in the unit of the objective; adds to threshold"), Range(0.0, 1e9)]
        public double LeastGain { get; init; }

        /// <summary>The smallest factor.</summary>
        [Description("smallest factor"), Range(0.0, 1.0)]
        public double Floor { get; init; }

        /// <inheritdoc/>
        public override ISchedule Build(int epochs) => new PlateauSchedule(this);
    }

    /// <inheritdoc/>
    public JsonObject State
    {
        get => new() { ["factor"] = factor, ["best"] = double.IsFinite(best) ? best : null, ["waited"] = waited };
        set => (factor, best, waited) = ((double)value["factor"]!, (double?)value["best"] ?? double.NegativeInfinity, (int)value["waited"]!);
    }

    /// <inheritdoc/>
    public double Factor(int epoch) => factor;

    /// <inheritdoc/>
    public void Observe(double value)
    {
        if (!double.IsFinite(best) || value > best + config.Threshold * Math.Abs(best) + config.LeastGain)
        {
            (best, waited) = (value, 0);
        }
        else if (++waited > config.Patience)
        {
            (factor, waited) = (Math.Max(config.Floor, factor * config.Gamma), 0);
        }
    }
}
