using Elbow.Torch;

namespace Elbow.Networks;

/// <summary>Elementwise nonlinearities.</summary>
public enum ActivationKind
{
    /// <summary>x.</summary>
    Identity,
    /// <summary>max(x, 0).</summary>
    Relu,
    /// <summary>x for x ≥ 0, else 0.01 x.</summary>
    LeakyRelu,
    /// <summary>x for x ≥ 0, else eˣ − 1.</summary>
    Elu,
    /// <summary>x · Φ(x).</summary>
    Gelu,
    /// <summary>x · sigmoid(x).</summary>
    Silu,
    /// <summary>tanh x.</summary>
    Tanh,
    /// <summary>1/(1 + e⁻ˣ).</summary>
    Sigmoid,
    /// <summary>log(1 + eˣ).</summary>
    Softplus,
}

/// <summary>An elementwise nonlinearity as a layer.</summary>
public sealed class Activation(ActivationKind kind) : ILayer
{
    /// <summary>Which one.</summary>
    public ActivationKind Kind => kind;

    /// <inheritdoc/>
    public Tensor Forward(Tensor x) => Apply(kind, x);

    /// <summary>Applies a nonlinearity.</summary>
    public static Tensor Apply(ActivationKind kind, Tensor x) => kind switch
    {
        ActivationKind.Identity => x,
        ActivationKind.Relu => x.Relu(),
        ActivationKind.LeakyRelu => x.LeakyRelu(),
        ActivationKind.Elu => x.Elu(),
        ActivationKind.Gelu => x.Gelu(),
        ActivationKind.Silu => x.Silu(),
        ActivationKind.Tanh => x.Tanh(),
        ActivationKind.Sigmoid => x.Sigmoid(),
        ActivationKind.Softplus => x.Softplus(),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "unknown activation"),
    };
}
