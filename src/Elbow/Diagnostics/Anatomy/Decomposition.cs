namespace Elbow.Diagnostics;

/// <summary>One way to write the ELBO as a sum.</summary>
/// <param name="Name">Which.</param>
/// <param name="Terms">The summands with their signs; empty where this way does not exist for the model.</param>
/// <param name="Sum">Their sum, and the standard error of the mean of the sum over examples; null without terms.</param>
public sealed record Decomposition(string Name, IReadOnlyList<DecompositionTerm> Terms, Estimate? Sum);

/// <summary>A summand.</summary>
/// <param name="Name">Its name, with the sign it enters with when that is minus.</param>
/// <param name="Value">Its value with that sign.</param>
public sealed record DecompositionTerm(string Name, Estimate Value);
