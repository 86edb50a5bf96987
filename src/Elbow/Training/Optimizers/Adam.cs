using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Elbow.Torch;

namespace Elbow.Training;

/// <summary>Adam and its two siblings.</summary>
/// <remarks>
/// <para><b>Equation:</b> m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², θ ← θ − lr · m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε). AdamW shrinks
/// θ by lr·decay beside it; Adam adds decay·θ to g. Adamax keeps v ← max(β₂v, |g| + ε) and divides by v.</para>
/// <para><b>Source:</b> Kingma and Ba 2015, arXiv 1412.6980, algorithms 1 and 2; Loshchilov and Hutter 2019, arXiv 1711.05101.
/// <b>Departs from the source:</b> ε as in PyTorch: outside the root in Adam, inside the maximum in Adamax.</para>
/// </remarks>
public sealed class Adam : IOptimizer
{
    private readonly ParameterState state;
    private readonly Tensor[] m;
    private readonly Tensor[] v;
    private readonly AdamUpdate update;

    internal Adam(IReadOnlyList<KeyValuePair<string, Tensor>> parameters, AdamUpdate update)
    {
        state = new ParameterState(parameters);
        (m, v) = (state.Add("m"), state.Add("v"));
        this.update = update;
    }

    /// <summary>What the three configurations share.</summary>
    public abstract record FamilyConfig : OptimizerConfig
    {
        /// <summary>β₁: decay of the first moment.</summary>
        [Description("decay of the first moment"), Range(0.0, 0.999999)]
        public double Beta1 { get; init; } = 0.9;

        /// <summary>β₂: decay of the second moment; in Adamax of the infinity norm.</summary>
        [Description("decay of the second moment, in Adamax of the infinity norm"), Range(0.0, 0.9999999)]
        public double Beta2 { get; init; } = 0.999;

        /// <summary>ε.</summary>
        [Description("added to the denominator"), Range(0.0, 1.0)]
        public double Eps { get; init; } = 1e-8;

        /// <summary>Weight decay: beside the gradient in AdamW, inside it in the others.</summary>
        [Description("weight decay"), Range(0.0, 10.0)]
        public double WeightDecay { get; init; }

        private protected abstract AdamRule Rule { get; }

        /// <inheritdoc/>
        public override IOptimizer Build(IReadOnlyList<KeyValuePair<string, Tensor>> parameters) =>
            new Adam(parameters, new AdamUpdate(Rule, 1, Lr, Beta1, Beta2, Eps, WeightDecay));
    }

    /// <summary>Configuration of Adam.</summary>
    [Description("Adam; weight decay is added to the gradient")]
    public sealed record Config : FamilyConfig
    {
        private protected override AdamRule Rule => AdamRule.Adam;
    }

    /// <summary>Configuration of AdamW.</summary>
    [Description("Adam with decoupled weight decay")]
    public sealed record WConfig : FamilyConfig
    {
        /// <summary>AdamW with its usual weight decay of 0.01.</summary>
        public WConfig() => WeightDecay = 0.01;

        private protected override AdamRule Rule => AdamRule.AdamW;
    }

    /// <summary>Configuration of Adamax.</summary>
    [Description("Adam with the infinity norm")]
    public sealed record MaxConfig : FamilyConfig
    {
        private protected override AdamRule Rule => AdamRule.Adamax;
    }

    /// <inheritdoc/>
    public long Steps { get; set; }

    /// <inheritdoc/>
    public IEnumerable<KeyValuePair<string, Tensor>> State => state.Named;

    /// <inheritdoc/>
    public void Step(IReadOnlyList<Tensor> gradients, double learningRate)
    {
        Steps++;
        AdamKernel.Apply(state.Parameters, gradients, m, v, update with { Step = Steps, LearningRate = learningRate });
    }

    /// <inheritdoc/>
    public void Dispose() => state.Dispose();
}
