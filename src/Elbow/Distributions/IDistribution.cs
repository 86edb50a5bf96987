using Elbow.Torch;

namespace Elbow.Distributions;

/// <summary>A probability distribution over tensors: something to draw from and a density.</summary>
/// <remarks>
/// <para>Shapes are sample, then batch, then event. The last <see cref="EventAxes"/> axes of the parameters are one event: <see cref="LogProb"/>
/// sums over them and leaves the batch. A value may have more leading axes than the parameters (samples); they broadcast and stay.</para>
/// <para>Log-densities keep their mathematical sign and are in nats.</para>
/// </remarks>
public interface IDistribution
{
    /// <summary>How many trailing axes form one event.</summary>
    int EventAxes { get; }

    /// <summary>Whether samples carry gradients to the parameters (reparameterisation).</summary>
    bool Reparameterised { get; }

    /// <summary>The mean, with the shape of one sample: what a picture shows.</summary>
    Tensor Mean { get; }

    /// <summary>Draws. Without a count: <c>(batch…, event…)</c>; with one: <c>(count, batch…, event…)</c>.</summary>
    Tensor Sample(Generator generator, long? count = null);

    /// <summary>log p(x), in nats. <c>x (sample…, batch…, event…)</c> → <c>(sample…, batch…)</c>.</summary>
    Tensor LogProb(Tensor x);
}

/// <summary>A distribution whose entropy is known in closed form.</summary>
public interface IHasEntropy
{
    /// <summary>H = −E log p, in nats. → <c>(batch…)</c>.</summary>
    Tensor Entropy();
}

/// <summary>A distribution that knows its Kullback-Leibler divergence to some others in closed form.</summary>
public interface IHasClosedFormKl
{
    /// <summary>KL(this ‖ p) ≥ 0 in nats → <c>(batch…)</c>, or null when no closed form is known for this pair.</summary>
    Tensor? KlTo(IDistribution p);
}
