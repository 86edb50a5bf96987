using Elbow.Torch;

namespace Elbow.Networks;

/// <summary>y = W x + b.</summary>
/// <remarks>Shapes: <c>(…, I)</c> → <c>(…, O)</c>; <c>weight (O, I)</c>, <c>bias (O)</c>.</remarks>
public sealed class Linear : Module, ILayer
{
    private readonly Tensor? bias;

    /// <summary>A dense layer.</summary>
    public Linear(long inputs, long outputs, Init init, bool withBias = true)
    {
        ArgumentNullException.ThrowIfNull(init);
        Weight = Parameter("weight", init.Weight([outputs, inputs], inputs, outputs));
        if (withBias) bias = Parameter("bias", init.Bias(outputs, inputs));
    }

    /// <summary>W <c>(O, I)</c>.</summary>
    public Tensor Weight { get; }

    /// <inheritdoc/>
    public Tensor Forward(Tensor x) => x.Linear(Weight, bias);
}
