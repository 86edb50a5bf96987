namespace Elbow.Networks;

/// <summary>Where the scale of a location-scale likelihood comes from.</summary>
public enum ScaleOf
{
    /// <summary>A constant: VAE-0.</summary>
    Fixed,
    /// <summary>One learned number: VAE-1.</summary>
    Learned,
    /// <summary>One learned number for each data dimension: VAE-1d.</summary>
    PerDimension,
    /// <summary>From the decoder, for each z and dimension: VAE-3.</summary>
    Decoder,
}
