using Elbow.Torch;

namespace Elbow.Networks;

/// <summary>A map between tensors whose first axis counts examples.</summary>
public interface ILayer
{
    /// <summary>Applies the map. <c>(B, …)</c> → <c>(B, …)</c>.</summary>
    Tensor Forward(Tensor x);
}
