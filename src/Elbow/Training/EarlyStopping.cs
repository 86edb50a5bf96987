using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;

namespace Elbow.Training;

/// <summary>Ends training after more than <c>patience</c> epochs in a row without a new best validation value. Warm-up epochs do not count.</summary>
/// <remarks>
/// As in the book's experiments and the VampPrior code (methods/priors.md, sections 3 and 4). Validation values are those of the final
/// objective from the first epoch on; training values are not, so without validation the best epoch is looked for after the warm-up.
/// </remarks>
/// <param name="config">Null: the best epoch is remembered, nothing is stopped.</param>
/// <param name="warmUpEpochs">Epochs before the objective has its final form.</param>
/// <param name="validated">Whether the values are of validation data.</param>
public sealed class EarlyStopping(EarlyStopping.Config? config, double warmUpEpochs, bool validated = true)
{
    private int waited;

    /// <summary>Configuration of early stopping.</summary>
    [Description("stop when validation stops improving")]
    public sealed record Config
    {
        /// <summary>Epochs without improvement that are borne.</summary>
        [Description("epochs without improvement that are borne"), Range(0, 1_000_000)]
        public int Patience { get; init; } = 20;
    }

    /// <summary>The best value so far; larger is better.</summary>
    public double Best { get; private set; } = double.NegativeInfinity;

    /// <summary>The epoch of the best value, from 1.</summary>
    public int BestEpoch { get; private set; }

    /// <summary>Whether patience is at its end.</summary>
    public bool ShouldStop => config is not null && waited > config.Patience;

    /// <summary>What it remembers.</summary>
    public JsonObject State
    {
        get => new() { ["best"] = double.IsFinite(Best) ? Best : null, ["bestEpoch"] = BestEpoch, ["waited"] = waited };
        set => (Best, BestEpoch, waited) = ((double?)value["best"] ?? double.NegativeInfinity, (int)value["bestEpoch"]!, (int)value["waited"]!);
    }

    /// <summary>Takes the validation value of an epoch, counted from 1.</summary>
    /// <returns>Whether it is a new best.</returns>
    public bool Observe(int epoch, double value)
    {
        if (value > Best || (!validated && BestEpoch <= warmUpEpochs))
        {
            (Best, BestEpoch, waited) = (value, epoch, 0);
            return true;
        }
        waited = epoch <= warmUpEpochs ? 0 : waited + 1;
        return false;
    }
}
