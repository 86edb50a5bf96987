using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;

namespace Elbow.Training;

/// <summary>
/// Ends training after more than <c>patience</c> epochs in a row without a new best validation value, or, by the rule <c>entropyGap</c>, after
/// that many in a row in which the ELBO was the sum of its three entropies. Warm-up epochs do not count.
/// </summary>
/// <remarks>
/// <para><b>Rule entropyGap:</b> |F − F_3E| / |F| below the tolerance, both means over the training data of the epoch: the variances of decoder and
/// prior, of which the gap is the summed gradient, are stationary. That is necessary for convergence and not sufficient, hence the patience.
/// Source: the use of Damm et al. 2023, arXiv 2010.14860, as a meter; the rule is ours (methods/three-entropies.md 2.5, 2.9).</para>
/// As in the book's experiments and the VampPrior code (methods/priors.md, sections 3 and 4). Validation values are those of the final
/// objective from the first epoch on; training values are not, so without validation the best epoch is looked for after the warm-up.
/// </remarks>
/// <param name="config">Null: the best epoch is remembered, nothing is stopped.</param>
/// <param name="warmUpEpochs">Epochs before the objective has its final form.</param>
/// <param name="validated">Whether the values are of validation data.</param>
public sealed class EarlyStopping(EarlyStopping.Config? config, double warmUpEpochs, bool validated = true)
{
    private int waited;

    /// <summary>What training waits for.</summary>
    public enum StopRule
    {
        /// <summary>Validation has stopped improving.</summary>
        Improvement,
        /// <summary>The ELBO has become the sum of its three entropies.</summary>
        EntropyGap,
    }

    /// <summary>Configuration of early stopping.</summary>
    [Description("stop when validation stops improving, or when the ELBO has become the sum of three entropies")]
    public sealed record Config
    {
        /// <summary>What ends training.</summary>
        [Description("improvement: validation has stopped improving; entropyGap: the ELBO of a Gaussian VAE has become the sum of three entropies")]
        public StopRule Rule { get; init; } = StopRule.Improvement;

        /// <summary>Epochs without improvement that are borne; for entropyGap: epochs in a row that the gap must have been small.</summary>
        [Description("epochs without improvement that are borne; entropyGap: epochs in a row with a small gap that are not yet enough"), Range(0, 1_000_000)]
        public int Patience { get; init; } = 20;

        /// <summary>For entropyGap: largest |ELBO − sum of entropies| / |ELBO| that counts as small.</summary>
        [Description("entropyGap: largest |ELBO - sum of entropies| / |ELBO| that counts as small"), Range(0.0, 1.0, MinimumIsExclusive = true)]
        public double Tolerance { get; init; } = 1e-3;
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
    /// <param name="epoch">From 1.</param>
    /// <param name="value">Larger is better.</param>
    /// <param name="relativeGap">|F − F_3E| / |F| of the epoch's training data, for the rule entropyGap.</param>
    /// <returns>Whether it is a new best.</returns>
    public bool Observe(int epoch, double value, double relativeGap = double.NaN)
    {
        if (config is { Rule: StopRule.EntropyGap, Tolerance: var tolerance })
        {
            waited = epoch > warmUpEpochs && relativeGap < tolerance ? waited + 1 : 0;
            var better = IsBest(value);
            if (better) (Best, BestEpoch) = (value, epoch);
            return better;
        }
        if (IsBest(value))
        {
            (Best, BestEpoch, waited) = (value, epoch, 0);
            return true;
        }
        waited = epoch <= warmUpEpochs ? 0 : waited + 1;
        return false;
    }

    // Without validation the values before the end of the warm-up are of another objective.
    private bool IsBest(double value) => value > Best || (!validated && BestEpoch <= warmUpEpochs);
}
