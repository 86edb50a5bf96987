using System.Text.Json.Serialization;

namespace Elbow.Networks;

/// <summary>Describes a network between flat vectors: an encoder (data → numbers) or a decoder (numbers → data).</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Mlp.Config), "mlp")]
[JsonDerivedType(typeof(ConvNet.Config), "conv")]
public abstract record NetworkConfig
{
    /// <summary>Builds the map <c>(B, D)</c> → <c>(B, outputs)</c>, where D = <paramref name="data"/>.Size.</summary>
    public abstract ILayer BuildEncoder(DataShape data, int outputs, Init init);

    /// <summary>Builds the map <c>(B, inputs)</c> → <c>(B, P·D)</c>: P numbers for each data dimension, as P blocks of D.</summary>
    public abstract ILayer BuildDecoder(int inputs, DataShape data, int outputsPerDimension, Init init);
}
