using Elbow.Models;
using Elbow.Networks;

namespace Elbow.Objectives;

/// <summary>What several objectives cannot work with, said in one way.</summary>
internal static class Requirements
{
    /// <summary>Refuses a deterministic encoder.</summary>
    internal static IEnumerable<Misfit> Density(ModelConfig parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (parts.Posterior is PointPosterior.Config)
            yield return new("model.posterior", "a deterministic encoder has no ELBO: its divergence from the prior is infinite", "use diagonalNormal or fullNormal");
    }

    /// <summary>Refuses everything but a diagonal Gaussian encoder.</summary>
    internal static IEnumerable<Misfit> DiagonalNormal(ModelConfig parts, string why)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (parts.Posterior is not DiagonalNormalPosterior.Config)
            yield return new("model.posterior", why, "set model.posterior.kind to diagonalNormal");
        else if (!parts.HasNormalPosterior)
            yield return new("model.hierarchy", why, "leave model.hierarchy out");
    }

    /// <summary>Refuses a batch in which there is nobody to compare an example with.</summary>
    /// <exception cref="ArgumentException">B is 1.</exception>
    internal static void Company(ObjectiveContext context, string who)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.BatchSize < 2 || context.TrainingRows < 2)
            throw new ArgumentException($"{who} compares the examples of a batch with each other and needs at least 2 of them; training.batchSize is {context.BatchSize}, the training data has {context.TrainingRows}");
    }
}
