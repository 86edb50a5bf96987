using Elbow.Torch;

namespace Elbow.Networks;

/// <summary>y = W (x − c) + b, where c is 0 unless given.</summary>
/// <remarks>Shapes: <c>(…, I)</c> → <c>(…, O)</c>; <c>weight (O, I)</c>, <c>bias (O)</c>, <c>centre (I)</c>; the last is saved and not trained.</remarks>
public sealed class Linear : Module, ILayer
{
    private readonly Tensor? centre;

    /// <summary>A dense layer.</summary>
    public Linear(long inputs, long outputs, Init init, bool withBias = true, Tensor? centre = null)
    {
        ArgumentNullException.ThrowIfNull(init);
        Weight = Parameter("weight", init.Weight([outputs, inputs], inputs, outputs));
        if (withBias) Bias = Parameter("bias", init.Bias(outputs, inputs));
        if (centre is not null) this.centre = Buffer("centre", centre.MustBe([inputs]));
    }

    /// <summary>W <c>(O, I)</c>.</summary>
    public Tensor Weight { get; }

    /// <summary>b <c>(O)</c>; null without one.</summary>
    public Tensor? Bias { get; }

    /// <inheritdoc/>
    public Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return (centre is null ? x : x - centre).Linear(Weight, Bias);
    }
}
