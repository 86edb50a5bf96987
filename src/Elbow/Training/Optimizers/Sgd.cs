using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Elbow.Torch;

namespace Elbow.Training;

/// <summary>Stochastic gradient descent, with momentum when asked.</summary>
/// <remarks><para><b>Equation:</b> u ← μu + g, θ ← θ − lr·u; Nesterov: θ ← θ − lr·(g + μu).</para></remarks>
public sealed class Sgd : IOptimizer
{
    private readonly ParameterState state;
    private readonly Tensor[]? u;
    private readonly Config config;

    private Sgd(IReadOnlyList<KeyValuePair<string, Tensor>> parameters, Config config)
    {
        this.config = config;
        state = new ParameterState(parameters);
        if (config.Momentum > 0) u = state.Add("u");
    }

    /// <summary>Configuration of stochastic gradient descent.</summary>
    [Description("stochastic gradient descent")]
    public sealed record Config : OptimizerConfig
    {
        /// <summary>μ.</summary>
        [Description("momentum"), Range(0.0, 0.999999)]
        public double Momentum { get; init; }

        /// <summary>Nesterov's form of momentum.</summary>
        [Description("Nesterov's form of momentum")]
        public bool Nesterov { get; init; }

        /// <summary>Weight decay.</summary>
        [Description("weight decay, added to the gradient"), Range(0.0, 10.0)]
        public double WeightDecay { get; init; }

        /// <inheritdoc/>
        public override IOptimizer Build(IReadOnlyList<KeyValuePair<string, Tensor>> parameters) => new Sgd(parameters, this);
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
            if (u is not null)
            {
                u[k].MulInPlace(config.Momentum);
                u[k].AddInPlace(g);
                g = config.Nesterov ? g + config.Momentum * u[k] : u[k];
            }
            state.Parameters[k].AddInPlace(g, -learningRate);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => state.Dispose();
}
