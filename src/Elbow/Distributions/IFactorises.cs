using Elbow.Torch;

namespace Elbow.Distributions;

/// <summary>A distribution over vectors whose coordinates may be independent, each with a density of its own.</summary>
public interface IFactorises
{
    /// <summary>log p_j(x_j), in nats; the sum over j is the log-density. <c>x (…, L)</c> → <c>(…, L)</c>; null when the coordinates depend on each other.</summary>
    Tensor? LogProbOfEach(Tensor x);
}
