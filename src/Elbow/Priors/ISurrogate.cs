namespace Elbow.Priors;

/// <summary>A prior whose density is an estimate: the true one is known by samples only. Whatever shows a number that contains log p(z) says so.</summary>
public interface ISurrogate : IPrior
{
    /// <summary>What stands for the prior, in words.</summary>
    string Surrogate { get; }
}
