using Elbow.Torch;

namespace Elbow.Distributions;

/// <summary>A distribution from whose last batch axis members can be picked, so that a mixture draws from the chosen components
/// only.</summary>
public interface IPickable
{
    /// <summary>
    /// The distribution with batch <c>(sample…, batch…)</c> whose members are those of this one, of batch <c>(batch…, M)</c>, at
    /// <paramref name="indices"/> <c>(sample…, batch…)</c>, int64 in 0 … M − 1.
    /// </summary>
    IDistribution Pick(Tensor indices);
}
