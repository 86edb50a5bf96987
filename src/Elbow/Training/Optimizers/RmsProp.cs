using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Elbow.Torch;

namespace Elbow.Training;

/// <summary>RMSprop.</summary>
/// <remarks>
/// <para><b>Equation:</b> v ← αv + (1 − α)g², u ← μu + g/(√v + ε), θ ← θ − lr·u.</para>
/// <para><b>Source:</b> Tieleman and Hinton 2012, lecture 6.5. <b>Departs from the source:</b> momentum as in PyTorch.</para>
/// </remarks>
public sealed class RmsProp : IOptimizer
{
    private readonly ParameterState state;
    private readonly Tensor[] v;
    private readonly Tensor[]? u;
    private readonly Config config;

    private RmsProp(IReadOnlyList<KeyValuePair<string, Tensor>> parameters, Config config)
    {
        this.config = config;
        state = new ParameterState(parameters);
        v = state.Add("v");
        if (config.Momentum > 0) u = state.Add("u");
    }

    /// <summary>Configuration of RMSprop.</summary>
    [Description("RMSprop")]
    public sealed record Config : OptimizerConfig
    {
        /// <summary>α: decay of the mean square.</summary>
        [Description("decay of the mean square"), Range(0.0, 0.9999999)]
        public double Alpha { get; init; } = 0.99;

        /// <summary>ε.</summary>
        [Description("added to the denominator"), Range(0.0, 1.0)]
        public double Eps { get; init; } = 1e-8;

        /// <summary>μ.</summary>
        [Description("momentum"), Range(0.0, 0.999999)]
        public double Momentum { get; init; }

        /// <summary>Weight decay.</summary>
        [Description("weight decay, added to the gradient"), Range(0.0, 10.0)]
        public double WeightDecay { get; init; }

        /// <inheritdoc/>
        public override IOptimizer Build(IReadOnlyList<KeyValuePair<string, Tensor>> parameters) => new RmsProp(parameters, this);
    }

    /// <inheritdoc/>
    public long Steps { get; set; }

    /// <inheritdoc/>
    public IEnumerable<KeyValuePair<string, Tensor>> State => state.Named;

    /// <inheritdoc/>
    public void Step(IReadOnlyList<Tensor> gradients, double learningRate)
    {
        using var frozen = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        Steps++;
        for (var k = 0; k < state.Parameters.Length; k++)
        {
            var g = config.WeightDecay > 0 ? gradients[k] + config.WeightDecay * state.Parameters[k] : gradients[k];
            v[k].MulInPlace(config.Alpha);
            v[k].AddInPlace(g.Square(), 1 - config.Alpha);
            var move = g / (v[k].Sqrt() + config.Eps);
            if (u is not null)
            {
                u[k].MulInPlace(config.Momentum);
                u[k].AddInPlace(move);
                move = u[k];
            }
            state.Parameters[k].AddInPlace(move, -learningRate);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => state.Dispose();
}
